import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Outcome } from '../../src/modules/executors/types.ts'
import { follow } from '../support/follow.ts'
import { functionExecutor } from '../support/hand-executor.ts'
import { startService } from '../support/service.ts'
import { scaled } from '../support/store.ts'
import { readLog } from './support/json-log.ts'
import { checkLog } from './support/log-laws.ts'
import { createRandom, type Random, withSeed } from './support/random.ts'
import { postSession } from './support/started.ts'

const SESSIONS = scaled(300)

test(
  'pause, resume and cancel at any moment leave every log as it must be',
  { timeout: 180_000 },
  () =>
    withSeed(async (seed) => {
      const random = createRandom(seed)
      const runs = new Set<string>()
      const repeated: string[] = []
      const fickle = functionExecutor(
        'fickle',
        async (_, { sessionId, stepId, attempt, signal }) => {
          const key = `${sessionId}:${stepId}#${attempt}`
          if (runs.has(key)) repeated.push(key)
          runs.add(key)
          if (random.chance(0.7))
            await pause(random.int(0, 4), undefined, { signal }).catch(() => {})
          return signal.aborted ? { status: 'aborted' } : outcomeBy(random)
        },
      )
      await using service = await startService(
        { MAX_SESSIONS_RUNNING: '40' },
        { executors: [fickle] },
      )
      const ids = await Promise.all(
        Array.from({ length: SESSIONS }, async () => {
          const sessionId = await postSession(service, graphBy(random))
          await meddle(service, sessionId, random)
          return sessionId
        }),
      )
      for (const sessionId of ids) {
        const streamed = await follow(service.url, sessionId)
        const events = await readLog(service.url, sessionId)
        expect(streamed).toEqual(events)
        const { steps } = (await (await service.get(`/v1/sessions/${sessionId}`)).json()) as {
          steps: { id: string }[]
        }
        checkLog(events, new Map(steps.map(({ id }) => [id, 'retry'])))
      }
      expect(repeated).toEqual([])
    }),
)

function outcomeBy(random: Random): Outcome {
  if (random.chance(0.75)) return { status: 'succeeded' }
  const retryable = random.chance(0.7)
  return { status: 'failed', code: 'UNEXPECTED_STATUS', message: 'no luck', retryable }
}

function graphBy(random: Random) {
  const retry = { maxAttempts: 3, backoff: 'fixed', delay: '2ms', jitter: false }
  const steps = Array.from({ length: random.int(1, 12) }, (_, index) => ({
    id: `s${index}`,
    ...(random.chance(0.2)
      ? { uses: 'wait', with: { for: `${random.int(1, 5)}ms` } }
      : { uses: 'fickle', retry }),
    ...(random.chance(0.5)
      ? { dependsOn: index > 0 && random.chance(0.5) ? [`s${random.int(0, index - 1)}`] : [] }
      : {}),
    ...(random.chance(0.2) ? { when: random.pick(['true', 'false', '1 < 2']) } : {}),
  }))
  return {
    steps,
    maxParallel: random.int(1, 4),
    onFailure: random.pick(['fail_fast', 'continue']),
  }
}

/** Some commands at random, never leaving the session paused. */
async function meddle(
  service: { readonly url: string },
  sessionId: string,
  random: Random,
): Promise<void> {
  const commands = Array.from({ length: random.int(0, 6) }, () =>
    random.chance(0.9) ? random.pick(['pause', 'resume']) : 'cancel',
  )
  const sent = commands.map(async (command) => {
    await pause(random.int(0, 30))
    await control(service, sessionId, command)
  })
  await Promise.all(sent)
  await control(service, sessionId, 'resume')
}

async function control(
  { url }: { readonly url: string },
  sessionId: string,
  command: string,
): Promise<void> {
  const response = await fetch(`${url}/v1/sessions/${sessionId}/${command}`, { method: 'POST' })
  const body = (await response.json()) as { code?: string }
  if (response.status === 202) return
  // It has ended, or is about to.
  expect(['SESSION_ENDED', 'ILLEGAL_TRANSITION']).toContain(body.code)
}
