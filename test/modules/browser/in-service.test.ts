import { describe, expect, onTestFinished, test } from 'vitest'
import { ConfigError } from '../../../src/config.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import type { Store } from '../../../src/store/types.ts'
import { handExecutor } from '../../support/hand-executor.ts'
import { startService } from '../../support/service.ts'

/** A service with a step of that kind, in a store of which the test sees what is kept of browsers. */
async function setUp(usesBrowser: boolean) {
  const store = createMemoryStore()
  const hand = handExecutor()
  const executor = { ...hand.executor, usesBrowser }
  const service = await startService({}, { store, executors: [executor] })
  onTestFinished(() => service[Symbol.asyncDispose]())
  await service.post('/v1/sessions', [{ uses: 'hand' }])
  const attempt = await hand.attempt()
  const { sessionId } = attempt.context
  await keep(store, sessionId)
  return {
    service,
    attempt,
    sessionId,
    left: () => store.document('default', 'browserState', sessionId),
  }
}

async function keep(store: Store, sessionId: string): Promise<void> {
  const document = { body: '{}', createdAt: 0, dueAt: null, sessionId, expiresAt: null }
  await store.putDocument(
    { tenant: 'default', kind: 'browserState', id: sessionId, ...document },
    0,
  )
}

describe('what is kept of a session’s browser', () => {
  test('goes when the session ends', async () => {
    const { attempt, left } = await setUp(true)
    attempt.succeed()
    await expect.poll(left).toBeUndefined()
  })

  test('goes when the session is cancelled', async () => {
    const { service, sessionId, left } = await setUp(true)
    await service.post(`/v1/sessions/${sessionId}/cancel`, {})
    await expect.poll(left).toBeUndefined()
  })

  test('is not even looked for where no step uses a browser', async () => {
    const { service, attempt, sessionId, left } = await setUp(false)
    attempt.succeed()
    const status = async () => {
      const answer = await service.get(`/v1/sessions/${sessionId}`)
      return ((await answer.json()) as { status: string }).status
    }
    await expect.poll(status).toBe('completed')
    expect(await left()).toBeDefined()
  })
})

test('a CHROMIUM_PATH that is no program stops the start', async () => {
  const starting = startService({ CHROMIUM_PATH: '/nowhere/chromium' })
  await expect(starting).rejects.toThrow(ConfigError)
  await expect(starting).rejects.toThrow('CHROMIUM_PATH="/nowhere/chromium" is not allowed')
})
