import { describe, expect, test } from 'vitest'
import type { StepError } from '../../src/session/events.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import { sessionRecord } from '../store/records.ts'
import { functionExecutor } from '../support/hand-executor.ts'
import { logLines } from '../support/log-lines.ts'
import { plan, sequence } from '../support/plans.ts'
import { startService } from '../support/service.ts'
import { ended, json, lastOf, start } from '../support/sessions.ts'

interface View {
  readonly status: string
  readonly error: StepError
}

describe('a failed step', () => {
  test('tells its error whole: id, table, and the chain of causes without secrets', async () => {
    const secret = 'tops3cret'
    const thrower = functionExecutor('thrower', (_, context) => {
      const value = context.secret('token')
      const root = Object.assign(new Error(`the server refused ${value}`), { code: 'ECONNREFUSED' })
      throw new Error('cannot log in', { cause: new TypeError('no session', { cause: root }) })
    })
    await using service = await startService({ SECRET_token: secret }, { executors: [thrower] })
    const id = await start(service, [{ id: 'a', uses: 'thrower' }])
    const events = await ended(service, id)
    const { error } = await json<View>(service.get(`/v1/sessions/${id}`))
    expect(error).toEqual({
      id: `${id}:a:1`,
      code: 'EXECUTOR_FAILED',
      message: 'cannot log in',
      category: 'execution',
      severity: 'high',
      retryable: false,
      recoverable: true,
      suggestedAction: expect.any(String),
      causes: [
        { message: 'no session' },
        { code: 'ECONNREFUSED', message: 'the server refused [secret token]' },
      ],
    })
    expect(lastOf(events, 'step.failed').error).toEqual(error)
    expect(lastOf(events, 'session.failed').error).toEqual(error)
    const history = await json(service.get(`/v1/sessions/${id}/steps`))
    expect(history).toMatchObject({ steps: [{ attempts: [{ error }] }] })
    expect(JSON.stringify([events, history])).not.toContain(secret)
  })

  test('of a webhook that reaches nobody tells why', async () => {
    await using service = await startService()
    const id = await start(service, [
      { id: 'a', uses: 'webhook', with: { url: 'http://127.0.0.1:1/' }, retry: { maxAttempts: 1 } },
    ])
    const { error } = lastOf(await ended(service, id), 'step.failed')
    expect(error).toMatchObject({
      code: 'NETWORK_ERROR',
      causes: [{ code: 'ECONNREFUSED', message: expect.stringContaining('ECONNREFUSED') }],
    })
  })

  test('of a log from before errors had ids is shown and streamed as it was', async () => {
    const error = {
      code: 'COMMAND_EXITED',
      message: 'it exited with 1',
      category: 'execution',
      severity: 'medium',
      retryable: false,
      suggestedAction: 'See the output.',
    } as const
    const store = createMemoryStore()
    const at = '2026-01-01T00:00:00.000Z'
    const session = sessionRecord({
      plan: plan(sequence('a')),
      status: 'failed',
      endedAt: Date.parse(at),
    })
    const steps = { total: 1, completed: 0, failed: 1, skipped: 0, cancelled: 0 }
    const failure = { error, durationMs: 1 }
    const log = [
      {
        type: 'session.created',
        data: { totalSteps: 1, onFailure: 'fail_fast', correlationId: 'x' },
      },
      { type: 'session.started', data: {} },
      { type: 'step.started', stepId: 'a', attempt: 1, data: { uses: 'noop' } },
      { type: 'step.failed', stepId: 'a', attempt: 1, data: { kind: 'failed', ...failure } },
      { type: 'session.failed', data: { stepId: 'a', ...failure, steps } },
    ] as const
    await store.createSession({
      session,
      events: log.map((event, index) => {
        const seq = index + 1
        const body = JSON.stringify({ seq, ...event, at, sessionId: session.id })
        return { seq, type: event.type, body }
      }),
    })
    await using service = await startService({}, { store })
    expect(await json<View>(service.get(`/v1/sessions/${session.id}`))).toMatchObject({
      status: 'failed',
      error,
    })
    expect(lastOf(await ended(service, session.id), 'step.failed').error).toEqual(error)
  })
})

test('a problem has an id, which the log of the service has too', async () => {
  const lines = logLines()
  await using service = await startService({ LOG_LEVEL: 'info' }, { logDestination: lines })
  const ask = () => json(service.get('/v1/sessions/ses_nobody'))
  const [one, other] = [await ask(), await ask()]
  expect(one).toMatchObject({ code: 'SESSION_NOT_FOUND', recoverable: false })
  expect(one['id']).not.toBe(other['id'])
  await expect.poll(() => lines.of('request').length).toBe(2)
  expect(lines.of('request')).toMatchObject([
    { code: 'SESSION_NOT_FOUND', errorId: one['id'] },
    { code: 'SESSION_NOT_FOUND', errorId: other['id'] },
  ])
})
