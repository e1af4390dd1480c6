import { describe, expect, test } from 'vitest'
import { newSessionId } from '../../../src/ids.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import type { Store } from '../../../src/store/types.ts'
import { dataDir } from '../../store/data-dir.ts'
import { handExecutor, noop } from '../../support/hand-executor.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import {
  addSchedule,
  getSchedule,
  type ScheduleEntry,
  sessionsOf,
} from '../../support/schedules.ts'
import { type Service, startService } from '../../support/service.ts'
import { ended, json } from '../../support/sessions.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const steps = [{ uses: 'noop' }]

/** A service whose time a test moves. */
async function startAt(iso: string, options: { dataDir?: string; store?: Store } = {}) {
  const { dataDir, ...given } = options
  const clock = new ManualClock(Date.parse(iso))
  const hand = handExecutor()
  const executors = [noop, hand.executor]
  const settings: Record<string, string> = dataDir === undefined ? {} : { DATA_DIR: dataDir }
  const service = await startService(settings, { clock, executors, ...given })
  return {
    clock,
    hand,
    service,
    async [Symbol.asyncDispose]() {
      // What still runs gets its grace by this clock.
      const time = setInterval(() => clock.advance(1000), 5)
      await service[Symbol.asyncDispose]()
      clearInterval(time)
    },
  }
}

/** Moves time on, and a little further while the agenda has not looked at what that made due. */
async function historyAfter(
  { clock, service }: { clock: ManualClock; service: Service },
  id: string,
  advanceMs: number,
  length: number,
): Promise<readonly ScheduleEntry[]> {
  clock.advance(advanceMs)
  await expect
    .poll(async () => {
      clock.advance(10)
      const { history } = await getSchedule(service, id)
      return history.length
    })
    .toBe(length)
  const { history } = await getSchedule(service, id)
  return history
}

describe('a schedule fires', () => {
  test('by the clock of its zone, over the night that has no 02:30', async () => {
    await using at = await startAt('2026-03-28T12:00:00Z')
    const body = { cron: '30 2 * * *', timeZone: 'Europe/Berlin', workflow: steps }
    const id = await addSchedule(at.service, body)
    expect((await getSchedule(at.service, id)).nextAt).toBe('2026-03-29T01:00:00.000Z')
    await historyAfter(at, id, 13 * HOUR, 1)
    const history = await historyAfter(at, id, 23.5 * HOUR, 2)
    expect(history.map(({ at, kind }) => [at, kind])).toEqual([
      ['2026-03-30T00:30:00.000Z', 'fired'],
      ['2026-03-29T01:00:00.000Z', 'fired'],
    ])
  })

  test('once in the night that has 02:30 twice', async () => {
    await using at = await startAt('2026-10-24T12:00:00Z')
    const body = { cron: '30 2 * * *', timeZone: 'Europe/Berlin', workflow: steps }
    const id = await addSchedule(at.service, body)
    await historyAfter(at, id, 12.5 * HOUR, 1)
    // An hour later it is 02:30 again.
    const history = await historyAfter(at, id, 25 * HOUR, 2)
    expect(history.map(({ at, kind }) => [at, kind])).toEqual([
      ['2026-10-26T01:30:00.000Z', 'fired'],
      ['2026-10-25T00:30:00.000Z', 'fired'],
    ])
  })

  test('with the current version of its workflow, and tells of it in the session', async () => {
    await using at = await startAt('2026-01-01T00:00:00Z')
    await fetch(`${at.service.url}/v1/workflows/w`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ steps }),
    })
    const id = await addSchedule(at.service, { every: '1m', workflow: 'w', labels: { a: 'b' } })
    const [entry] = await historyAfter(at, id, MINUTE, 1)
    const sessionId = entry?.sessionId ?? ''
    await ended(at.service, sessionId)
    expect(await json(at.service.get(`/v1/sessions/${sessionId}`))).toMatchObject({
      workflow: { name: 'w', version: 1 },
      labels: { a: 'b' },
      startedBy: { schedule: id },
      correlationId: `${id}:2026-01-01T00:01:00.000Z`,
      createdAt: expect.stringContaining('2026-01-01T00:01:00.'),
    })
  })

  test('on with its plan when its workflow is gone', async () => {
    await using at = await startAt('2026-01-01T00:00:00Z')
    const path = `${at.service.url}/v1/workflows/w`
    const put = { method: 'PUT', headers: { 'content-type': 'application/json' } }
    await fetch(path, { ...put, body: JSON.stringify({ steps }) })
    const id = await addSchedule(at.service, { every: '1m', workflow: 'w' })
    await fetch(path, { method: 'DELETE' })
    const [failed] = await historyAfter(at, id, MINUTE, 1)
    expect(failed).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('WORKFLOW_NOT_FOUND'),
    })
    await fetch(path, { ...put, body: JSON.stringify({ steps }) })
    const [fired] = await historyAfter(at, id, MINUTE, 2)
    expect(fired).toMatchObject({ kind: 'fired', at: '2026-01-01T00:02:00.000Z' })
  })

  test('not while it is paused, and makes nothing up after it', async () => {
    await using at = await startAt('2026-01-01T00:00:00Z')
    const id = await addSchedule(at.service, { every: '1m', workflow: steps })
    await historyAfter(at, id, MINUTE, 1)
    await at.service.post(`/v1/schedules/${id}/pause`)
    at.clock.advance(30 * MINUTE + 20_000)
    await at.service.post(`/v1/schedules/${id}/resume`)
    const history = await historyAfter(at, id, MINUTE, 2)
    expect(history.map(({ at }) => at)).toEqual([
      '2026-01-01T00:32:00.000Z',
      '2026-01-01T00:01:00.000Z',
    ])
  })
})

describe('after a downtime', () => {
  test('the latest fire time is made up, and the history tells of the others', async () => {
    const folder = { dataDir: dataDir() }
    const before = await startAt('2026-01-01T00:00:00Z', folder)
    const id = await addSchedule(before.service, { cron: '0 * * * *', workflow: steps })
    await before[Symbol.asyncDispose]()

    await using at = await startAt('2026-01-01T05:30:00Z', folder)
    const history = await historyAfter(at, id, 0, 2)
    expect(history).toMatchObject([
      {
        kind: 'caught_up',
        at: '2026-01-01T05:00:00.000Z',
        firedAt: expect.stringContaining('2026-01-01T05:30:00.'),
      },
      {
        kind: 'missed',
        at: '2026-01-01T01:00:00.000Z',
        lastAt: '2026-01-01T04:00:00.000Z',
        count: 4,
      },
    ])
    const metrics = await (await at.service.get('/metrics')).text()
    expect(metrics).toContain('stepstream_schedule_fires_total{kind="missed"} 4')
    expect(metrics).toContain('stepstream_schedule_fires_total{kind="caught_up"} 1')
  })
})

describe('a process that ends', () => {
  test('before it starts a session leaves it to the next, and after it nothing is started twice', async () => {
    const store = createMemoryStore()
    await using at = await startAt('2026-01-01T00:00:00Z', { store })
    const id = await addSchedule(at.service, { every: '1m', workflow: steps })
    const sessionId = newSessionId(at.clock.now())
    const fire = { at: at.clock.now(), kind: 'fired', sessionId, firedAt: at.clock.now() }
    /** As a process writes it before it starts the session. */
    const begin = async () => {
      const document = await store.document('default', 'schedule', id)
      if (document === undefined) throw new Error('there is no schedule')
      const body = JSON.stringify({ ...JSON.parse(document.body), starting: [fire] })
      const dueAt = at.clock.now()
      await store.putDocument({ ...document, body, dueAt }, document.version)
    }

    await begin()
    const [fired] = await historyAfter(at, id, 1000, 1)
    expect(fired).toMatchObject({ kind: 'fired', sessionId })
    await ended(at.service, sessionId)
    // Long enough for its key to be forgotten, and not for the schedule to fire.
    await at.service.post(`/v1/schedules/${id}/pause`)
    at.clock.advance(30 * HOUR)
    await begin()
    const [again] = await historyAfter(at, id, 1000, 2)
    expect(again).toMatchObject({ kind: 'fired', sessionId })
    expect(await sessionsOf(at.service, id)).toHaveLength(1)
  })

  test('is stood in for by none: two that see one fire time start one session', async () => {
    const clock = new ManualClock(Date.parse('2026-01-01T00:00:00Z'))
    const store = createMemoryStore()
    const options = { clock, executors: [noop], store }
    await using first = await startService({}, options)
    await using second = await startService({}, options)
    const body = { every: '1m', workflow: steps, overlap: 'allow' }
    const id = await addSchedule(first, body)
    for (const n of [1, 2, 3]) await historyAfter({ clock, service: second }, id, MINUTE, n)
    const sessions = await sessionsOf(first, id)
    expect(sessions).toHaveLength(3)
    const { runs } = await getSchedule(first, id)
    expect(runs).toBe(3)
  })
})

describe('while a session of the schedule is unfinished', () => {
  const minutely = (overlap: string) => ({ every: '1m', workflow: [{ uses: 'hand' }], overlap })

  test('skip leaves the fire time out', async () => {
    await using at = await startAt('2026-01-01T00:00:00Z')
    const id = await addSchedule(at.service, minutely('skip'))
    const [fired] = await historyAfter(at, id, MINUTE, 1)
    const attempt = await at.hand.attempt()
    const [skipped] = await historyAfter(at, id, MINUTE, 2)
    expect(skipped).toMatchObject({ kind: 'skipped', at: '2026-01-01T00:02:00.000Z' })
    attempt.succeed()
    await ended(at.service, fired?.sessionId ?? '')
    const [next] = await historyAfter(at, id, MINUTE, 3)
    expect(next).toMatchObject({ kind: 'fired', at: '2026-01-01T00:03:00.000Z' })
  })

  test('queue starts one when the session ends, at once', async () => {
    await using at = await startAt('2026-01-01T00:00:00Z')
    const id = await addSchedule(at.service, minutely('queue'))
    await historyAfter(at, id, MINUTE, 1)
    const attempt = await at.hand.attempt()
    at.clock.advance(MINUTE)
    await expect
      .poll(() => {
        at.clock.advance(10)
        return getSchedule(at.service, id)
      })
      .toMatchObject({ waitingSince: '2026-01-01T00:02:00.000Z' })
    await historyAfter(at, id, MINUTE, 2)
    attempt.succeed()
    // No time goes by: the end is seen where it happens.
    const history = await historyAfter(at, id, 0, 3)
    expect(history.map(({ at, kind }) => [at, kind])).toEqual([
      ['2026-01-01T00:02:00.000Z', 'fired'],
      ['2026-01-01T00:03:00.000Z', 'skipped'],
      ['2026-01-01T00:01:00.000Z', 'fired'],
    ])
  })

  test('cancel_previous cancels it and starts another', async () => {
    await using at = await startAt('2026-01-01T00:00:00Z')
    const id = await addSchedule(at.service, minutely('cancel_previous'))
    const [first] = await historyAfter(at, id, MINUTE, 1)
    await at.hand.attempt()
    const [second] = await historyAfter(at, id, MINUTE, 2)
    await at.hand.attempt()
    expect((await ended(at.service, first?.sessionId ?? '')).at(-1)?.type).toBe('session.cancelled')
    expect(await sessionsOf(at.service, id)).toMatchObject([
      { sessionId: second?.sessionId, status: 'running' },
      { sessionId: first?.sessionId, status: 'cancelled' },
    ])
  })

  test('allow runs both', async () => {
    await using at = await startAt('2026-01-01T00:00:00Z')
    const id = await addSchedule(at.service, minutely('allow'))
    await historyAfter(at, id, MINUTE, 1)
    await historyAfter(at, id, MINUTE, 2)
    await Promise.all([at.hand.attempt(), at.hand.attempt()])
    const sessions = await sessionsOf(at.service, id)
    expect(sessions.map(({ status }) => status)).toEqual(['running', 'running'])
  })
})
