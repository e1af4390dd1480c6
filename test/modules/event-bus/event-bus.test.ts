import { describe, expect, test } from 'vitest'
import { createEventBus } from '../../../src/modules/event-bus/index.ts'
import type { EventType } from '../../../src/session/events.ts'
import type { Commit, EncodedEvent } from '../../../src/store/types.ts'
import { noop } from '../../support/hand-executor.ts'
import { logLines } from '../../support/log-lines.ts'
import { startService } from '../../support/service.ts'
import { json, start } from '../../support/sessions.ts'
import { wrapStore } from '../../support/wrapped-store.ts'

const quiet = { error: () => {} }

function encoded(seq: number, type: EventType, data: object): EncodedEvent {
  return { seq, type, body: JSON.stringify({ seq, type, data }) }
}

function commitOf(sessionId: string, ...events: EncodedEvent[]): Commit {
  return { sessionId, tenant: 'default', events, status: undefined }
}

describe('the event bus', () => {
  test('gives a subscriber the events of its type in order, each with its commit', () => {
    const bus = createEventBus(quiet)
    const seen: unknown[] = []
    bus.on('step.completed', (event, commit) => {
      seen.push([commit.sessionId, event.seq])
    })
    const completed = (seq: number) => encoded(seq, 'step.completed', { durationMs: 1 })
    bus.publish([
      commitOf('a', completed(4), encoded(5, 'step.started', { uses: 'noop' }), completed(6)),
      commitOf('b', completed(2)),
    ])
    bus.publish([commitOf('a', completed(7))])
    expect(seen).toEqual([
      ['a', 4],
      ['a', 6],
      ['b', 2],
      ['a', 7],
    ])
  })

  test('parses an event once for all, and none that nobody subscribed to', () => {
    const bus = createEventBus(quiet)
    const seen: unknown[] = []
    bus.on('session.started', (event) => void seen.push(event))
    bus.on('session.started', (event) => void seen.push(event))
    const unreadable: EncodedEvent = { seq: 2, type: 'step.output', body: 'not JSON' }
    bus.publish([commitOf('a', encoded(1, 'session.started', {}), unreadable)])
    expect(seen).toHaveLength(2)
    expect(seen[0]).toBe(seen[1])
  })

  test('logs a subscriber that throws or rejects, and the others still get the event', async () => {
    const logged: unknown[] = []
    const bus = createEventBus({ error: (entry: unknown) => void logged.push(entry) })
    const seen: number[] = []
    bus.on('session.started', () => {
      throw new Error('thrown')
    })
    bus.on('session.started', () => Promise.reject(new Error('rejected')))
    bus.on('session.started', ({ seq }) => void seen.push(seq))
    bus.publish([commitOf('a', encoded(1, 'session.started', {}))])
    expect(seen).toEqual([1])
    await expect.poll(() => logged).toHaveLength(2)
    const fault = (message: string) =>
      expect.objectContaining({
        err: expect.objectContaining({ message }),
        sessionId: 'a',
        type: 'session.started',
      })
    expect(logged).toEqual([fault('thrown'), fault('rejected')])
  })

  test('disturbs no session when a subscriber of the service fails', async () => {
    const lines = logLines()
    const { store } = wrapStore()
    const service = await startService(
      { LOG_LEVEL: 'error' },
      {
        store: {
          ...store,
          // A body that cannot be read makes every subscriber of its type fail.
          onCommit: (listener) =>
            store.onCommit((commits) =>
              listener(
                commits.map((commit) => ({
                  ...commit,
                  events: commit.events.map((event) =>
                    event.type === 'session.completed'
                      ? { ...event, body: '{"type":"session.completed"}' }
                      : event,
                  ),
                })),
              ),
            ),
        },
        executors: [noop],
        logDestination: lines,
      },
    )
    await using _ = service
    const id = await start(service, [{ uses: 'noop' }])
    await expect
      .poll(async () => (await json(service.get(`/v1/sessions/${id}`)))['status'])
      .toBe('completed')
    expect(lines.of('a subscriber failed')).toMatchObject([{ type: 'session.completed' }])
  })
})
