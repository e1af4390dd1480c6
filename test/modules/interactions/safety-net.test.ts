import { expect, test } from 'vitest'
import { StepstreamError } from '../../../src/errors.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { asked, decided, inbox, refusal } from '../../support/people.ts'
import { startService } from '../../support/service.ts'
import { json, start } from '../../support/sessions.ts'
import { wrapStore } from '../../support/wrapped-store.ts'

/** A service whose store refuses some writes for a while: as one that cannot be reached, or as one whose process is killed. */
async function startOn(fails: (write: string) => Error | undefined) {
  const clock = new ManualClock()
  const inner = createMemoryStore()
  const guard = (write: string) => {
    const error = fails(write)
    if (error !== undefined) throw error
  }
  const { store } = wrapStore(inner, {
    async append(append) {
      for (const { type } of append.events) guard(type)
      return inner.append(append)
    },
    async putDocument(document, version) {
      guard(`put ${document.kind}`)
      return inner.putDocument(document, version)
    },
  })
  return { service: await startService({}, { clock, store }), clock, store: inner }
}

const client = (more: object = {}) => ({
  id: 'a',
  uses: 'client',
  timeout: '1h',
  with: { command: 1 },
  ...more,
})

test('what a later try asks for is not forgotten while the log cannot be written', async () => {
  let isAway = false
  let refused = 0
  const { service, clock, store } = await startOn((write) => {
    if (!isAway || write !== 'interaction.created') return undefined
    refused += 1
    return new StepstreamError('STORAGE_UNAVAILABLE', 'away')
  })
  await using _ = service
  const retry = { maxAttempts: 2, delay: '1ms', backoff: 'fixed' }
  const sessionId = await start(service, { timeout: '2h', steps: [client({ retry })] })
  const first = await asked(service, sessionId)
  isAway = true
  const path = `/v1/interactions/${first.interactionId}/result`
  expect((await service.post(path, { status: 'error' })).status).toBe(202)
  await expect
    .poll(() => {
      clock.advance(100)
      return refused
    })
    .toBeGreaterThan(0)
  const open = () => store.listDocuments({ tenant: 'default', kind: 'interaction', limit: 10 })
  const dueAt = async () => (await open()).map((document) => document.dueAt ?? 0)
  const before = clock.now()
  // Somebody has looked at it meanwhile.
  await expect
    .poll(async () => {
      clock.advance(1000)
      return (await dueAt()).every((at) => at > before + 15_000)
    })
    .toBe(true)
  isAway = false
  await expect
    .poll(async () => {
      clock.advance(500)
      return (await inbox(service)).length
    })
    .toBe(1)
  const second = await asked(service, sessionId)
  const ok = service.post(`/v1/interactions/${second.interactionId}/result`, { status: 'ok' })
  expect((await ok).status).toBe(202)
})

test('an answer is known again although another one was given before it could be kept apart', async () => {
  let isKilled = false
  const { service, clock } = await startOn((write) =>
    isKilled && write === 'put answered' ? new Error('killed') : undefined,
  )
  await using _ = service
  const retry = { maxAttempts: 1 }
  const steps = [client({ retry }), client({ id: 'b' })]
  const sessionId = await start(service, { timeout: '2h', onFailure: 'escalate', steps })
  const { interactionId } = await asked(service, sessionId)
  isKilled = true
  const path = `/v1/interactions/${interactionId}/result`
  const error = { status: 'error', error: { message: 'no' } }
  const first = await json(service.post(path, error))
  const escalation = await asked(service, sessionId, 'escalation')
  await decided(service, escalation.interactionId, { decision: 'skip' })
  const again = await service.post(path, error)
  expect([again.status, await json(again)]).toEqual([202, first])
  expect(await refusal(service.post(path, { status: 'ok' }))).toEqual([409, 'INTERACTION_ANSWERED'])
  isKilled = false
  const answered = async () => {
    clock.advance(1000)
    return (await inbox(service, 'state=answered')).map((item) => item.interactionId).toSorted()
  }
  await expect.poll(answered).toEqual([interactionId, escalation.interactionId].toSorted())
  const kept = await service.post(path, error)
  expect([kept.status, await json(kept)]).toEqual([202, first])
})
