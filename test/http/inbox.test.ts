import { describe, expect, test } from 'vitest'
import { ManualClock } from '../support/manual-clock.ts'
import {
  approval,
  asked,
  decide,
  decided,
  inbox,
  inboxPage,
  refusal,
  signal,
} from '../support/people.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, start } from '../support/sessions.ts'

const failing = { id: 'broken', uses: 'condition', with: { if: "inputs.text == 'x' ? 1 : 2" } }

/** One session that waits for each kind. */
async function waitForAll(service: Service) {
  const one = (step: object, more: object = {}) => start(service, { steps: [step], ...more })
  const sessions = {
    approval: await one(approval('a', {}, { timeout: '1m' }), { labels: { team: 'x' } }),
    signal: await one({ id: 's', uses: 'signal', with: { name: 'go' }, timeout: '1m' }),
    client: await one({ id: 'c', uses: 'client', with: { command: { run: 'x' } }, timeout: '1m' }),
    worker: await one({
      id: 'w',
      uses: 'client',
      with: { command: 1, queue: 'gpu' },
      timeout: '1m',
    }),
    escalation: await one(failing, { inputs: { text: { default: 'x' } }, onFailure: 'escalate' }),
  }
  const count = async () => (await inbox(service)).length
  await expect.poll(count, { timeout: 20_000 }).toBe(5)
  return sessions
}

const stepOf = (service: Service, sessionId: string) =>
  json<{ status: string; steps: { status: string; output?: unknown }[] }>(
    service.get(`/v1/sessions/${sessionId}`),
  )

describe('the list of what waits for somebody', () => {
  test('has all kinds, by kind, queue, session, workflow and label', async () => {
    await using service = await startService()
    const sessions = await waitForAll(service)
    const kinds = async (query: string) =>
      (await inbox(service, query)).map(({ kind }) => kind).toSorted()
    expect(await kinds('')).toEqual(['approval', 'client', 'escalation', 'signal', 'worker'])
    expect(await kinds('kind=approval,escalation')).toEqual(['approval', 'escalation'])
    expect(await kinds('queue=gpu')).toEqual(['worker'])
    expect(await kinds('label=team:x')).toEqual(['approval'])
    expect(await kinds('workflow=nothing')).toEqual([])
    for (const [kind, sessionId] of Object.entries(sessions)) {
      expect(await kinds(`sessionId=${sessionId}`)).toEqual([kind])
    }
    const items = await inbox(service)
    expect(items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: 'client',
          preview: '{"run":"x"}',
          leaseUntil: expect.any(String),
        }),
        expect.objectContaining({ kind: 'signal', signal: 'go', askedAt: expect.any(String) }),
        expect.objectContaining({
          kind: 'escalation',
          failure: { code: 'EXPRESSION_FAILED', message: expect.any(String) },
        }),
      ]),
    )
    for (const query of ['kind=nobody', 'limit=0', 'state=x', 'cursor=x', 'what=x', 'label=x']) {
      expect([query, (await service.get(`/v1/interactions?${query}`)).status]).toEqual([query, 400])
    }
  })

  test('is read in pages, none missed though others vanish meanwhile', async () => {
    await using service = await startService()
    await waitForAll(service)
    const all = (await inbox(service)).map(({ interactionId }) => interactionId)
    const first = await inboxPage(service, 'limit=2')
    const [, last] = first.interactions
    await service.post(`/v1/sessions/${last?.sessionId}/cancel`)
    await expect.poll(async () => (await inbox(service)).length).toBe(4)
    const rest: string[] = []
    for (let next = first.next; next !== null; ) {
      const page = await inboxPage(service, `limit=2&cursor=${encodeURIComponent(next)}`)
      rest.push(...page.interactions.map(({ interactionId }) => interactionId))
      next = page.next
    }
    expect(rest).toEqual(all.slice(2))
  })

  test('loses what is answered, which another list has', async () => {
    await using service = await startService()
    const sessions = await waitForAll(service)
    const [a, c, e] = await Promise.all(
      [sessions.approval, sessions.client, sessions.escalation].map(async (id) =>
        asked(service, id),
      ),
    )
    await decided(service, a?.interactionId ?? '', { decision: 'approve', actor: 'ana' })
    await service.post(`/v1/interactions/${c?.interactionId}/result`, { status: 'ok' })
    await decided(service, e?.interactionId ?? '', { decision: 'skip', actor: 'bob' })
    await signal(service, sessions.signal, 'go')
    await expect
      .poll(async () => (await inbox(service)).map(({ kind }) => kind))
      .toEqual(['worker'])
    const answered = async () => (await inbox(service, 'state=answered')).length
    await expect.poll(answered).toBe(4)
    const past = await inbox(service, 'state=answered')
    expect(past).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'approval', decision: 'approve', actor: 'ana' }),
        expect.objectContaining({ kind: 'client', status: 'ok' }),
        expect.objectContaining({ kind: 'escalation', decision: 'skip', actor: 'bob' }),
        expect.objectContaining({ kind: 'signal', status: 'ok' }),
      ]),
    )
    expect(await inbox(service, 'state=answered&kind=signal')).toHaveLength(1)
    expect(await inbox(service, 'state=answered&label=team:x')).toHaveLength(1)
  })

  test('loses what is cancelled', async () => {
    await using service = await startService()
    for (const sessionId of Object.values(await waitForAll(service))) {
      await service.post(`/v1/sessions/${sessionId}/cancel`)
    }
    await expect.poll(() => inbox(service)).toEqual([])
  })

  test('loses what nobody answers in time', async () => {
    const clock = new ManualClock()
    await using service = await startService({}, { clock })
    await waitForAll(service)
    clock.advance(60_000)
    const kinds = async () => (await inbox(service)).map(({ kind }) => kind)
    await expect.poll(kinds, { timeout: 10_000 }).toEqual(['escalation'])
  })
})

describe('an escalation', () => {
  const escalate = async (service: Service) => {
    const sessionId = await start(service, {
      inputs: { text: { default: 'x' } },
      onFailure: 'escalate',
      steps: [failing],
    })
    return asked(service, sessionId)
  }

  test.each([
    ['skip', 'completed', 'skipped'],
    ['complete', 'completed', 'completed'],
    ['fail', 'failed', 'failed'],
  ])('is answered as an interaction: %s', async (decision, status, stepStatus) => {
    await using service = await startService()
    const { sessionId, interactionId, kind } = await escalate(service)
    expect(kind).toBe('escalation')
    const body = {
      decision,
      note: 'so be it',
      actor: 'ana',
      ...(decision === 'complete' ? { output: 7 } : {}),
    }
    const accepted = await decided(service, interactionId, body)
    const events = await ended(service, sessionId)
    expect(events).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          type: 'interaction.answered',
          data: expect.objectContaining({
            interactionId,
            decision,
            note: 'so be it',
            actor: 'ana',
          }),
        }),
        expect.objectContaining({
          type: 'step.resolved',
          data: { action: decision, reason: 'so be it', actor: 'ana' },
        }),
      ]),
    )
    expect(await stepOf(service, sessionId)).toMatchObject({
      status,
      steps: [{ status: stepStatus }],
    })
    expect(await decided(service, interactionId, body)).toEqual(accepted)
    expect(await refusal(decide(service, interactionId, { decision: 'retry' }))).toEqual([
      409,
      'INTERACTION_ANSWERED',
    ])
  })

  test('that is tried again and fails again is another one', async () => {
    await using service = await startService()
    const { sessionId, interactionId } = await escalate(service)
    await decided(service, interactionId, { decision: 'retry' })
    const isAnother = async () => (await inbox(service, `sessionId=${sessionId}`))[0]?.interactionId
    await expect.poll(isAnother).not.toBe(interactionId)
    const again = await asked(service, sessionId)
    expect(again.interactionId).not.toBe(interactionId)
    expect(await refusal(decide(service, interactionId, { decision: 'skip' }))).toEqual([
      409,
      'INTERACTION_ANSWERED',
    ])
    for (const body of [{ decision: 'approve' }, { decision: 'skip', output: 1 }]) {
      expect((await decide(service, again.interactionId, body)).status).toBe(400)
    }
    await decided(service, again.interactionId, { decision: 'skip' })
    await ended(service, sessionId)
  })

  test.each(['answer', 'complete'])(
    'may be completed with more than an event carries: %s',
    async (by) => {
      await using service = await startService()
      const { sessionId, interactionId } = await escalate(service)
      const output = { text: 'x'.repeat(100_000) }
      const complete = () =>
        by === 'answer'
          ? decide(service, interactionId, { decision: 'complete', output })
          : service.post(`/v1/sessions/${sessionId}/steps/broken/complete`, { output })
      expect((await complete()).status).toBe(202)
      const events = await ended(service, sessionId)
      expect((await complete()).status).toBe(202)
      expect(JSON.stringify(events).length).toBeLessThan(20_000)
      const { artifacts } = await json<{ artifacts: { id: string }[] }>(
        service.get(`/v1/sessions/${sessionId}/artifacts`),
      )
      expect(artifacts).toHaveLength(1)
      const artifact = artifacts[0]?.id
      expect(await stepOf(service, sessionId)).toMatchObject({ steps: [{ output: { artifact } }] })
      expect(await json(service.get(`/v1/artifacts/${artifact}`))).toEqual(output)
    },
  )

  test('is settled too where its step is', async () => {
    await using service = await startService()
    const { sessionId, interactionId } = await escalate(service)
    const body = { reason: 'not needed', actor: 'ana' }
    expect((await service.post(`/v1/sessions/${sessionId}/steps/broken/skip`, body)).status).toBe(
      202,
    )
    await expect.poll(() => inbox(service)).toEqual([])
    const same = { decision: 'skip', note: 'not needed' }
    expect(await decided(service, interactionId, same)).toMatchObject({ decision: 'skip' })
    expect(await refusal(decide(service, interactionId, { decision: 'fail' }))).toEqual([
      409,
      'INTERACTION_ANSWERED',
    ])
    const { interactions } = await json<{ interactions: object[] }>(
      service.get(`/v1/sessions/${sessionId}/interactions`),
    )
    expect(interactions).toMatchObject([
      {
        interactionId,
        kind: 'escalation',
        state: 'answered',
        answer: { decision: 'skip', note: 'not needed', actor: 'ana' },
      },
    ])
  })
})
