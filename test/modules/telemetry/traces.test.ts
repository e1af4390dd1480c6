import { expect, test } from 'vitest'
import { createEventBus } from '../../../src/modules/event-bus/index.ts'
import type { FinishedSpan } from '../../../src/modules/telemetry/finished-span.ts'
import { type TracedEvent, tracedTypes } from '../../../src/modules/telemetry/traced-events.ts'
import { Traces } from '../../../src/modules/telemetry/traces.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import { handExecutor } from '../../support/hand-executor.ts'
import { startService } from '../../support/service.ts'
import { ended, start } from '../../support/sessions.ts'

/** Traces of what a store commits, and how many logs had to be read for them. */
function traced(keep: number) {
  const store = createMemoryStore()
  const spans: FinishedSpan[] = []
  let reads = 0
  const traces = new Traces({
    store: {
      session: (id) => store.session(id),
      readEvents: (read) => {
        reads += 1
        return store.readEvents(read)
      },
    },
    keep,
    isSampled: () => true,
    send: (span) => spans.push(span),
    lost: (why) => {
      throw new Error(why)
    },
  })
  const bus = createEventBus({ error: () => {} })
  for (const type of tracedTypes) {
    bus.on(type, (event, commit) => traces.take(event as TracedEvent, commit))
  }
  store.onCommit((commits) => bus.publish(commits))
  return { store, traces, spans, reads: () => reads }
}

/** Two sessions that take turns; the names of all spans. */
async function twoInTurn(
  { store, traces, spans }: ReturnType<typeof traced>,
  between = (_ids: readonly string[]) => {},
): Promise<string[]> {
  const hand = handExecutor()
  await using service = await startService({}, { store, executors: [hand.executor] })
  const steps = [{ id: 'x', uses: 'hand' }]
  const a = await start(service, { name: 'a', steps })
  const ofA = await hand.attempt()
  const b = await start(service, { name: 'b', steps })
  const ofB = await hand.attempt()
  between([a, b])
  ofA.succeed()
  await ended(service, a)
  ofB.succeed()
  await ended(service, b)
  await traces.idle()
  return spans.map(({ name }) => name).sort()
}

const all = ['hand attempt', 'hand attempt', 'session a', 'session b', 'step x', 'step x']

test('a session that is at hand needs no reading', async () => {
  const of = traced(2)
  expect(await twoInTurn(of)).toEqual(all)
  expect(of.reads()).toBe(0)
})

test('no more sessions are kept at hand than allowed, and the log tells the rest', async () => {
  const of = traced(1)
  expect(await twoInTurn(of)).toEqual(all)
  expect(of.reads()).toBeGreaterThan(0)
  const session = of.spans.find(({ name }) => name === 'session a')
  expect(session?.notes?.events.map(({ name }) => name)).toEqual(['session.started'])
})

test('what others have written to is read again', async () => {
  const of = traced(2)
  const names = await twoInTurn(of, (ids) => {
    for (const id of ids) of.traces.forget(id)
  })
  expect(names).toEqual(all)
  expect(of.reads()).toBe(2)
})
