import { describe, expect, test } from 'vitest'
import { createStepstream, ProblemError } from '../../src/client/index.ts'
import { as, makeKey, withKeys } from '../support/keys.ts'
import { startService } from '../support/service.ts'

describe('the client', () => {
  test('starts a workflow, and gives its result when it has ended', async () => {
    await using service = await startService()
    const { start, result } = createStepstream({ baseUrl: `${service.url}/` })

    const { sessionId, status } = await start({ name: 'short', steps: ['Wait 10 ms'] })

    expect(status).toBe('queued')
    expect(await result(sessionId)).toMatchObject({
      sessionId,
      name: 'short',
      status: 'completed',
      counts: { total: 1, completed: 1 },
    })
    expect(await result(sessionId)).toMatchObject({ status: 'completed' })
  })

  test('gives what goes with a start, and a saved workflow by its name', async () => {
    await using service = await startService()
    const { api, start, result } = createStepstream({ baseUrl: service.url })
    const inputs = { pause: { type: 'string', default: '1 ms' } }
    const workflow = { inputs, steps: ['Wait {{ inputs.pause }}'] }
    const saved = await api.PUT('/v1/workflows/{name}', {
      params: { path: { name: 'nap' } },
      body: workflow,
    })
    expect(saved.error).toBeUndefined()

    const byName = await start('nap', { inputs: { pause: '2 ms' }, labels: { env: 'test' } })
    const inline = await start(workflow, { labels: { env: 'inline' } })

    expect(await result(byName.sessionId)).toMatchObject({
      workflow: { name: 'nap', version: 1 },
      labels: { env: 'test' },
    })
    expect(await result(inline.sessionId)).toMatchObject({ labels: { env: 'inline' } })
    const { data } = await api.GET('/v1/sessions', { params: { query: { label: 'env:test' } } })
    expect(data?.sessions.map(({ sessionId }) => sessionId)).toEqual([byName.sessionId])
  })

  test('starts nothing twice with one idempotency key', async () => {
    await using service = await startService()
    const { start } = createStepstream({ baseUrl: service.url })
    const options = { idempotencyKey: 'order-17' }

    const first = await start(['Wait 1 ms'], options)

    expect(await start(['Wait 1 ms'], options)).toEqual(first)
  })

  test('throws the problem of what is refused, with its faults', async () => {
    await using service = await startService()
    const { start, result } = createStepstream({ baseUrl: service.url })

    const refused = start(['Wait a bit'])

    await expect(refused).rejects.toBeInstanceOf(ProblemError)
    await expect(refused).rejects.toMatchObject({
      status: 400,
      code: 'UNREADABLE_SENTENCE',
      problem: { faults: [{ pointer: '/0' }] },
    })
    await expect(result('ses_none')).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' })
  })

  test('does without the words of a problem where a proxy answers', async () => {
    const fetch = async () => new Response('<h1>Forbidden</h1>', { status: 403 })
    const { start, result } = createStepstream({ baseUrl: 'http://service.invalid', fetch })

    const refused = { status: 403, code: undefined, message: 'the service answered 403' }
    await expect(start(['Wait 1 ms'])).rejects.toMatchObject(refused)
    await expect(result('ses_1')).rejects.toMatchObject(refused)
  })

  test('answers people’s questions by a decision, and work by its status', async () => {
    await using service = await startService()
    const { start, follow, answer, result } = createStepstream({ baseUrl: service.url })
    const { sessionId } = await start([
      { uses: 'approval', with: { prompt: 'Ship it?' } },
      { uses: 'client', with: { command: { run: ['make'] } } },
    ])

    const taken: unknown[] = []
    for await (const { type, data } of follow(sessionId, { types: ['interaction.created'] })) {
      if (type !== 'interaction.created') continue
      const { interactionId, kind } = data
      if (kind === 'approval') {
        taken.push(await answer(interactionId, { decision: 'approve', note: 'go' }))
      } else {
        taken.push(await answer(interactionId, { status: 'ok', output: { built: true } }))
      }
    }

    expect(taken).toMatchObject([{ decision: 'approve' }, { status: 'ok' }])
    expect(await result(sessionId)).toMatchObject({ status: 'completed' })
    await expect(answer('int_none', { decision: 'approve' })).rejects.toMatchObject({
      code: 'INTERACTION_NOT_FOUND',
    })
  })

  test('sends its key with every request', async () => {
    await using service = await startService(withKeys)
    const { secret: key } = await makeKey(service, { scopes: ['read', 'run'] })
    const { start, result, api } = createStepstream({ baseUrl: service.url, key })

    const { sessionId } = await start(['Wait 1 ms'])

    expect(await result(sessionId)).toMatchObject({ status: 'completed' })
    expect((await api.GET('/v1/executors')).response.status).toBe(200)
    const without = createStepstream({ baseUrl: service.url })
    await expect(without.start(['Wait 1 ms'])).rejects.toMatchObject({ status: 401 })
    expect((await as(service, key).get('/v1/sessions')).status).toBe(200)
  })
})
