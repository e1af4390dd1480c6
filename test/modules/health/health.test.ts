import type { FastifyBaseLogger } from 'fastify'
import { describe, expect, test } from 'vitest'
import { StepstreamError } from '../../../src/errors.ts'
import { createLogger } from '../../../src/log.ts'
import {
  agendaCondition,
  dispatcherCondition,
  sessionsCondition,
  streamerCondition,
} from '../../../src/modules/health/conditions.ts'
import { createHealth } from '../../../src/modules/health/index.ts'
import { logLines } from '../../support/log-lines.ts'
import { ManualClock } from '../../support/manual-clock.ts'

function health() {
  const clock = new ManualClock()
  const lines = logLines()
  const log = createLogger({ LOG_LEVEL: 'info', LOG_FORMAT: 'json' }, lines) as FastifyBaseLogger
  return { clock, lines, health: createHealth({ clock, log }) }
}

describe('the health of the modules', () => {
  test('is what each says, with its errors and the time it was asked', async () => {
    const { health: all, clock } = health()
    all.add('one', () => ({ status: 'ok', running: 3 }))
    all.add('two', async () => ({ status: 'failed', detail: 'gone' }))
    const checkedAt = new Date(clock.now()).toISOString()
    expect(await all.check()).toEqual({
      one: { status: 'ok', running: 3, errors: 0, checkedAt },
      two: { status: 'failed', detail: 'gone', errors: 1, checkedAt },
    })
  })

  test('counts the error lines of a module, which are written all the same', async () => {
    const { health: all, lines } = health()
    all.add('one', () => ({ status: 'ok' }))
    all.logOf('one').error({ sessionId: 'x' }, 'driving failed')
    all.logOf('one').warn('never mind')
    all.logOf('other').error('elsewhere')
    expect(await all.check()).toMatchObject({ one: { errors: 1 } })
    expect(lines.of('driving failed')).toMatchObject([{ sessionId: 'x' }])
    expect(lines.of('never mind')).toHaveLength(1)
  })

  test.for([
    [new StepstreamError('STORAGE_UNAVAILABLE', 'no bucket'), 'no bucket'],
    [new TypeError('the password is hunter2'), 'it cannot tell how it is'],
  ] as const)('is degraded where a check ends in %s', async ([error, detail]) => {
    const { health: all } = health()
    all.add('one', () => Promise.reject(error))
    expect(await all.check()).toMatchObject({ one: { status: 'degraded', detail, errors: 1 } })
    expect(await all.check()).toMatchObject({ one: { errors: 2 } })
  })

  test('does not wait for a module that hangs, and asks it no second time meanwhile', async () => {
    const { health: all, clock } = health()
    const hung = Promise.withResolvers<{ status: 'ok' }>()
    let asked = 0
    all.add('one', () => {
      asked += 1
      return hung.promise
    })
    for (let count = 0; count < 2; count += 1) {
      const checking = all.check()
      clock.advance(3000)
      expect(await checking).toMatchObject({
        one: { status: 'degraded', detail: 'it does not answer', errors: count + 1 },
      })
    }
    expect(asked).toBe(1)
    hung.resolve({ status: 'ok' })
    expect(await all.check()).toMatchObject({ one: { status: 'ok' } })
  })
})

test.for([
  [{ running: 1, queued: 0 }, 'ok'],
  [{ running: 2, queued: 0 }, 'ok'],
  [{ running: 1, queued: 1 }, 'ok'],
  [{ running: 2, queued: 1 }, 'degraded'],
  [{ running: 0, queued: 9 }, 'degraded'],
] as const)('a dispatcher with %o is %s', ([load, status]) => {
  expect(dispatcherCondition(load, { places: 2, maxQueued: 9 })).toMatchObject({ status, ...load })
})

test('a streamer that opens no more streams is degraded', () => {
  const figures = { maxOpen: 2, bufferedChars: 10 }
  expect(streamerCondition({ open: 1, ...figures })).toMatchObject({ status: 'ok' })
  expect(streamerCondition({ open: 2, ...figures })).toMatchObject({ status: 'degraded' })
})

test.for([
  [undefined, 'ok', 0],
  [40_001, 'ok', 59_999],
  [40_000, 'degraded', 60_000],
] as const)('an agenda whose first was due at %s is %s', ([dueAt, status, overdueMs]) => {
  expect(agendaCondition(dueAt, 100_000)).toMatchObject({ status, overdueMs })
})

test('sessions that have not ended are active', () => {
  const counts = { running: 2, waiting: 1, completed: 4, failed: 1 }
  expect(sessionsCondition(counts)).toEqual({ status: 'ok', active: 3, total: 8 })
})
