// @module-tag slow

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { finalEventTypes } from '../../src/session/events.ts'
import { dataDir } from '../store/data-dir.ts'
import { messages } from '../support/follow.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { MEBIBYTE, residentBytes } from './support/memory.ts'
import { postSession, startedProcess } from './support/started.ts'

const EVENTS = 100_000
const LINE_CHARS = 1000
/** A heap that does not hold the events; with more room, V8 would let garbage lie. */
const HEAP = '--max-old-space-size=64 --max-semi-space-size=2'
/** Well below what the events take as text alone. */
const MOST_GROWTH = 64 * MEBIBYTE

test('a session of 100,000 events keeps memory flat while it runs and is followed', {
  timeout: 120_000,
}, async () => {
  const service = await startedProcess({
    DATA_DIR: dataDir(),
    EXECUTORS_DIR: join(import.meta.dirname, '../support/fixtures/executors'),
    OUTPUT_LIMIT_BYTES: String(EVENTS * LINE_CHARS),
    NODE_OPTIONS: HEAP,
  })
  const chat = { uses: 'chatter', with: { lines: EVENTS, length: LINE_CHARS } }
  const sessionId = await postSession(service, [chat])

  const live = await readThrough(service, sessionId)
  expect(live.events).toBeGreaterThan(EVENTS)
  expect(live.isDense).toBe(true)
  expect(live.growth).toBeLessThan(MOST_GROWTH)

  const replayed = await readThrough(service, sessionId)
  expect(replayed).toMatchObject({ events: live.events, isDense: true })
  expect(replayed.growth).toBeLessThan(MOST_GROWTH)
})

/** Follows a session to its end, keeping nothing; `growth` is from the first tenth to the largest seen. */
async function readThrough(service: ServerProcess, sessionId: string) {
  let events = 0
  let isDense = true
  let lastType = ''
  let baseline = 0
  let peak = 0
  for await (const { id, event } of messages(service.url, sessionId)) {
    if (id === undefined) continue
    events += 1
    isDense &&= Number(id) === events
    lastType = event ?? ''
    if (events % 5000 !== 0) continue
    const bytes = await residentBytes(service)
    if (events <= EVENTS / 10) baseline = bytes
    peak = Math.max(peak, bytes)
  }
  expect(finalEventTypes).toContain(lastType)
  return { events, isDense, growth: peak - baseline }
}
