import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Service, startService } from '../support/service.ts'
import { ended, json, lastOf, start, until } from '../support/sessions.ts'

interface Next {
  readonly done: boolean
  readonly pending?: boolean
  readonly status?: string
  readonly interactionId: string
  readonly stepId: string
  readonly attempt: number
  readonly triesLeft: number
  readonly command: unknown
  readonly leaseUntil?: string
  readonly waitsFor?: string
}

const next = (service: Service, sessionId: string, wait = 20) =>
  json<Next>(service.post(`/v1/sessions/${sessionId}/next`, { wait }))

const result = (service: Service, interactionId: string, body: object) =>
  service.post(`/v1/interactions/${interactionId}/result`, body)

const client = (command: unknown, more: object = {}) => ({
  uses: 'client',
  with: { command, ...more },
})

describe('a session that its client drives', () => {
  test('hands out one command after the other, and ends with the last result', async () => {
    await using service = await startService()
    const sessionId = await start(service, {
      steps: [
        { id: 'build', ...client({ run: ['make'] }) },
        { id: 'check', ...client('{{ steps.build.output.file }}') },
      ],
    })
    const first = await next(service, sessionId)
    expect(first).toMatchObject({
      done: false,
      pending: true,
      stepId: 'build',
      command: { run: ['make'] },
    })
    expect(await next(service, sessionId)).toEqual(first)
    const body = { status: 'ok', output: { file: 'a.out' } }
    const accepted = await result(service, first.interactionId, body)
    expect(accepted.status).toBe(202)
    const answer = await accepted.json()
    expect(answer).toEqual({
      interactionId: first.interactionId,
      sessionId,
      stepId: 'build',
      status: 'ok',
    })
    expect(await json(result(service, first.interactionId, body))).toEqual(answer)
    const second = await next(service, sessionId)
    expect(second).toMatchObject({ stepId: 'check', command: 'a.out' })
    await result(service, second.interactionId, { status: 'ok' })
    expect(await next(service, sessionId)).toEqual({ done: true, status: 'completed' })
    expect((await ended(service, sessionId)).at(-1)?.type).toBe('session.completed')
  })

  test('tells what it waits for where there is nothing to do', async () => {
    await using service = await startService()
    const sessionId = await start(service, ['Wait 1 hour'])
    const nothing = await next(service, sessionId, 0)
    expect(nothing).toMatchObject({ done: false, pending: false })
    expect(nothing.waitsFor).toMatch(/wait/i)
  })

  test('tries again what was answered with an error, and fails in the end', async () => {
    await using service = await startService()
    const retry = { maxAttempts: 2, delay: '1ms', jitter: false }
    const sessionId = await start(service, { steps: [{ id: 'a', ...client(1), retry }] })
    for (const attempt of [1, 2]) {
      const asked = await next(service, sessionId)
      expect([asked.attempt, asked.triesLeft]).toEqual([attempt, 2 - attempt])
      const error = { code: 'E1', message: 'no luck' }
      expect((await result(service, asked.interactionId, { status: 'error', error })).status).toBe(
        202,
      )
    }
    const events = await ended(service, sessionId)
    expect(lastOf(events, 'session.failed')).toMatchObject({
      error: { code: 'CLIENT_FAILED', message: 'E1: no luck' },
    })
  })

  test.each([
    ['continue', 'completed'],
    ['fail', 'failed'],
    ["steps.a.output.score > 3.0 ? 'continue' : 'fail'", 'failed'],
  ])('takes a warning for what onWarning says: %s', async (onWarning, status) => {
    await using service = await startService()
    const sessionId = await start(service, { steps: [{ id: 'a', ...client(1, { onWarning }) }] })
    const { interactionId } = await next(service, sessionId)
    const answered = await result(service, interactionId, {
      status: 'warning',
      output: { score: 1 },
    })
    expect(answered.status).toBe(202)
    expect(await next(service, sessionId)).toEqual({ done: true, status })
  })

  test('fails what nobody can do, since its command is gone, and goes on', async () => {
    await using service = await startService()
    const steps = [{ id: 'lost', ...client('x'.repeat(100_000)) }, 'Wait 1 ms']
    const sessionId = await start(service, { onFailure: 'continue', steps })
    await until(service, sessionId, 'session.waiting')
    await rm(join(service.dataDir, 'artifacts'), { recursive: true })
    expect(await next(service, sessionId)).toEqual({ done: true, status: 'completed_with_errors' })
    expect(lastOf(await ended(service, sessionId), 'step.failed')).toMatchObject({
      error: { code: 'ARTIFACT_NOT_FOUND', message: expect.stringContaining('is gone') },
    })
  })

  test('refuses an output that breaks its schema, and goes on asking', async () => {
    await using service = await startService()
    const resultSchema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
    const sessionId = await start(service, { steps: [{ id: 'a', ...client(1, { resultSchema }) }] })
    const asked = await next(service, sessionId)
    const refused = await result(service, asked.interactionId, { status: 'ok', output: { n: 'x' } })
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({
      code: 'INVALID_VALUE',
      faults: [{ pointer: '/output/n' }],
    })
    expect(await next(service, sessionId)).toEqual(asked)
  })

  test('names no more places than somebody reads, each as a pointer that holds', async () => {
    await using service = await startService()
    const resultSchema = { type: 'object', additionalProperties: { type: 'integer' } }
    const sessionId = await start(service, { steps: [{ id: 'a', ...client(1, { resultSchema }) }] })
    const { interactionId } = await next(service, sessionId)
    const many = Array.from({ length: 5000 }, (_, n) => [`k${n}`, 'x'])
    const output = Object.fromEntries([['a/b~c', 'x'], ...many])
    const refused = await json<{ faults: { pointer: string }[] }>(
      result(service, interactionId, { status: 'ok', output }),
    )
    expect(refused.faults).toHaveLength(100)
    expect(refused.faults[0]?.pointer).toBe('/output/a~1b~0c')
  })

  test('refuses another answer to what was answered, and one that comes too late', async () => {
    await using service = await startService()
    const sessionId = await start(service, {
      steps: [
        { id: 'a', ...client(1) },
        { id: 'b', ...client(2) },
      ],
    })
    const { interactionId } = await next(service, sessionId)
    await result(service, interactionId, { status: 'ok', output: 1 })
    const other = await result(service, interactionId, { status: 'ok', output: 2 })
    expect([other.status, (await json(other))['code']]).toEqual([409, 'INTERACTION_ANSWERED'])
    const late = await next(service, sessionId)
    await service.post(`/v1/sessions/${sessionId}/cancel`)
    expect(await next(service, sessionId)).toEqual({ done: true, status: 'cancelled' })
    const tooLate = await result(service, late.interactionId, { status: 'ok' })
    expect(['INTERACTION_OVER', 'INTERACTION_NOT_FOUND']).toContain((await json(tooLate))['code'])
    expect((await result(service, 'int_nobody', { status: 'ok' })).status).toBe(404)
  })

  test('lists what was asked, and what came of it', async () => {
    await using service = await startService()
    const sessionId = await start(service, { steps: [{ id: 'a', ...client({ n: 1 }) }] })
    const { interactionId } = await next(service, sessionId)
    await result(service, interactionId, { status: 'ok', output: 7 })
    const { interactions } = await json<{ interactions: unknown[] }>(
      service.get(`/v1/sessions/${sessionId}/interactions`),
    )
    expect(interactions).toMatchObject([
      {
        interactionId,
        stepId: 'a',
        state: 'answered',
        command: { n: 1 },
        answer: { status: 'ok', output: 7 },
      },
    ])
  })
})
