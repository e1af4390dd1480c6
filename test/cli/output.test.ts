import { describe, expect, test } from 'vitest'
import { jsonText } from '../../src/cli/output/json-text.ts'
import type { Form, Output } from '../../src/cli/output/output.ts'
import { printList } from '../../src/cli/output/print-list.ts'
import { type Column, plainLines, tableLines } from '../../src/cli/output/table.ts'
import { fromNow } from '../../src/cli/output/times.ts'
import { pages } from '../../src/cli/service/pages.ts'

interface Item {
  readonly id: string
  readonly at: string | null
  readonly name: string
}

const columns: Column<Item>[] = [
  { title: 'ID', text: ({ id }) => id, style: () => 'green' },
  { title: 'AT', text: () => 'now', plain: ({ at }) => at },
  { title: 'NAME', text: ({ name }) => name, gives: true },
]

const items: Item[] = [
  { id: 'a', at: '2026-01-01T00:00:00.000Z', name: 'the first of them' },
  { id: 'bbb', at: null, name: '漢字漢字漢字' },
]

const plain = (_style: unknown, text: string) => text

describe('a table', () => {
  test('has a column for each field, below its title', () => {
    expect(tableLines(items, columns, { width: 80, paint: plain })).toEqual([
      'ID   AT   NAME',
      'a    now  the first of them',
      'bbb  now  漢字漢字漢字',
    ])
  })

  test('cuts what gives way to the width of the terminal, by what characters take', () => {
    expect(tableLines(items, columns, { width: 19, paint: plain })).toEqual([
      'ID   AT   NAME',
      'a    now  the firs…',
      'bbb  now  漢字漢字…',
    ])
    expect(tableLines(items, columns, { width: 18, paint: plain })[2]).toBe('bbb  now  漢字漢…')
  })

  test('leaves room for the titles, however narrow it is', () => {
    const [titles, first] = tableLines(items, columns, { width: 3, paint: plain })
    expect(titles).toBe('ID   AT   NAME')
    expect(first).toBe('a    now  the…')
  })

  test('is padded as if it had no colours', () => {
    const paint = (_style: unknown, text: string) => `\u001b[32m${text}\u001b[39m`
    expect(tableLines(items, columns, { width: 80, paint })[1]).toBe(
      '\u001b[32ma\u001b[39m    now  the first of them',
    )
  })
})

describe('what the service sends', () => {
  const bad = { id: 'x', at: null, name: 'a\u001b[2J\u009b31m\u202eb\tc\nd\u0007' }

  test('reaches neither the terminal nor another field', () => {
    expect(plainLines([bad], columns)).toEqual(['x\t-\ta31mb c d'])
    expect(tableLines([bad], columns, { width: 80, paint: plain })[1]).toBe('x   now  a31mb c d')
  })

  test('is in JSON as it is, escaped where a terminal would obey it', () => {
    const text = jsonText(bad)
    expect(text).not.toMatch(/[\p{Cc}\u202a-\u202e]/u)
    expect(JSON.parse(text)).toEqual(bad)
  })
})

describe('a list', () => {
  test('is lines with tabs, whole and without titles, for programs', async () => {
    expect(await printed('lines', items)).toBe(
      'a\t2026-01-01T00:00:00.000Z\tthe first of them\nbbb\t-\t漢字漢字漢字\n',
    )
  })

  test('is one JSON array', async () => {
    expect(JSON.parse(await printed('json', items))).toEqual(items)
    expect(await printed('json', [])).toBe('[]\n')
  })

  test('is ids alone when it is to be quiet', async () => {
    expect(await printed('quiet', items)).toBe('a\nbbb\n')
  })

  test('says at a terminal that there is nothing, and else nothing', async () => {
    expect(await printed('table', [])).toBe('Nothing.\n')
    expect(await printed('lines', [])).toBe('')
    expect(await printed('quiet', [])).toBe('')
  })
})

describe('pages', () => {
  /** A service with 250 of them, and what it was asked. */
  function serviceOf250() {
    const asked: { limit: number; cursor?: string }[] = []
    return {
      asked,
      ask: async (query: { limit: number; cursor?: string }) => {
        asked.push(query)
        const from = Number(query.cursor ?? 0)
        const to = Math.min(250, from + query.limit)
        const page = Array.from({ length: to - from }, (_, index) => from + index)
        return { items: page, next: to < 250 ? String(to) : null }
      },
    }
  }

  test('are asked for until there are as many as wanted', async () => {
    const { asked, ask } = serviceOf250()
    expect(await gather(pages({ limit: 120 }, ask))).toHaveLength(120)
    expect(asked).toEqual([{ limit: 100 }, { limit: 20, cursor: '100' }])
  })

  test('are asked for to the last', async () => {
    const { asked, ask } = serviceOf250()
    expect(await gather(pages({ limit: 20, all: true }, ask))).toHaveLength(250)
    expect(asked.map(({ cursor }) => cursor)).toEqual([undefined, '100', '200'])
  })
})

test('a time is told from now', () => {
  const now = Date.parse('2026-01-01T12:00:00Z')
  expect(fromNow('2026-01-01T11:58:30Z', now)).toBe('1 min 30 s ago')
  expect(fromNow('2026-01-03T12:00:00Z', now)).toBe('in 2 d')
  expect(fromNow('2026-01-01T12:00:00.400Z', now)).toBe('now')
  expect(fromNow(null, now)).toBe('')
})

async function printed(form: Form, list: readonly Item[]): Promise<string> {
  let text = ''
  const output: Output = {
    form,
    width: 80,
    paint: plain,
    write(piece) {
      text += piece
    },
  }
  await printList(output, list, { columns, idOf: ({ id }) => id, none: 'Nothing.' })
  return text
}

async function gather<T>(all: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const each of all) found.push(each)
  return found
}
