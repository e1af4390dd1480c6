import { expect, test } from 'vitest'
import { EventBook } from '../../src/dashboard/live/event-book.ts'
import type { LogPage, PageQuery } from '../../src/dashboard/live/log-page.ts'
import type { LoggedEvent } from '../../src/session/events.ts'

const eventOf = (seq: number) =>
  ({ seq, type: 'step.output', data: { text: `line ${seq}` } }) as unknown as LoggedEvent

/** A book of a log of so many events, which notes what is asked for; a page may be cut short. */
function bookOf(last: number, { first = 1, longest = 1000 } = {}) {
  const asked: PageQuery[] = []
  const read = async ({ after = 0, limit }: PageQuery): Promise<LogPage> => {
    asked.push({ after, limit })
    const count = Math.min(limit, longest, last - after)
    const events = Array.from({ length: count }, (_, index) => eventOf(after + 1 + index))
    const next = after + count
    return { events, next, last, upToDate: next === last, ended: true }
  }
  const book = new EventBook(read)
  book.first = first
  book.last = last
  /** Resolves when some events are there. */
  const until = (...seqs: number[]) =>
    expect.poll(() => seqs.map((seq) => book.get(seq)?.seq)).toEqual(seqs)
  return { book, asked, until }
}

test('what is looked at is read, a page around it, once', async () => {
  const { book, asked, until } = bookOf(10_000)
  let told = 0
  book.subscribe(() => told++)
  book.want(5010, 5030)
  await until(5001, 5010, 5500)
  expect(book.get(5000)).toBeUndefined()
  expect(book.get(5501)).toBeUndefined()
  expect([asked, told, book.reads()]).toEqual([[{ after: 5000, limit: 500 }], 1, 1])
  book.want(5100, 5200)
  await Promise.resolve()
  expect(asked).toHaveLength(1)
})

test('where somebody looks last is read first, and what was passed by is not', async () => {
  const { book, asked, until } = bookOf(10_000)
  book.want(1, 30)
  book.want(4001, 4030)
  book.want(9990, 20_000)
  await until(9990, 10_000)
  expect(asked).toEqual([
    { after: 0, limit: 500 },
    { after: 9500, limit: 500 },
  ])
  expect(book.get(4001)).toBeUndefined()
})

test('a page that was cut short is read on', async () => {
  const { book, asked, until } = bookOf(600, { longest: 120 })
  book.want(300, 300)
  await until(300)
  expect(asked.map(({ after }) => after)).toEqual([0, 120, 240])
})

test('nothing is asked for that is there, nor what is not kept', async () => {
  const { book, asked, until } = bookOf(2000, { first: 100 })
  book.put(Array.from({ length: 300 }, (_, index) => eventOf(100 + index)))
  book.want(1, 390)
  expect(asked).toEqual([])
  book.want(390, 410)
  await until(410)
  expect(asked).toEqual([{ after: 399, limit: 101 }])
})

test('all is read when it is needed, and is one list without holes', async () => {
  const { book } = bookOf(3500)
  book.put([eventOf(1), eventOf(2), eventOf(1500)])
  expect(book.dense().map(({ seq }) => seq)).toEqual([1, 2])
  expect(book.isWhole).toBe(false)
  await Promise.all([book.readAll(), book.readAll()])
  expect(book.isWhole).toBe(true)
  expect(book.dense().map(({ seq }) => seq)).toEqual(
    Array.from({ length: 3500 }, (_, index) => index + 1),
  )
  const dense = book.dense()
  book.put([eventOf(3501)])
  expect(book.dense()).toBe(dense)
  expect(dense.at(-1)?.seq).toBe(3501)
})

test('why it cannot be read is told', async () => {
  const book = new EventBook(() => Promise.reject(new Error('gone')))
  book.last = 10
  let told = 0
  book.subscribe(() => told++)
  await book.readAll()
  expect([book.error, told]).toEqual([new Error('gone'), 1])
  book.want(1, 5)
  expect(told).toBe(1)
})
