import { describe, expect, test } from 'vitest'
import { handExecutor, noop } from '../../support/hand-executor.ts'
import { startService } from '../../support/service.ts'
import { ended, json, lastOf, start, until } from '../../support/sessions.ts'

interface Page {
  sessions: { sessionId: string; labels?: Record<string, string> }[]
  next: string | null
}

describe('labels and metadata', () => {
  test('of the workflow and of the start show in the session, the list and the first event', async () => {
    await using service = await startService({}, { executors: [noop] })
    const id = await start(service, {
      workflow: {
        labels: { env: 'test', team: 'a' },
        metadata: { ticket: 7 },
        steps: [{ uses: 'noop' }],
      },
      labels: { env: 'prod' },
      metadata: { owner: { name: 'Ada' } },
    })
    const plain = await start(service, [{ uses: 'noop' }])
    const labels = { env: 'prod', team: 'a' }
    const metadata = { ticket: 7, owner: { name: 'Ada' } }
    const log = await ended(service, id)
    expect(lastOf(log, 'session.created').labels).toEqual(labels)
    expect(JSON.stringify(log)).not.toContain('Ada')
    expect(await json(service.get(`/v1/sessions/${id}`))).toMatchObject({ labels, metadata })
    const other = await json(service.get(`/v1/sessions/${plain}`))
    expect(other).not.toHaveProperty('labels')
    expect(other).not.toHaveProperty('metadata')
    const { sessions } = await json<Page>(service.get('/v1/sessions'))
    expect(sessions.map((session) => session.labels)).toEqual([undefined, labels])
    const planned = service.post('/v1/plans', { workflow: ['Wait 1 second'], labels, metadata })
    expect(await json(planned)).toMatchObject({ labels, metadata })
  })

  test('of a saved workflow go into its sessions, and those into what is forked from them', async () => {
    await using service = await startService({}, { executors: [noop] })
    const definition = { labels: { app: 'shop', env: 'test' }, steps: [{ uses: 'noop' }] }
    await fetch(`${service.url}/v1/workflows/nightly`, {
      method: 'PUT',
      body: JSON.stringify(definition),
      headers: { 'content-type': 'application/json' },
    })
    const id = await start(service, { workflow: 'nightly', labels: { env: 'prod' } })
    await ended(service, id)
    const forked = await json<{ sessionId: string }>(
      service.post(`/v1/sessions/${id}/fork`, { fromStep: 'step1' }),
    )
    for (const sessionId of [id, forked.sessionId]) {
      expect(await json(service.get(`/v1/sessions/${sessionId}`))).toMatchObject({
        labels: { app: 'shop', env: 'prod' },
      })
    }
  })

  test('are read by expressions', async () => {
    await using service = await startService({})
    const id = await start(service, {
      labels: { env: 'prod', 'app.io/tier': 'web' },
      metadata: { owner: { name: 'Ada' } },
      steps: [
        {
          id: 'look',
          uses: 'condition',
          with: {
            if: 'session.labels["app.io/tier"] == "web" && session.metadata.owner.name == "Ada"',
          },
        },
        { id: 'only', uses: 'wait', with: { for: '1ms' }, when: 'session.labels.env != "prod"' },
        { id: 'none', uses: 'wait', with: { for: '1ms' }, when: 'has(session.labels.team)' },
      ],
    })
    const log = await ended(service, id)
    expect(log.at(-1)?.type).toBe('session.completed')
    const view = await json<{ steps: { status: string; output?: unknown }[] }>(
      service.get(`/v1/sessions/${id}`),
    )
    expect(view.steps.map(({ status }) => status)).toEqual(['completed', 'skipped', 'skipped'])
    expect(JSON.stringify(view.steps[0]?.output)).toContain('true')
  })

  test('that cannot be are refused with a pointer', async () => {
    await using service = await startService({})
    const response = await service.post('/v1/sessions', {
      workflow: ['Wait 1 second'],
      labels: { 'a b': 'x', env: 3 },
    })
    expect(response.status).toBe(400)
    expect(await json(response)).toMatchObject({
      faults: [
        { pointer: '/labels/a b', code: 'INVALID_VALUE' },
        { pointer: '/labels/env', code: 'WRONG_TYPE' },
      ],
    })
  })
})

describe('the list by labels', () => {
  test('has the sessions with all labels asked for, in pages, beside the other filters', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [noop, hand.executor] })
    const ids: string[] = []
    for (let n = 0; n < 12; n++) {
      const labels = { env: n % 2 === 0 ? 'prod' : 'test', team: `t${n % 3}`, url: 'a:b c&d' }
      const uses = n % 4 === 0 ? 'hand' : 'noop'
      ids.push(await start(service, { name: `n${n % 5}`, labels, steps: [{ uses }] }))
    }
    await Promise.all(
      ids.map((id, n) => (n % 4 === 0 ? until(service, id, 'step.started') : ended(service, id))),
    )
    const listed = async (query: string) => {
      const all: string[] = []
      for (let cursor = ''; ; ) {
        const page = await json<Page>(service.get(`/v1/sessions?${query}${cursor}`))
        all.push(...page.sessions.map(({ sessionId }) => sessionId))
        if (page.next === null) return all
        cursor = `&cursor=${page.next}`
      }
    }
    const newestFirst = (wanted: (n: number) => boolean) =>
      ids.filter((_, n) => wanted(n)).reverse()

    expect(await listed('label=env:prod')).toEqual(newestFirst((n) => n % 2 === 0))
    expect(await listed('label=env:prod&limit=2')).toEqual(newestFirst((n) => n % 2 === 0))
    expect(await listed('label=env:prod&label=team:t0&limit=1')).toEqual(
      newestFirst((n) => n % 6 === 0),
    )
    expect(await listed('label=env:prod&status=running')).toEqual(newestFirst((n) => n % 4 === 0))
    expect(await listed('label=env:prod&status=completed&name=n2')).toEqual([ids[2]])
    expect(await listed(`label=${encodeURIComponent('url:a:b c&d')}`)).toEqual(
      newestFirst(() => true),
    )
    expect(await listed('label=env:prod&label=env:test')).toEqual([])
    expect(await listed('label=env:nothing')).toEqual([])
  })

  test.each(['env', ':prod', 'a b:c', 'env:%00', ''])('refuses label=%s', async (text) => {
    await using service = await startService({})
    const response = await service.get(`/v1/sessions?label=${text}`)
    expect([response.status, (await json(response))['code']]).toEqual([400, 'INVALID_QUERY'])
  })

  test.each(['name', 'workflow'])('refuses a %s that no session can have', async (field) => {
    await using service = await startService({})
    const response = await service.get(`/v1/sessions?${field}=a%00`)
    expect([response.status, (await json(response))['code']]).toEqual([400, 'INVALID_QUERY'])
  })

  test('refuses more labels than a session can have', async () => {
    await using service = await startService({})
    const query = Array.from({ length: 21 }, (_, n) => `label=k${n}:v`).join('&')
    const response = await service.get(`/v1/sessions?${query}`)
    expect([response.status, (await json(response))['code']]).toEqual([400, 'INVALID_QUERY'])
  })
})
