import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { follow, typesOf } from '../../support/follow.ts'
import { handExecutor, noop } from '../../support/hand-executor.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { startService } from '../../support/service.ts'
import { ended, json, lastOf, start, until } from '../../support/sessions.ts'

const two = [
  { id: 'a', uses: 'hand' },
  { id: 'b', uses: 'hand' },
]

describe('pausing', () => {
  test('lets the running attempt finish and starts nothing, until it is resumed', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const id = await start(service, two)
    const first = await hand.attempt()
    const paused = await service.post(`/v1/sessions/${id}/pause`, { reason: 'lunch' })
    expect(paused.status).toBe(202)
    expect(await json(paused)).toMatchObject({ sessionId: id, status: 'paused' })
    expect(first.context.signal.aborted).toBe(false)
    first.succeed({ n: 1 })
    const sofar = await until(service, id, 'step.completed')
    expect(lastOf(sofar, 'session.paused')).toEqual({ reason: 'lunch' })
    expect(await json(service.get(`/v1/sessions/${id}`))).toMatchObject({
      status: 'paused',
      counts: { completed: 1 },
    })
    expect(hand.begun).toBe(1)

    const resumed = await service.post(`/v1/sessions/${id}/resume`)
    expect(resumed.status).toBe(202)
    const second = await hand.attempt()
    expect(second.context.stepId).toBe('b')
    second.succeed()
    expect(typesOf(await ended(service, id))).toEqual([
      'session.created',
      'session.started',
      'step.started a',
      'session.paused',
      'step.completed a',
      'session.resumed',
      'step.started b',
      'step.completed b',
      'session.completed',
    ])
  })

  test('and resuming twice change nothing', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const id = await start(service, two)
    await hand.attempt()
    const path = `/v1/sessions/${id}`
    for (const command of ['resume', 'pause', 'pause', 'resume', 'resume', 'cancel', 'cancel']) {
      expect([command, (await service.post(`${path}/${command}`)).status]).toEqual([command, 202])
    }
    const types = typesOf(await ended(service, id))
    const count = (type: string) => types.filter((other) => other === type).length
    expect(['session.paused', 'session.resumed', 'session.cancelled'].map(count)).toEqual([1, 1, 1])
    expect((await service.post(`${path}/cancel`)).status).toBe(202)
    expect((await service.post(`${path}/pause`)).status).toBe(409)
  })

  test('a session that still waits for its place keeps it from starting', async () => {
    const hand = handExecutor()
    await using service = await startService(
      { MAX_SESSIONS_RUNNING: '1' },
      { executors: [hand.executor, noop] },
    )
    await start(service, [{ id: 'x', uses: 'hand' }])
    const held = await hand.attempt()
    const id = await start(service, [{ id: 'a', uses: 'noop' }])
    await service.post(`/v1/sessions/${id}/pause`)
    held.succeed()
    const next = await start(service, [{ id: 'a', uses: 'noop' }])
    await ended(service, next)
    expect(await json(service.get(`/v1/sessions/${id}`))).toMatchObject({ status: 'paused' })
    await service.post(`/v1/sessions/${id}/resume`)
    expect((await ended(service, id)).at(-1)?.type).toBe('session.completed')
  })

  test('a wait that ran out meanwhile is over at the resume', async () => {
    const clock = new ManualClock()
    await using service = await startService({}, { clock })
    const id = await start(service, ['Wait 1h'])
    await until(service, id, 'session.waiting')
    await service.post(`/v1/sessions/${id}/pause`)
    clock.advance(2 * 3_600_000)
    expect(await json(service.get(`/v1/sessions/${id}`))).toMatchObject({ status: 'paused' })
    await service.post(`/v1/sessions/${id}/resume`)
    expect((await ended(service, id)).at(-1)?.type).toBe('session.completed')
  })
})

describe('cancelling', () => {
  test('stops what runs and says so', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const id = await start(service, two)
    const attempt = await hand.attempt()
    const answer = await service.post(`/v1/sessions/${id}/cancel`, { reason: 'wrong shop' })
    expect(answer.status).toBe(202)
    expect(await json(answer)).toMatchObject({ status: 'cancelling' })
    const events = await ended(service, id)
    expect(attempt.context.signal.reason).toBe('cancelled')
    expect(lastOf(events, 'session.cancelling')).toEqual({
      cause: 'requested',
      reason: 'wrong shop',
    })
    expect(lastOf(events, 'session.cancelled')).toMatchObject({
      reason: 'wrong shop',
      steps: { total: 2, cancelled: 2 },
    })
    expect(hand.begun).toBe(1)
  })

  test('a queued, a waiting or a paused session ends it at once', async () => {
    const hand = handExecutor()
    await using service = await startService(
      { MAX_SESSIONS_RUNNING: '1' },
      { executors: [hand.executor] },
    )
    const waiting = await start(service, ['Wait 1h'])
    await until(service, waiting, 'session.waiting')
    await start(service, two)
    await hand.attempt()
    const queued = await start(service, two)
    const paused = await start(service, two)
    await service.post(`/v1/sessions/${paused}/pause`)
    for (const id of [waiting, queued, paused]) {
      const answer = await json(service.post(`/v1/sessions/${id}/cancel`))
      expect(answer['status']).toBe('cancelled')
      expect((await ended(service, id)).at(-1)?.type).toBe('session.cancelled')
    }
    expect(hand.begun).toBe(1)
  })

  test('kills the whole process tree of a command, and the log says how', async () => {
    const tree = join(import.meta.dirname, '../../support/fixtures/tree.mjs')
    await using service = await startService({ COMMANDS: process.execPath })
    const run = [process.execPath, tree, '2', 'stubborn']
    const id = await start(service, [{ id: 'a', uses: 'command', with: { run } }])
    const pids = new Set<number>()
    await follow(service.url, id, {
      until(event) {
        if (event.type !== 'step.output') return false
        for (const [, pid] of event.data.text.matchAll(/pid (\d+)/g)) pids.add(Number(pid))
        return pids.size === 3
      },
    })
    await service.post(`/v1/sessions/${id}/cancel`)
    const events = await ended(service, id)
    expect(lastOf(events, 'step.cancelled')).toMatchObject({
      reason: 'session_cancelled',
      details: { signals: ['SIGTERM', 'SIGKILL'], gone: true, pid: expect.any(Number) },
    })
    expect(await running(pids)).toEqual([])
  })

  test('does not wait for ever for an executor that does not stop', async () => {
    const clock = new ManualClock()
    const hand = handExecutor({ stubborn: true })
    await using service = await startService({}, { executors: [hand.executor], clock })
    const id = await start(service, two)
    const attempt = await hand.attempt()
    await service.post(`/v1/sessions/${id}/cancel`)
    expect(attempt.context.signal.aborted).toBe(true)
    const view = await json(service.get(`/v1/sessions/${id}`))
    expect(view['status']).toBe('cancelling')
    clock.advance(10_000)
    const events = await ended(service, id)
    expect(lastOf(events, 'step.cancelled').details).toEqual({ abandoned: true })
    expect(events.at(-1)?.type).toBe('session.cancelled')
    // What it says and ends in afterwards is nobody's concern.
    attempt.context.output('stdout', 'still here')
    attempt.context.progress({ percent: 50 })
    attempt.succeed({ late: true })
    clock.advance(1000)
    expect(await ended(service, id)).toHaveLength(events.length)
  })
})

test('with fail_fast a failure stops the siblings', async () => {
  const hand = handExecutor()
  await using service = await startService({}, { executors: [hand.executor] })
  const id = await start(service, {
    steps: [
      { id: 'a', uses: 'hand', group: 'g' },
      { id: 'b', uses: 'hand', group: 'g' },
      { id: 'c', uses: 'hand' },
    ],
  })
  const attempts = [await hand.attempt(), await hand.attempt()]
  const [a, b] = attempts.sort((x, y) => x.context.stepId.localeCompare(y.context.stepId))
  const error = { code: 'UNEXPECTED_STATUS', message: 'no', retryable: false } as const
  a?.end({ status: 'failed', ...error })
  const events = await ended(service, id)
  expect(b?.context.signal.reason).toBe('cancelled')
  expect(typesOf(events).slice(-4)).toEqual([
    'session.cancelling',
    'step.skipped c',
    'step.cancelled b',
    'session.failed',
  ])
  expect(lastOf(events, 'session.failed')).toMatchObject({
    stepId: 'a',
    error: { code: error.code },
  })
})

/** Those of the processes that run; a dead one that nobody has reaped does not. */
async function running(pids: Iterable<number>): Promise<number[]> {
  const here = new Set((await readdir('/proc')).filter((name) => /^\d+$/.test(name)))
  const alive: number[] = []
  for (const pid of pids) {
    if (!here.has(String(pid))) continue
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z')
    if (!/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))) alive.push(pid)
  }
  return alive
}
