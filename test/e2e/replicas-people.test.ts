// @module-tag slow

import { expect, test } from 'vitest'
import { statusOf } from '../support/children.ts'
import { follow } from '../support/follow.ts'
import { approval, asked, decide, decided, inbox, signal } from '../support/people.ts'
import { type Replicas, startReplicas } from '../support/replicas.ts'
import { asService } from '../support/schedules.ts'
import { json } from '../support/sessions.ts'
import { postSession } from './support/started.ts'

const SESSIONS = 8

const steps = [
  { id: 'draft', uses: 'condition', with: { if: 'true' } },
  approval('ok'),
  { id: 'paid', uses: 'signal', with: { name: 'paid' } },
  { id: 'bad', uses: 'condition', with: { if: 'steps.paid.output.n' }, onFailure: 'escalate' },
]

const reader = (replicas: Replicas, n: number) => asService(replicas.at(n % 2))

test('people answer, signal and push back through any replica, also when the other one dies', {
  timeout: 120_000,
}, async () => {
  await using replicas = await startReplicas(2)
  const sessions = await Promise.all(
    Array.from({ length: SESSIONS }, (_, n) => postSession(replicas.at(n % 2), { steps })),
  )
  const approvals = await Promise.all(
    sessions.map((sessionId, n) => asked(reader(replicas, n + 1), sessionId)),
  )
  for (const [n, { interactionId }] of approvals.entries()) {
    const other = reader(replicas, n + 1)
    await decided(other, interactionId, { decision: 'push_back', toStep: 'draft', note: 'again' })
  }
  for (const [n, sessionId] of sessions.entries()) {
    const other = reader(replicas, n)
    const isAnew = async () => (await inbox(other, `sessionId=${sessionId}`))[0]?.interactionId
    await expect.poll(isAnew, { timeout: 20_000 }).not.toBe(approvals[n]?.interactionId)
    const { interactionId } = await asked(other, sessionId)
    const link = await json<{ url: string }>(other.post(`/v1/interactions/${interactionId}/links`))
    const answer = await reader(replicas, n + 1).post(link.url, { decision: 'approve' })
    expect(answer.status).toBe(202)
  }
  await replicas.at(1).stop('SIGKILL')
  const left = asService(replicas.at(0))
  for (const sessionId of sessions) {
    const id = `paid-${sessionId}`
    for (const _ of ['once', 'twice']) {
      expect((await signal(left, sessionId, 'paid', { id, payload: { n: 1 } })).status).toBe(202)
    }
  }
  const escalated = async () => (await inbox(left, 'kind=escalation&limit=100')).length
  await expect.poll(escalated, { timeout: 60_000 }).toBe(SESSIONS)
  for (const { interactionId, sessionId } of await inbox(left, 'kind=escalation&limit=100')) {
    await decided(left, interactionId, { decision: 'complete', output: 'fine' })
    await follow(replicas.at(0).url, sessionId)
    expect(await statusOf(left, sessionId)).toBe('completed')
  }
  await expect.poll(() => inbox(left), { timeout: 20_000 }).toEqual([])
})

test('of two answers at once on two replicas one counts, and everybody is told the same', {
  timeout: 60_000,
}, async () => {
  await using replicas = await startReplicas(2)
  const sessions = await Promise.all(
    Array.from({ length: SESSIONS }, (_, n) =>
      postSession(replicas.at(n % 2), { steps: [approval('ok')] }),
    ),
  )
  for (const sessionId of sessions) {
    const { interactionId } = await asked(reader(replicas, 0), sessionId)
    const bodies = [{ decision: 'approve' }, { decision: 'reject' }, { decision: 'approve' }]
    const answers = await Promise.all(
      bodies.map((body, n) => decide(reader(replicas, n), interactionId, body)),
    )
    const codes = answers.map(({ status }) => status)
    await follow(replicas.at(0).url, sessionId)
    const status = await statusOf(reader(replicas, 1), sessionId)
    expect(codes).toEqual(status === 'completed' ? [202, 409, 202] : [409, 202, 409])
  }
})
