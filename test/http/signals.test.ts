import { describe, expect, test } from 'vitest'
import { ManualClock } from '../support/manual-clock.ts'
import { approval, asked, decided, inbox, refusal, signal } from '../support/people.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, lastOf, start } from '../support/sessions.ts'

const waitFor = (id: string, name: string, given: object = {}, more: object = {}) => ({
  id,
  uses: 'signal',
  with: { name, ...given },
  ...more,
})

const stepsOf = async (service: Service, sessionId: string) => {
  const { steps } = await json<{ steps: { id: string; status: string; output?: unknown }[] }>(
    service.get(`/v1/sessions/${sessionId}`),
  )
  return steps
}

describe('a signal', () => {
  test('wakes the step that waits for it, whose output it is', async () => {
    await using service = await startService()
    const sessionId = await start(service, {
      steps: [
        waitFor('paid', 'payment.done'),
        { id: 'check', uses: 'condition', with: { if: 'steps.paid.output.amount > 10' } },
      ],
    })
    const { signal: name, kind } = await asked(service, sessionId)
    expect([name, kind]).toEqual(['payment.done', 'signal'])
    const sent = await signal(service, sessionId, 'payment.done', { payload: { amount: 12 } })
    expect([sent.status, await json(sent)]).toEqual([
      202,
      { sessionId, signalId: expect.stringMatching(/^sig_/), name: 'payment.done' },
    ])
    const events = await ended(service, sessionId)
    expect(lastOf(events, 'step.completed')).toMatchObject({ output: { result: true } })
    expect(events.map(({ type }) => type)).toContain('signal.received')
    await expect.poll(() => inbox(service)).toEqual([])
  })

  test('that comes early is kept, each for one step, in their order', async () => {
    await using service = await startService()
    const sessionId = await start(service, {
      steps: [approval('gate'), waitFor('one', 'go'), waitFor('two', 'go'), waitFor('three', 'go')],
    })
    const { interactionId } = await asked(service, sessionId)
    for (const payload of ['first', 'second']) {
      expect((await signal(service, sessionId, 'go', { payload })).status).toBe(202)
    }
    await decided(service, interactionId, { decision: 'approve' })
    expect((await asked(service, sessionId, 'signal')).stepId).toBe('three')
    await signal(service, sessionId, 'go', { payload: 'third' })
    await ended(service, sessionId)
    const outputs = (await stepsOf(service, sessionId)).slice(1).map(({ output }) => output)
    expect(outputs).toEqual(['first', 'second', 'third'])
  })

  test('wakes one step of several, the one that has waited longest', async () => {
    await using service = await startService()
    const sessionId = await start(service, {
      steps: [
        waitFor('late', 'go', {}, { dependsOn: ['pause'] }),
        waitFor('early', 'go', {}, { dependsOn: [] }),
        { id: 'pause', uses: 'wait', with: { for: '50ms' }, dependsOn: [] },
      ],
    })
    await expect.poll(async () => (await inbox(service)).length).toBe(2)
    await signal(service, sessionId, 'go', { payload: 1 })
    expect((await asked(service, sessionId)).stepId).toBe('late')
    await signal(service, sessionId, 'go', { payload: 2 })
    await ended(service, sessionId)
    expect(await stepsOf(service, sessionId)).toMatchObject([{ output: 2 }, { output: 1 }, {}])
  })

  test('that is sent again by its id, or key, changes nothing', async () => {
    await using service = await startService()
    const sessionId = await start(service, { steps: [waitFor('one', 'go'), waitFor('two', 'go')] })
    const id = 'evt-1'
    const first = await json(signal(service, sessionId, 'go', { id, payload: 1 }))
    expect(first).toEqual({ sessionId, signalId: id, name: 'go' })
    const again = await signal(service, sessionId, 'go', { payload: 1 }, { 'idempotency-key': id })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect([again.status, await json(again)]).toEqual([202, first])
    expect(await refusal(signal(service, sessionId, 'go', { id, payload: 2 }))).toEqual([
      422,
      'IDEMPOTENCY_KEY_REUSED',
    ])
    expect((await asked(service, sessionId)).stepId).toBe('two')
    await signal(service, sessionId, 'go', { id: 'evt-2', payload: 2 })
    await ended(service, sessionId)
    // Also after the end.
    expect(await json(signal(service, sessionId, 'go', { id, payload: 1 }))).toEqual(first)
  })

  test('is refused where nothing will ever take it', async () => {
    await using service = await startService()
    const sessionId = await start(service, {
      steps: [waitFor('one', 'go'), approval('gate')],
    })
    expect(await refusal(signal(service, sessionId, 'gone'))).toEqual([409, 'SIGNAL_NOT_AWAITED'])
    await asked(service, sessionId)
    await signal(service, sessionId, 'go')
    const { interactionId } = await asked(service, sessionId, 'approval')
    expect(await refusal(signal(service, sessionId, 'go'))).toEqual([409, 'SIGNAL_NOT_AWAITED'])
    await decided(service, interactionId, { decision: 'approve' })
    await ended(service, sessionId)
    expect(await refusal(signal(service, sessionId, 'go'))).toEqual([409, 'SESSION_ENDED'])
    expect(await refusal(signal(service, 'ses_nobody', 'go'))).toEqual([404, 'SESSION_NOT_FOUND'])
  })

  test('that breaks a schema is refused with the places, and not kept', async () => {
    await using service = await startService()
    const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
    const sessionId = await start(service, {
      steps: [approval('gate'), waitFor('one', 'go', { schema })],
    })
    const { interactionId } = await asked(service, sessionId)
    const refused = await signal(service, sessionId, 'go', { payload: { n: 'x' } })
    expect(await json(refused)).toMatchObject({
      status: 400,
      code: 'INVALID_VALUE',
      faults: [{ pointer: '/payload/n' }],
    })
    await decided(service, interactionId, { decision: 'approve' })
    await asked(service, sessionId, 'signal')
    await signal(service, sessionId, 'go', { payload: { n: 1 } })
    await ended(service, sessionId)
  })

  test('is kept a hundred times and no more', async () => {
    await using service = await startService()
    const sessionId = await start(service, { steps: [approval('gate'), waitFor('one', 'go')] })
    await asked(service, sessionId)
    for (let n = 0; n < 100; n++) {
      expect((await signal(service, sessionId, 'go', { payload: n })).status).toBe(202)
    }
    expect(await refusal(signal(service, sessionId, 'go'))).toEqual([429, 'TOO_MANY_SIGNALS'])
  })

  test('may carry more than an event does', async () => {
    await using service = await startService()
    const text = 'x'.repeat(100_000)
    const sessionId = await start(service, {
      steps: [
        waitFor('one', 'go'),
        { id: 'two', uses: 'condition', with: { if: 'size(steps.one.output.text) == 100000' } },
      ],
    })
    await signal(service, sessionId, 'go', { payload: { text } })
    await ended(service, sessionId)
    expect(await stepsOf(service, sessionId)).toMatchObject([
      { output: { artifact: expect.any(String), bytes: 100_011 } },
      { output: { result: true } },
    ])
  })

  test('leaves nothing behind that is refused, however much it carries', async () => {
    await using service = await startService()
    const sessionId = await start(service, { steps: [approval('gate'), waitFor('one', 'go')] })
    await asked(service, sessionId)
    const payload = 'x'.repeat(100_000)
    expect(await refusal(signal(service, sessionId, 'gone', { payload }))).toEqual([
      409,
      'SIGNAL_NOT_AWAITED',
    ])
    await Promise.all(Array.from({ length: 100 }, () => signal(service, sessionId, 'go')))
    expect(await refusal(signal(service, sessionId, 'go', { payload }))).toEqual([
      429,
      'TOO_MANY_SIGNALS',
    ])
    await service.post(`/v1/sessions/${sessionId}/cancel`)
    await ended(service, sessionId)
    expect(await refusal(signal(service, sessionId, 'go', { payload }))).toEqual([
      409,
      'SESSION_ENDED',
    ])
    const { artifacts } = await json<{ artifacts: object[] }>(
      service.get(`/v1/sessions/${sessionId}/artifacts`),
    )
    expect(artifacts).toEqual([])
  })

  test('is done again until it says what the step wants to hear', async () => {
    await using service = await startService()
    const sessionId = await start(service, {
      steps: [
        waitFor('one', 'tick', {}, { repeat: { until: 'steps.one.output.done', delay: '1ms' } }),
      ],
    })
    for (const done of [false, false, true]) {
      await signal(service, sessionId, 'tick', { payload: { done } })
    }
    await ended(service, sessionId)
    expect(await stepsOf(service, sessionId)).toMatchObject([{ output: { done: true } }])
  })
})

test('a signal that does not come in time fails its step; without a timeout it may come whenever', async () => {
  const clock = new ManualClock()
  await using service = await startService({}, { clock })
  const sessionId = await start(service, {
    timeout: '5m',
    steps: [waitFor('any', 'go'), waitFor('soon', 'go', {}, { timeout: '1m' })],
  })
  await asked(service, sessionId)
  clock.advance(3_600_000)
  await signal(service, sessionId, 'go')
  expect((await asked(service, sessionId)).stepId).toBe('soon')
  clock.advance(60_000)
  const events = await ended(service, sessionId)
  expect(lastOf(events, 'step.failed')).toMatchObject({ error: { code: 'STEP_TIMEOUT' } })
  await expect.poll(() => inbox(service)).toEqual([])
})

test.each([
  [{ name: 'a b' }, '/steps/0/with/name'],
  [{ name: '{{ inputs.x }}' }, '/steps/0/with/name'],
  [{ name: 'go', schema: { type: 'nothing' } }, '/steps/0/with/schema'],
])('a signal that cannot be is refused with the place: %j', async (given, pointer) => {
  await using service = await startService()
  const body = {
    inputs: { x: { default: 'go' } },
    steps: [{ id: 'a', uses: 'signal', with: given }],
  }
  const answer = await json<{ faults: { pointer: string }[] }>(service.post('/v1/sessions', body))
  expect(answer.faults.map((fault) => fault.pointer)).toContain(pointer)
})
