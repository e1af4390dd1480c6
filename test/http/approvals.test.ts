import { describe, expect, test } from 'vitest'
import { as, makeKey, withKeys } from '../support/keys.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { approval, asked, decide, decided, inbox, refusal } from '../support/people.ts'
import { startService } from '../support/service.ts'
import { ended, json, lastOf, start, until } from '../support/sessions.ts'

const MINUTE_MS = 60_000

describe('an approval', () => {
  test('waits for a person, and completes with what they say', async () => {
    await using service = await startService()
    const schema = {
      type: 'object',
      properties: { region: { type: 'string' } },
      required: ['region'],
    }
    const sessionId = await start(service, {
      inputs: { version: { type: 'string', default: '1.2' } },
      vars: { region: { type: 'string', default: '' } },
      steps: [
        approval(
          'ok',
          { prompt: 'Deploy {{ inputs.version }}?', schema },
          { set: { region: 'steps.ok.output.answer.region' } },
        ),
        { id: 'after', uses: 'condition', with: { if: "vars.region == 'eu'" } },
      ],
    })
    const { interactionId, prompt, stepId } = await asked(service, sessionId)
    expect([prompt, stepId]).toEqual(['Deploy 1.2?', 'ok'])
    const unfit = await decide(service, interactionId, {
      decision: 'approve',
      output: { region: 1 },
    })
    expect(await json(unfit)).toMatchObject({
      status: 400,
      code: 'INVALID_VALUE',
      faults: [{ pointer: '/output/region' }],
    })
    expect(await refusal(decide(service, interactionId, { decision: 'approve' }))).toEqual([
      400,
      'INVALID_VALUE',
    ])
    const body = { decision: 'approve', output: { region: 'eu' }, note: 'fine', actor: 'ana' }
    const accepted = { interactionId, sessionId, stepId: 'ok', decision: 'approve' }
    expect(await decided(service, interactionId, body)).toEqual(accepted)
    const events = await ended(service, sessionId)
    const completed = events.flatMap((event) =>
      event.type === 'step.completed' ? [event.data] : [],
    )
    expect(completed.map(({ output }) => output)).toEqual([
      { decision: 'approved', by: 'ana', note: 'fine', answer: { region: 'eu' } },
      { result: true },
    ])
    expect(lastOf(events, 'interaction.answered')).toMatchObject({
      interactionId,
      decision: 'approve',
      actor: 'ana',
      note: 'fine',
    })
    // Again it is answered as it was the first time, whoever says it; and otherwise not at all.
    expect(await decided(service, interactionId, { ...body, actor: 'bob' })).toEqual(accepted)
    expect(await refusal(decide(service, interactionId, { decision: 'reject' }))).toEqual([
      409,
      'INTERACTION_ANSWERED',
    ])
  })

  test.each([
    ['fail_fast', 'failed'],
    ['continue', 'completed_with_errors'],
  ])(
    'that is rejected fails its step, once, and onFailure decides: %s',
    async (onFailure, status) => {
      await using service = await startService()
      const sessionId = await start(service, {
        onFailure,
        steps: [approval('ok', {}, { retry: { maxAttempts: 3 } })],
      })
      const { interactionId } = await asked(service, sessionId)
      await decided(service, interactionId, { decision: 'reject', note: 'not today', actor: 'ana' })
      const events = await ended(service, sessionId)
      expect(lastOf(events, 'step.failed')).toMatchObject({
        kind: 'failed',
        error: {
          code: 'APPROVAL_REJECTED',
          message: 'ana rejected it: not today',
          retryable: false,
          details: { by: 'ana', note: 'not today' },
        },
      })
      expect(await json(service.get(`/v1/sessions/${sessionId}`))).toMatchObject({ status })
    },
  )

  test('takes nothing that is not about it', async () => {
    await using service = await startService()
    const sessionId = await start(service, { steps: [approval('ok')] })
    const { interactionId } = await asked(service, sessionId)
    const refused = [
      { decision: 'retry' },
      { decision: 'reject', output: 1 },
      { decision: 'approve', toStep: 'ok' },
      { decision: 'perhaps' },
      { decision: 'approve', reason: 'unknown field' },
    ]
    for (const body of refused) {
      expect([body, (await decide(service, interactionId, body)).status]).toEqual([body, 400])
    }
    const result = service.post(`/v1/interactions/${interactionId}/result`, { status: 'ok' })
    expect(await refusal(result)).toEqual([409, 'INTERACTION_MISMATCH'])
    expect(await refusal(decide(service, 'int_nobody', { decision: 'approve' }))).toEqual([
      404,
      'INTERACTION_NOT_FOUND',
    ])
    expect(await json(service.get(`/v1/interactions/${interactionId}`))).toMatchObject({
      kind: 'approval',
      prompt: 'Deploy?',
    })
  })

  test('refuses an answer that comes after the end, for as long as the session is kept', async () => {
    await using service = await startService()
    const sessionId = await start(service, { steps: [approval('ok')] })
    const { interactionId } = await asked(service, sessionId)
    await service.post(`/v1/sessions/${sessionId}/cancel`)
    const late = () => refusal(decide(service, interactionId, { decision: 'approve' }))
    expect(await late()).toEqual([409, 'INTERACTION_OVER'])
    await expect.poll(() => inbox(service)).toEqual([])
    expect(await late()).toEqual([409, 'INTERACTION_OVER'])
  })

  test('may be answered by those alone that it names', async () => {
    await using service = await startService(withKeys)
    const runner = as(service, (await makeKey(service, { scopes: ['run', 'read'] })).secret)
    const keyOf = async (name: string) =>
      as(service, (await makeKey(service, { name, scopes: ['answer', 'read'] })).secret)
    const [lead, bot] = [await keyOf('lead'), await keyOf('bot')]
    const sessionId = await start(runner, {
      steps: [
        approval('ok', { approvers: ['lead', 'ana'] }),
        approval('more', { approvers: ['lead'] }),
      ],
    })
    const { interactionId } = await asked(runner, sessionId)
    expect(await refusal(decide(runner, interactionId, { decision: 'approve' }))).toEqual([
      403,
      'FORBIDDEN',
    ])
    for (const body of [{ decision: 'approve' }, { decision: 'approve', actor: 'bob' }]) {
      expect(await refusal(decide(bot, interactionId, body))).toEqual([403, 'NOT_AN_APPROVER'])
    }
    await decided(bot, interactionId, { decision: 'approve', actor: 'ana' })
    const second = await asked(runner, sessionId)
    await decided(lead, second.interactionId, { decision: 'approve' })
    const session = await json<{ steps: object[] }>(runner.get(`/v1/sessions/${sessionId}`))
    expect(session.steps).toMatchObject([
      { output: { decision: 'approved', by: 'ana' } },
      { output: { decision: 'approved', by: 'lead' } },
    ])
  })

  test('says in the explanation, and to the client, whom it waits for', async () => {
    await using service = await startService()
    const sessionId = await start(service, {
      steps: [approval('ok', { approvers: ['ana', 'lead'] }, { timeout: '2h' })],
    })
    const { interactionId, leaseUntil } = await asked(service, sessionId)
    const sentence = `It waits for ana or lead to approve or reject it, until ${leaseUntil} at the latest.`
    expect(await json(service.get(`/v1/sessions/${sessionId}/explain`))).toMatchObject({
      steps: [
        {
          sentence,
          waitsFor: [
            { kind: 'interaction', asks: 'approval', interactionId, approvers: ['ana', 'lead'] },
          ],
        },
      ],
    })
    expect(await json(service.post(`/v1/sessions/${sessionId}/next`))).toMatchObject({
      pending: false,
      steps: [{ id: 'ok', sentence }],
    })
  })
})

describe('nobody answers in time', () => {
  test.each([
    ['fail', 'failed', { error: { code: 'STEP_TIMEOUT' } }],
    ['approve', 'completed', { output: { decision: 'approved', by: null, timedOut: true } }],
    ['reject', 'failed', { error: { code: 'APPROVAL_REJECTED' } }],
  ])('and onTimeout says what that means: %s', async (onTimeout, status, step) => {
    const clock = new ManualClock()
    await using service = await startService({}, { clock })
    const sessionId = await start(service, {
      vars: { by: { default: 'nobody' } },
      steps: [
        approval('ok', { onTimeout }, { timeout: '1m', set: { by: 'steps.ok.output.decision' } }),
      ],
    })
    const { interactionId } = await asked(service, sessionId)
    clock.advance(MINUTE_MS)
    await ended(service, sessionId)
    const session = await json<{ steps: object[]; variables: object }>(
      service.get(`/v1/sessions/${sessionId}`),
    )
    expect(session).toMatchObject({ status, steps: [step] })
    expect(session.variables).toEqual({ by: onTimeout === 'approve' ? 'approved' : 'nobody' })
    expect(await refusal(decide(service, interactionId, { decision: 'approve' }))).toEqual([
      409,
      'INTERACTION_OVER',
    ])
  })

  test('and onTimeout has another person asked: escalate', async () => {
    const clock = new ManualClock()
    await using service = await startService({}, { clock })
    const steps = [approval('ok', { onTimeout: 'escalate' }, { timeout: '1m' })]
    const sessionId = await start(service, { steps })
    await asked(service, sessionId, 'approval')
    clock.advance(MINUTE_MS)
    const { interactionId } = await asked(service, sessionId, 'escalation')
    await decided(service, interactionId, { decision: 'complete', output: { by: 'boss' } })
    await ended(service, sessionId)
    expect(await json(service.get(`/v1/sessions/${sessionId}`))).toMatchObject({
      status: 'completed',
      steps: [{ output: { by: 'boss' } }],
    })
  })

  test('which is no matter of the session’s timeout, nor of a default one', async () => {
    const clock = new ManualClock()
    await using service = await startService({}, { clock })
    const sessionId = await start(service, {
      timeout: '10m',
      steps: [approval('long', {}, { timeout: '3h' }), approval('ever'), 'Wait 1 ms'],
    })
    for (const hours of [2, 5]) {
      const { interactionId } = await asked(service, sessionId)
      clock.advance(hours * 60 * MINUTE_MS)
      await decided(service, interactionId, { decision: 'approve' })
    }
    await until(service, sessionId, 'step.waiting')
    clock.advance(10)
    expect((await ended(service, sessionId)).at(-1)?.type).toBe('session.completed')
  })
})

test.each([
  [{ steps: [approval('a', { prompt: '' })] }, '/steps/0/with/prompt'],
  [{ steps: [{ id: 'a', uses: 'approval' }] }, '/steps/0/with'],
  [{ steps: [approval('a', { approvers: [] })] }, '/steps/0/with/approvers'],
  [{ steps: [approval('a', { schema: { $ref: '#' } })] }, '/steps/0/with/schema'],
  [{ steps: [approval('a', { onTimeout: 'wait' })] }, '/steps/0/with/onTimeout'],
  [
    {
      steps: [
        {
          id: 'a',
          uses: 'wait',
          with: { for: '1s' },
          undo: { uses: 'approval', with: { prompt: '?' } },
        },
      ],
    },
    '/steps/0/undo',
  ],
])('an approval that cannot be is refused with the place: %j', async (body, pointer) => {
  await using service = await startService()
  const answer = await json<{ faults: { pointer: string }[] }>(service.post('/v1/sessions', body))
  expect(answer.faults[0]?.pointer).toContain(pointer)
})
