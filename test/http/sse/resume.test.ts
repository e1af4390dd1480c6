import { EventSource } from 'eventsource'
import fc from 'fast-check'
import { EventSource as UndiciEventSource } from 'undici'
import { expect, test } from 'vitest'
import { openStream } from './support/read-stream.ts'
import { type Served, serve } from './support/serve.ts'

interface EventSourceLike {
  readonly readyState: number
  addEventListener(type: string, listener: (event: MessageEvent) => void): void
  close(): void
}

/** The `readyState` of an EventSource that will not reconnect. */
const CLOSED = 2

test('whatever the moments of disconnecting, every event arrives once and in order', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ do: fc.constant('read' as const), events: fc.integer({ min: 0, max: 30 }) }),
    fc.record({ do: fc.constant('turns' as const), count: fc.integer({ min: 1, max: 5 }) }),
  )
  const maxEvents = fc.constantFrom(1, 7, 1000)
  const script = fc.array(step, { minLength: 5, maxLength: 25 })
  await fc.assert(
    fc.asyncProperty(script, maxEvents, async (steps, size) => {
      await using served = await serve({ maxEvents: size })
      served.log.create('ses_a')
      const got: number[] = []
      for (const each of steps) {
        if (each.do === 'append') served.log.outputs('ses_a', each.count)
        else if (each.do === 'turns') await turns(each.count)
        else got.push(...(await readSome(served, got.at(-1), each.events)))
      }
      served.log.end('ses_a')
      got.push(...(await readSome(served, got.at(-1), Number.POSITIVE_INFINITY)))
      expect(got).toEqual(served.log.events('ses_a').map(({ seq }) => seq))
      expect(served.streams.stats.gaps).toEqual({ future: 0, purged: 0, unknown: 0 })
      await noneOpen(served)
    }),
    { numRuns: 40 },
  )
})

test.each([
  ['eventsource', (url: string) => new EventSource(url) as EventSourceLike],
  ['undici', (url: string) => new UndiciEventSource(url) as unknown as EventSourceLike],
])('the EventSource of %s survives cuts and stops after the end', async (_name, open) => {
  // Takes the pause of 2 s at least down to 2 ms.
  await using served = await serve({ random: () => -0.999 })
  served.log.create('ses_a')
  const source = open(served.url('ses_a'))
  const ids: number[] = []
  const heard = new Set<() => void>()
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      const check = () => ids.length >= count && heard.delete(check) && resolve()
      heard.add(check)
    })
  const note = (event: MessageEvent) => {
    ids.push(Number(event.lastEventId))
    for (const check of [...heard]) check()
  }
  source.addEventListener('step.output', note)
  source.addEventListener('session.completed', note)
  for (let cut = 1; cut <= 5; cut += 1) {
    const reached = until(cut * 10)
    served.log.outputs('ses_a', 10)
    await reached
    served.app.server.closeAllConnections()
  }
  const reached = until(51)
  const closed = new Promise<void>((resolve) => {
    source.addEventListener('error', () => source.readyState === CLOSED && resolve())
  })
  served.log.end('ses_a')
  await reached
  await closed
  expect(ids).toEqual(Array.from({ length: 51 }, (_, index) => index + 1))
  await noneOpen(served)
})

/** Connects with a cursor, reads so many events at least, and drops the connection. */
async function readSome(
  served: Served,
  after: number | undefined,
  count: number,
): Promise<number[]> {
  const cursor = after === undefined ? {} : { 'last-event-id': String(after) }
  const stream = await openStream(served.url('ses_a'), cursor)
  const { length } = served.log.events('ses_a')
  const last = Math.min((after ?? 0) + count, length)
  if (count === Number.POSITIVE_INFINITY) await stream.ended()
  else if (last > (after ?? 0)) await stream.until(`id: ${last}\n`)
  stream.destroy()
  const whole = stream.text().slice(0, stream.text().lastIndexOf('\n\n') + 1)
  return [...whole.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function noneOpen({ streams, streamer }: Served): Promise<void> {
  while (streams.open > 0) await turns(1)
  const { opened, closed } = streams.stats
  expect(Object.values(closed).reduce((sum, count) => sum + count)).toBe(opened)
  expect(streamer.stats().followers).toBe(0)
}
