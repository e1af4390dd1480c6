// @module-tag slow

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sessionView } from '../../src/http/views.ts'
import { readLog as foldLog } from '../../src/modules/session-coordinator/read-log.ts'
import { finalEventTypes } from '../../src/session/events.ts'
import { initialState } from '../../src/session/state.ts'
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { databaseSettings } from '../store/postgres-database.ts'
import { follow } from '../support/follow.ts'
import { type Replicas, startReplicas } from '../support/replicas.ts'
import { readLog } from './support/json-log.ts'
import { type Control, control, sessionAt } from './support/replica-requests.ts'
import { postSession } from './support/started.ts'

const STEPS = 5000

/** How long a command may take to come through, however busy the session is, and the machine. */
const SOON_MS = 30_000

/** What three processes may take to start on a machine that does other things as well. */
const START_MS = 30_000

describe('many commands for one session through all replicas', () => {
  let replicas: Replicas

  beforeAll(async () => {
    replicas = await startReplicas(3, { MAX_STEPS: String(STEPS) })
  }, START_MS)
  afterAll(() => replicas[Symbol.asyncDispose]())

  test('that come at once end in one consistent log', async () => {
    for (let turn = 0; turn < 5; turn++) {
      const sessionId = await postSession(replicas.at(turn % 3), {
        timeout: '1d',
        steps: ['Wait 20 ms', 'Wait 1 hour'],
      })
      const early = Array.from({ length: 45 }, (_, index) =>
        give(sessionId, index, index % 2 === 0 ? 'pause' : 'resume'),
      )
      await Promise.race(early.slice(20))
      const late = Array.from({ length: 5 }, (_, index) => give(sessionId, index, 'cancel'))
      const answers = await Promise.all([...early, ...late])
      expect(answers.filter(({ status }) => status === 202).length).toBeGreaterThan(0)
      await expectConsistent(sessionId, 'session.cancelled')
    }
  })

  test('come through soon while the session writes all the time', {
    timeout: 180_000,
  }, async () => {
    const sessionId = await postSession(replicas.at(0), {
      timeout: '1d',
      steps: [
        ...Array.from({ length: STEPS - 1 }, () => ({ uses: 'condition', with: { if: 'true' } })),
        // However fast the others were, the session does not end by itself.
        { id: 'last', uses: 'wait', with: { for: '1h' } },
      ],
    })
    await follow(replicas.at(1).url, sessionId, { until: ({ seq }) => seq > 50 })
    const giving = [0, 1, 2].map(async (index) => {
      for (let turn = 0; turn < 8; turn++) {
        await give(sessionId, index, 'pause')
        const { status } = await give(sessionId, index, 'resume')
        expect(status).toBe(202)
        await growth(sessionId, index)
      }
    })
    await Promise.all(giving)
    expect((await give(sessionId, 1, 'cancel')).status).toBe(202)
    await expectConsistent(sessionId, 'session.cancelled')
  })

  /** Gives a command to a replica; a refusal because of the end is the only one there is. */
  async function give(sessionId: string, index: number, command: Control): Promise<Response> {
    const askedAt = performance.now()
    const response = await control(replicas.at(index % 3), sessionId, command)
    const body = await response.json()
    if (response.status !== 202) expect(body).toMatchObject({ status: 409 })
    expect(performance.now() - askedAt).toBeLessThan(SOON_MS)
    return response
  }

  /** Waits until the session has written some more, or has nothing more to write. */
  async function growth(sessionId: string, index: number): Promise<void> {
    const { url } = replicas.at(index)
    const { stream, status } = await sessionAt({ url }, sessionId)
    if (status === 'waiting') return
    await follow(url, sessionId, {
      after: stream.next - 1,
      until: ({ seq, type }) => seq > stream.next + 20 || type === 'session.waiting',
    })
  }

  /** Dense, one end, and every replica shows what the log folds to. */
  async function expectConsistent(sessionId: string, end: string): Promise<void> {
    const logs = await Promise.all(
      Array.from(replicas, async ({ url }) => {
        const streamed = await follow(url, sessionId)
        expect(await readLog(url, sessionId)).toEqual(streamed)
        return streamed
      }),
    )
    const [events = []] = logs
    expect(logs).toEqual([events, events, events])
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
    const finals = events.filter(({ type }) => finalEventTypes.has(type))
    expect(finals.map(({ type }) => type)).toEqual([end])
    expect(events.at(-1)).toEqual(finals[0])
    const controls = events
      .map(({ type }) => type)
      .filter((type) => type === 'session.paused' || type === 'session.resumed')
    for (const [n, type] of controls.entries()) {
      expect(type).toBe(n % 2 === 0 ? 'session.paused' : 'session.resumed')
    }
    const folded = await foldedView(sessionId)
    for (const replica of replicas) expect(await sessionAt(replica, sessionId)).toEqual(folded)
  }

  async function foldedView(sessionId: string): Promise<unknown> {
    const { store } = await openPostgresStore(databaseSettings(replicas.databaseUrl))
    try {
      const record = await store.session(sessionId)
      const extent = await store.extent(sessionId)
      if (record === undefined || extent === undefined) throw new Error(`no ${sessionId}`)
      const state = await foldLog(store, sessionId, initialState(record))
      return JSON.parse(JSON.stringify(sessionView({ record, state }, extent)))
    } finally {
      await store.close()
    }
  }
})
