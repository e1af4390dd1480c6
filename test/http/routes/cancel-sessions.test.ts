import { describe, expect, test } from 'vitest'
import { create } from '../../store/records.ts'
import { handExecutor, noop } from '../../support/hand-executor.ts'
import { type Service, startService } from '../../support/service.ts'
import { ended, json, lastOf, start, until } from '../../support/sessions.ts'
import { wrapStore } from '../../support/wrapped-store.ts'

interface Answer {
  matched: number
  cancelled: number
  failed: { sessionId: string; code: string }[]
  more: boolean
  next: string | null
}

const none = { matched: 0, cancelled: 0, failed: [], more: false, next: null }

async function cancel(service: Service, body: unknown): Promise<Answer> {
  const response = await service.post('/v1/sessions/cancel', body)
  expect(response.status).toBe(200)
  return json<Answer>(response)
}

async function parked(service: Service, labels: Record<string, string>): Promise<string> {
  const id = await start(service, { labels, steps: ['Wait 30d'], timeout: '60d' })
  await until(service, id, 'session.waiting')
  return id
}

async function statusOf(service: Service, id: string): Promise<unknown> {
  return (await json(service.get(`/v1/sessions/${id}`)))['status']
}

describe('cancelling the sessions of a filter', () => {
  test('ends those that run, wait, and are paused, and leaves the others alone', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [noop, hand.executor] })
    const labels = { env: 'test' }
    const running = await start(service, { labels, steps: [{ uses: 'hand' }] })
    const attempt = await hand.attempt()
    const waiting = await parked(service, labels)
    const paused = await parked(service, labels)
    await service.post(`/v1/sessions/${paused}/pause`)
    const over = await start(service, { labels, steps: [{ uses: 'noop' }] })
    await ended(service, over)
    const other = await parked(service, { env: 'prod' })

    const body = { filter: { label: 'env:test' }, reason: 'tidy up' }
    expect(await cancel(service, { ...body, dryRun: true })).toEqual({ ...none, matched: 3 })
    expect(attempt.context.signal.aborted).toBe(false)
    expect(await cancel(service, body)).toEqual({ ...none, matched: 3, cancelled: 3 })
    for (const id of [running, waiting, paused]) {
      expect(lastOf(await ended(service, id), 'session.cancelled').reason).toBe('tidy up')
    }
    expect(attempt.context.signal.aborted).toBe(true)
    expect(await statusOf(service, over)).toBe('completed')
    expect(await statusOf(service, other)).toBe('waiting')
    expect(await cancel(service, body)).toEqual(none)
  })

  test('takes every filter of the list, statuses and labels as lists too', async () => {
    await using service = await startService()
    const a = await parked(service, { env: 'test', team: 'a' })
    const b = await parked(service, { env: 'test', team: 'b' })
    await service.post(`/v1/sessions/${b}/pause`)
    const matched = async (filter: object) =>
      (await cancel(service, { filter, dryRun: true })).matched
    expect(await matched({ status: 'paused' })).toBe(1)
    expect(await matched({ status: ['paused', 'waiting'] })).toBe(2)
    expect(await matched({ status: 'completed,failed,cancelling' })).toBe(0)
    expect(await matched({ label: ['env:test', 'team:a'] })).toBe(1)
    expect(await matched({ name: 'nobody' })).toBe(0)
    expect(await matched({ createdBefore: '2001-01-01T00:00:00Z' })).toBe(0)
    expect(await matched({ createdAfter: '2001-01-01T00:00:00Z' })).toBe(2)
    expect(await cancel(service, { filter: { label: ['env:test', 'team:a'] } })).toMatchObject({
      cancelled: 1,
    })
    expect(await statusOf(service, a)).toBe('cancelled')
    expect(await statusOf(service, b)).toBe('paused')
  })

  test('goes on with a cursor where there are more than one call looks at', async () => {
    await using service = await startService()
    const ids = await Promise.all(
      Array.from({ length: 120 }, () => parked(service, { env: 'test' })),
    )
    const filter = { label: 'env:test' }
    const first = await cancel(service, { filter, limit: 70 })
    expect(first).toMatchObject({
      matched: 70,
      cancelled: 70,
      more: true,
      next: expect.any(String),
    })
    // What is new is not in what is gone on with.
    const late = await parked(service, { env: 'test' })
    const second = await cancel(service, { filter, limit: 70, cursor: first.next })
    expect(second).toEqual({ ...none, matched: 50, cancelled: 50 })
    await Promise.all(ids.map((id) => ended(service, id)))
    const statuses = await Promise.all(ids.map((id) => statusOf(service, id)))
    expect(new Set(statuses)).toEqual(new Set(['cancelled']))
    expect(await statusOf(service, late)).toBe('waiting')
  })

  test('names those that could not be cancelled, and goes on from there once the store is back', async () => {
    const { store, refuse, accept } = wrapStore()
    await using service = await startService({}, { store })
    const ids = await Promise.all(
      Array.from({ length: 60 }, () => parked(service, { env: 'test' })),
    )
    const filter = { label: 'env:test' }
    refuse()
    const refused = await cancel(service, { filter })
    accept()
    expect(refused).toMatchObject({ matched: 50, cancelled: 0, more: true })
    expect(refused.failed).toHaveLength(50)
    expect(refused.failed[0]).toEqual({
      sessionId: expect.stringMatching(/^ses_/),
      code: 'STORAGE_UNAVAILABLE',
      message: expect.any(String),
    })
    const rest = await cancel(service, { filter, cursor: refused.next })
    expect(rest).toEqual({ ...none, matched: 10, cancelled: 10 })
    expect(await cancel(service, { filter })).toMatchObject({ cancelled: 50, more: false })
    await Promise.all(ids.map((id) => ended(service, id)))
  })

  test('leaves the sessions of other tenants alone', async () => {
    const { store } = wrapStore()
    const foreign = await create(store, { tenant: 'other', status: 'paused' })
    await using service = await startService({}, { store })
    expect(await cancel(service, { filter: {}, all: true })).toEqual(none)
    expect((await store.session(foreign.id))?.status).toBe('paused')
  })

  test('wants it said when everything is meant', async () => {
    await using service = await startService()
    const id = await parked(service, {})
    for (const filter of [{}, { label: [] }]) {
      const refused = await service.post('/v1/sessions/cancel', { filter })
      expect(refused.status).toBe(400)
      expect(await json(refused)).toMatchObject({
        code: 'INVALID_VALUE',
        faults: [{ pointer: '/filter' }],
      })
    }
    expect(await statusOf(service, id)).toBe('waiting')
    expect(await cancel(service, { filter: {}, all: true })).toMatchObject({ cancelled: 1 })
    await ended(service, id)
  })

  test.each([
    [{}, '/filter'],
    [{ filter: { status: 'dead' } }, '/filter/status'],
    [{ filter: { label: 'prod' } }, '/filter/label'],
    [{ filter: { name: '\0' } }, '/filter/name'],
    [{ filter: { labels: 'env:prod' } }, '/filter/labels'],
    [{ filter: {}, all: false }, '/all'],
    [{ filter: { name: 'x' }, limit: 1001 }, '/limit'],
  ])('refuses %j at %s', async (body, pointer) => {
    await using service = await startService()
    const response = await service.post('/v1/sessions/cancel', body)
    expect(response.status).toBe(400)
    expect((await json<{ faults: { pointer: string }[] }>(response)).faults).toMatchObject([
      { pointer },
    ])
  })
})
