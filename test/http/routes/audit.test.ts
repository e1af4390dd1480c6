import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { AuditEntry } from '../../../src/modules/audit/types.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import { noop } from '../../support/hand-executor.ts'
import { logLines } from '../../support/log-lines.ts'
import { type Service, startService } from '../../support/service.ts'
import { ended, json, start, until } from '../../support/sessions.ts'
import { wrapStore } from '../../support/wrapped-store.ts'

const nobody = 'ses_00000000000000000000000000'

interface Page {
  readonly entries: readonly AuditEntry[]
  readonly next: string | null
}

function auditOf(service: Service, query = '', headers = {}): Promise<Page> {
  return json<Page>(service.get(`/v1/audit${query}`, headers))
}

/** The newest entries, once there are so many: they are written behind the answer. */
async function entriesOf(service: Service, count: number, query = '') {
  await expect
    .poll(async () => (await auditOf(service, query)).entries.length)
    .toBeGreaterThanOrEqual(count)
  return (await auditOf(service, query)).entries
}

describe('the audit log', () => {
  test('tells who did what to what, when, from where, and what came of it', async () => {
    await using service = await startService()
    const id = await start(service, ['Wait 1h'])
    const before = Date.now()
    const headers = { 'user-agent': 'curl/8', 'x-request-id': 'mine' }
    await service.post(`/v1/sessions/${id}/pause`, { reason: 'lunch' }, headers)
    const [entry] = await entriesOf(service, 1)
    expect(entry).toEqual({
      id: expect.stringMatching(/^aud_/),
      at: expect.any(String),
      action: 'session.pause',
      actor: 'anonymous',
      tenant: 'default',
      target: { session: id },
      from: { ip: '127.0.0.1', userAgent: 'curl/8' },
      requestId: 'mine',
      reason: 'lunch',
      outcome: { status: 202 },
    })
    const at = Date.parse(entry?.at ?? '')
    expect(at).toBeGreaterThanOrEqual(before)
    expect(at).toBeLessThanOrEqual(Date.now())
  })

  test('has every kind of control action', async () => {
    await using service = await startService({}, { executors: [noop] })
    const send = (method: string, path: string, body?: unknown) =>
      fetch(service.url + path, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
    const waiting = await start(service, [{ id: 'a', uses: 'wait', with: { for: '1h' } }])
    const path = `/v1/sessions/${waiting}`
    await until(service, waiting, 'step.waiting')
    await send('POST', `${path}/pause`)
    await send('POST', `${path}/resume`)
    await send('POST', `${path}/steps/a/skip`, { actor: 'Ann', reason: 'not today' })
    await ended(service, waiting)
    const forked = await json(send('POST', `${path}/fork`, { fromStep: 'a' }))
    await send('POST', `/v1/sessions/${forked['sessionId']}/cancel`)
    await ended(service, String(forked['sessionId']))
    const retried = await json(send('POST', `/v1/sessions/${forked['sessionId']}/retry`))
    await send('POST', '/v1/sessions/cancel', { filter: { status: 'waiting' }, reason: 'tidy' })
    await send('DELETE', path)
    await send('PUT', '/v1/workflows/w', [{ uses: 'noop' }])
    await send('POST', '/v1/workflows/w/versions/1/restore')
    await send('DELETE', '/v1/workflows/w')
    const entries = (await entriesOf(service, 11)).toReversed()
    const linkOf = (id: unknown) => `/v1/sessions/${id}`
    expect(
      entries.map(({ action, target, person, reason, outcome }) => ({
        action,
        target,
        outcome,
        ...(person && { person }),
        ...(reason && { reason }),
      })),
    ).toEqual([
      { action: 'session.pause', target: { session: waiting }, outcome: { status: 202 } },
      { action: 'session.resume', target: { session: waiting }, outcome: { status: 202 } },
      {
        action: 'step.skip',
        target: { session: waiting, step: 'a' },
        outcome: { status: 202 },
        person: 'Ann',
        reason: 'not today',
      },
      {
        action: 'session.fork',
        target: { session: waiting },
        outcome: { status: 202, created: linkOf(forked['sessionId']) },
      },
      {
        action: 'session.cancel',
        target: { session: forked['sessionId'] },
        outcome: { status: 202 },
      },
      {
        action: 'session.retry',
        target: { session: forked['sessionId'] },
        outcome: { status: 202, created: linkOf(retried['sessionId']) },
      },
      { action: 'sessions.cancel', target: {}, outcome: { status: 200 }, reason: 'tidy' },
      { action: 'session.delete', target: { session: waiting }, outcome: { status: 204 } },
      {
        action: 'workflow.save',
        target: { workflow: 'w' },
        outcome: { status: 201, created: '/v1/workflows/w/versions/1' },
      },
      {
        action: 'workflow.restore',
        target: { workflow: 'w', version: '1' },
        outcome: { status: 200 },
      },
      { action: 'workflow.delete', target: { workflow: 'w' }, outcome: { status: 204 } },
    ])
  })

  test('keeps what was refused, and nothing of a body that was', async () => {
    await using service = await startService()
    await service.post(`/v1/sessions/${nobody}/cancel`, { reason: 'why not' })
    await service.post(`/v1/sessions/${nobody}/cancel`, { reason: 'x', password: 'hunter2' })
    const [unread, refused] = await entriesOf(service, 2)
    expect(refused).toMatchObject({
      reason: 'why not',
      outcome: { status: 404, code: 'SESSION_NOT_FOUND' },
    })
    expect(unread).toMatchObject({ outcome: { status: 400, code: 'UNKNOWN_FIELD' } })
    expect(unread).not.toHaveProperty('reason')
    expect(JSON.stringify(await auditOf(service))).not.toContain('hunter2')
  })

  test('names the key, and keeps nothing of those who have none', async () => {
    const secret = 'sixteen-and-more-characters'
    await using service = await startService({ API_KEYS: `ci:${secret}` })
    const headers = { authorization: `Bearer ${secret}` }
    const path = `/v1/sessions/${nobody}/pause`
    expect((await service.post(path)).status).toBe(401)
    expect((await service.post(path, undefined, { origin: 'http://evil.test' })).status).toBe(403)
    expect((await service.get('/v1/audit')).status).toBe(401)
    expect((await service.post(path, undefined, headers)).status).toBe(404)
    await expect.poll(async () => (await auditOf(service, '', headers)).entries).toHaveLength(1)
    const { entries } = await auditOf(service, '', headers)
    expect(entries).toMatchObject([{ actor: 'ci', outcome: { status: 404 } }])
    expect(JSON.stringify(entries)).not.toContain(secret)
  })

  test('has an entry of a caller who hangs up before the answer', async () => {
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<void>()
    const inner = createMemoryStore()
    const { store } = wrapStore(inner, {
      markForPurge: async (id) => {
        asked.resolve()
        await answer.promise
        await inner.markForPurge(id)
      },
    })
    await using service = await startService({}, { store, executors: [noop] })
    const id = await start(service, [{ uses: 'noop' }])
    await ended(service, id)
    const { hostname, port } = new URL(service.url)
    const socket = connect(Number(port), hostname)
    socket.write(`DELETE /v1/sessions/${id} HTTP/1.1\r\nhost: localhost\r\n\r\n`)
    await asked.promise
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.resetAndDestroy()
    await closed
    answer.resolve()
    const [entry] = await entriesOf(service, 1)
    expect(entry).toMatchObject({
      action: 'session.delete',
      from: { ip: '127.0.0.1' },
      outcome: { status: 204 },
    })
  })

  test('is written before the service ends', async () => {
    const inner = createMemoryStore()
    const released = Promise.withResolvers<void>()
    let isOpen = true
    let written: boolean | undefined
    const { store } = wrapStore(inner, {
      async putDocument(document, expected) {
        await released.promise
        written = isOpen
        return inner.putDocument(document, expected)
      },
      close: async () => {
        isOpen = false
        await inner.close()
      },
    })
    const service = await startService({}, { store })
    await service.post(`/v1/sessions/${nobody}/pause`)
    const closing = service[Symbol.asyncDispose]()
    await expect.poll(() => service.app.server.listening).toBe(false)
    released.resolve()
    await closing
    expect([written, isOpen]).toEqual([true, false])
  })

  test('that cannot be written breaks no request, and is told', async () => {
    const lines = logLines()
    const { store } = wrapStore(undefined, {
      putDocument: () => Promise.reject(new Error('no space is left')),
    })
    await using service = await startService(
      { LOG_LEVEL: 'info' },
      { store, logDestination: lines },
    )
    const id = await start(service, ['Wait 1h'])
    expect((await service.post(`/v1/sessions/${id}/pause`)).status).toBe(202)
    await expect
      .poll(() => lines.of('an audit entry could not be written'))
      .toMatchObject([{ audit: { action: 'session.pause', target: { session: id } } }])
    expect(await (await service.get('/metrics')).text()).toMatch(/^stepstream_audit_lost_total 1$/m)
    expect(await json(service.get('/readyz?verbose'))).toMatchObject({
      health: 'degraded',
      modules: { audit: { status: 'degraded', lost: 1, errors: 1 } },
    })
  })

  test('is asked by session, action, actor and time, in pages', async () => {
    await using service = await startService()
    const one = await start(service, ['Wait 1h'])
    const two = await start(service, ['Wait 1h'])
    for (const command of ['pause', 'resume', 'cancel']) {
      await service.post(`/v1/sessions/${one}/${command}`)
    }
    await service.post(`/v1/sessions/${two}/pause`)
    await entriesOf(service, 4)
    const found = async (query: string) =>
      (await auditOf(service, query)).entries.map(({ action }) => action)
    expect(await found(`?session=${two}`)).toEqual(['session.pause'])
    expect(await found(`?session=${one}&action=session.cancel`)).toEqual(['session.cancel'])
    expect(await found('?actor=anonymous&limit=2')).toEqual(['session.pause', 'session.cancel'])
    expect(await found('?actor=Ann')).toEqual([])
    expect(await found('?before=2020-01-01T00:00:00Z')).toEqual([])
    expect(await found('?after=2020-01-01T00:00:00Z')).toHaveLength(4)
    const first = await auditOf(service, `?session=${one}&limit=2`)
    const rest = await auditOf(service, `?session=${one}&limit=2&cursor=${first.next}`)
    const all = [...first.entries, ...rest.entries].map(({ action }) => action)
    expect(all).toEqual(['session.cancel', 'session.resume', 'session.pause'])
    expect(rest.next).toBeNull()
  })

  test.for([
    ['?sesion=x', 'INVALID_QUERY'],
    ['?after=yesterday', 'INVALID_QUERY'],
    ['?limit=201', 'INVALID_QUERY'],
    ['?cursor=abc', 'INVALID_CURSOR'],
  ])('refuses %s', async ([query = '', code]) => {
    await using service = await startService()
    const response = await service.get(`/v1/audit${query}`)
    expect(response.status).toBe(400)
    expect(await json(response)).toMatchObject({ code })
  })
})
