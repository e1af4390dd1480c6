import { describe, expect, test } from 'vitest'
import { follow } from '../support/follow.ts'
import { startServer } from '../support/local-server.ts'
import { startReplicas } from '../support/replicas.ts'
import { patience, runningAt } from './support/replica-requests.ts'
import { postSession } from './support/started.ts'

/** What may lie between the moment an attempt is counted and the moment its request arrives, on a busy machine. */
const ON_THE_WAY_MS = 800

describe('RATE_LIMITS of two replicas', () => {
  test('so many attempts begin in a window, whichever replica makes them', async () => {
    const arrivals: { at: number; path: string }[] = []
    await using server = await startServer(({ path }, response) => {
      arrivals.push({ at: performance.now(), path })
      response.end('{}')
    })
    // One place each, so that both make attempts.
    await using replicas = await startReplicas(2, {
      RATE_LIMITS: 'webhook=20/1s',
      MAX_SESSIONS_RUNNING: '1',
    })
    const ids = await Promise.all(
      Array.from(replicas, (replica, n) =>
        postSession(replica, {
          maxParallel: 30,
          steps: Array.from({ length: 30 }, () => ({
            uses: 'webhook',
            with: { url: `${server.url}/${n}` },
            dependsOn: [],
            retry: { maxAttempts: 1 },
          })),
        }),
      ),
    )
    await expect.poll(() => Promise.all(Array.from(replicas, runningAt)), patience).toEqual([1, 1])
    for (const sessionId of ids) {
      const [last] = (await follow(replicas.at(0).url, sessionId)).slice(-1)
      expect(last?.type).toBe('session.completed')
    }

    expect(arrivals).toHaveLength(60)
    expect(new Set(arrivals.map(({ path }) => path))).toEqual(new Set(['/0', '/1']))
    const first = arrivals[0]?.at ?? 0
    for (const [index, { at }] of arrivals.entries()) {
      // Windows begin a second apart at least, and each holds twenty.
      const window = Math.floor(index / 20)
      expect(at - first).toBeGreaterThan(window * 1000 - ON_THE_WAY_MS)
    }
    expect((arrivals[59]?.at ?? 0) - first).toBeLessThan(15_000)
  })
})
