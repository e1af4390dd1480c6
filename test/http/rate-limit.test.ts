import { pino } from 'pino'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { StepstreamError } from '../../src/errors.ts'
import type { HttpDeps } from '../../src/http/deps.ts'
import { registerCreateSession } from '../../src/http/routes/create-session.ts'
import { createServer } from '../../src/http/server.ts'
import type { RequestCounter } from '../../src/store/replica.ts'
import { ManualClock } from '../support/manual-clock.ts'

/** Counts as the database does, for as many servers as share it. */
function sharedCounter(): RequestCounter & { readonly keys: Map<string, number> } {
  const keys = new Map<string, number>()
  return {
    keys,
    async count(key, windowMs) {
      const count = (keys.get(key) ?? 0) + 1
      keys.set(key, count)
      return { count, ttlMs: windowMs / 2 }
    },
  }
}

/** One replica: the route that is limited, with nothing behind it. */
async function replica(requests: RequestCounter | undefined) {
  const config = readConfig({ MAX_SESSIONS_PER_MINUTE: '3' })
  const app = await createServer({
    config,
    log: pino({ level: 'silent' }),
    version: '0.0.0',
    keys: undefined,
    ...(requests === undefined ? {} : { requests }),
  })
  const behind = {
    config,
    clock: new ManualClock(),
    workflows: {
      compile: async () => ({ plan: { steps: [] }, warnings: [], estimatedDurationMs: 0 }),
    },
    processor: { start: async () => ({ created: true }) },
    closing: new AbortController().signal,
  }
  registerCreateSession(app, behind as unknown as HttpDeps)
  const post = async () => {
    const answer = await app.inject({ method: 'POST', url: '/v1/sessions', payload: ['Wait 1s'] })
    const { code } = answer.json<{ code?: string }>()
    return { status: answer.statusCode, code, retryAfter: answer.headers['retry-after'] }
  }
  return { post, [Symbol.asyncDispose]: () => app.close() }
}

test('replicas that share a counter hold the limit together', async () => {
  const requests = sharedCounter()
  await using one = await replica(requests)
  await using two = await replica(requests)
  const answers = [await one.post(), await two.post(), await one.post()]
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202])
  for (const each of [one, two]) {
    expect(await each.post()).toEqual({ status: 429, code: 'RATE_LIMITED', retryAfter: '30' })
  }
  expect([...requests.keys]).toEqual([['POST /v1/sessions 127.0.0.1', 5]])
})

test('without a counter each holds it by itself', async () => {
  await using one = await replica(undefined)
  await using two = await replica(undefined)
  for (let n = 0; n < 3; n += 1) {
    expect([(await one.post()).status, (await two.post()).status]).toEqual([202, 202])
  }
  expect([(await one.post()).status, (await two.post()).status]).toEqual([429, 429])
})

test('a request that cannot be counted is refused, since the limit would be off otherwise', async () => {
  await using one = await replica({
    count: () => Promise.reject(new StepstreamError('STORAGE_UNAVAILABLE', 'no database')),
  })
  expect(await one.post()).toEqual({ status: 503, code: 'STORAGE_UNAVAILABLE', retryAfter: '5' })
})

test('a counter that is broken is a fault of our own', async () => {
  await using one = await replica({ count: () => Promise.reject(new TypeError('oh')) })
  expect(await one.post()).toMatchObject({ status: 500, code: 'INTERNAL' })
})
