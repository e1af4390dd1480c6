import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { as, asOperator, type Holder, makeKey, withKeys } from '../support/keys.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, lastOf, start, until } from '../support/sessions.ts'
import { store } from '../support/store.ts'
import {
  answer,
  beat,
  type Claimed,
  claim,
  claimOne,
  refusal,
  release,
  work,
} from '../support/workers.ts'

/** The events of a session so far. */
async function eventsOf(service: Service, sessionId: string) {
  const page = await json<{ events: { type: string; data: object }[] }>(
    service.get(`/v1/sessions/${sessionId}/events?limit=1000`, { accept: 'application/json' }),
  )
  return page.events
}

const typesIn = async (service: Service, sessionId: string, family: string) =>
  (await eventsOf(service, sessionId))
    .map(({ type }) => type)
    .filter((type) => type.startsWith(family))

describe('a worker', () => {
  // On Postgres artifacts are in the database, where nobody cleans up a folder.
  test.runIf(store === 'sqlite')(
    'is not held up by work whose command is gone, which fails',
    async () => {
      await using service = await startService()
      const big = work({ bytes: 'x'.repeat(100_000) })
      const sessionId = await start(service, { steps: [{ id: 'a', ...big }] })
      await until(service, sessionId, 'interaction.created')
      await rm(join(service.dataDir, 'artifacts'), { recursive: true })
      const behind = await start(service, { steps: [{ id: 'b', ...work({ n: 2 }) }] })
      await until(service, behind, 'interaction.created')
      expect(await claim(service, 'w1', { max: 1, wait: 0 })).toEqual([])
      expect(lastOf(await ended(service, sessionId), 'session.failed')).toMatchObject({
        stepId: 'a',
        error: { code: 'ARTIFACT_NOT_FOUND' },
      })
      expect(await claimOne(service, 'w1')).toMatchObject({ sessionId: behind, stepId: 'b' })
    },
  )

  test('takes what its queue asks for, tells how it goes, and answers', async () => {
    await using service = await startService()
    const sessionId = await start(service, { steps: [{ id: 'a', ...work({ n: 1 }) }] })
    const held = await claimOne(service, 'w1')
    expect(held).toMatchObject({
      sessionId,
      stepId: 'a',
      attempt: 1,
      queue: 'q',
      kind: 'worker',
      command: { n: 1 },
      worker: 'w1',
      leaseMs: 15_000,
      idempotencyKey: `${sessionId}:a`,
    })
    expect(Date.parse(held.leaseUntil)).toBeGreaterThan(Date.now())
    const kept = await json(
      beat(service, held.interactionId, 'w1', {
        output: [
          { stream: 'stdout', text: 'one\n' },
          { stream: 'stderr', text: 'two\n' },
        ],
        progress: { percent: 50, message: 'half' },
      }),
    )
    expect(kept).toMatchObject({ interactionId: held.interactionId, cancel: false })
    const shown = await json(service.get(`/v1/interactions/${held.interactionId}`))
    expect(shown).toMatchObject({ worker: 'w1', leaseUntil: expect.any(String) })
    const accepted = await answer(service, held.interactionId, 'w1', { output: { done: true } })
    expect(accepted.status).toBe(202)
    const again = await answer(service, held.interactionId, 'w1', { output: { done: true } })
    expect(again.status).toBe(202)
    const events = await ended(service, sessionId)
    expect(events.map(({ type }) => type)).toEqual([
      'session.created',
      'session.started',
      'step.started',
      'step.waiting',
      'interaction.created',
      'session.waiting',
      'interaction.claimed',
      'step.output',
      'step.output',
      'step.progress',
      'interaction.answered',
      'step.completed',
      'session.completed',
    ])
    expect(lastOf(events, 'step.progress')).toEqual({ percent: 50, message: 'half' })
    expect(lastOf(events, 'step.completed').output).toEqual({ done: true })
    expect(await claim(service, 'w2', { wait: 0 })).toEqual([])
  })

  test('waits for what comes, and takes several at once, the oldest first', async () => {
    await using service = await startService()
    const waiting = claimOne(service, 'early')
    const first = await start(service, { steps: [{ id: 'a', ...work() }] })
    expect(await waiting).toMatchObject({ sessionId: first })
    const others: string[] = []
    for (let n = 0; n < 4; n++) {
      const sessionId = await start(service, { steps: [{ id: 'a', ...work(n) }] })
      await until(service, sessionId, 'session.waiting')
      others.push(sessionId)
    }
    const some = await claim(service, 'w', { max: 3 })
    expect(some.map(({ sessionId }) => sessionId)).toEqual(others.slice(0, 3))
    const rest = await claim(service, 'w', { max: 100 })
    expect(rest.map(({ sessionId }) => sessionId)).toEqual(others.slice(3))
  })

  test('gets nothing of other queues, nor what is for whoever drives the session', async () => {
    await using service = await startService()
    const client = { uses: 'client', with: { command: 1 } }
    const id = await start(service, {
      maxParallel: 2,
      steps: [
        { id: 'a', ...work() },
        { id: 'b', dependsOn: [], ...client },
      ],
    })
    await until(service, id, 'session.waiting')
    expect(await claim(service, 'w', { queue: 'other', wait: 0 })).toEqual([])
    expect((await claim(service, 'w', { max: 10 })).map(({ stepId }) => stepId)).toEqual(['a'])
  })

  test('gives back what it has taken', async () => {
    await using service = await startService()
    const sessionId = await start(service, { steps: [{ id: 'a', ...work() }] })
    const { interactionId } = await claimOne(service, 'w1')
    expect((await release(service, interactionId, 'w1')).status).toBe(200)
    expect(await refusal(release(service, interactionId, 'w1'))).toEqual([409, 'INTERACTION_LOST'])
    expect(await refusal(beat(service, interactionId, 'w1'))).toEqual([409, 'INTERACTION_LOST'])
    expect(await refusal(answer(service, interactionId, 'w1'))).toEqual([409, 'INTERACTION_LOST'])
    expect(await claimOne(service, 'w2')).toMatchObject({ interactionId, worker: 'w2' })
    await answer(service, interactionId, 'w2')
    const events = await ended(service, sessionId)
    expect(lastOf(events, 'interaction.released')).toMatchObject({
      worker: 'w1',
      reason: 'returned',
    })
    expect(lastOf(events, 'interaction.claimed')).toMatchObject({ worker: 'w2', claim: 2 })
  })

  test('who does not wait for its answer leaves nothing behind', async () => {
    await using service = await startService()
    const leaving = new AbortController()
    const gone = fetch(`${service.url}/v1/interactions/claim`, {
      method: 'POST',
      signal: leaving.signal,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ queue: 'q', workerId: 'gone', wait: 60 }),
    })
    const present = async () =>
      (await json<{ workers: unknown[] }>(service.get('/v1/workers'))).workers
    await expect.poll(async () => (await present()).length).toBe(1)
    leaving.abort()
    await expect(gone).rejects.toThrow()
    const sessionId = await start(service, { steps: [{ id: 'a', ...work() }] })
    expect(await claimOne(service, 'w')).toMatchObject({ sessionId })
  })

  test('is refused what is not its own, and what nobody knows', async () => {
    await using service = await startService()
    await start(service, { steps: [{ id: 'a', ...work() }] })
    const { interactionId } = await claimOne(service, 'w1')
    for (const act of [beat, release, answer]) {
      expect(await refusal(act(service, interactionId, 'w2'))).toEqual([409, 'INTERACTION_LOST'])
      expect(await refusal(act(service, 'int_nobody', 'w1'))).toEqual([
        404,
        'INTERACTION_NOT_FOUND',
      ])
    }
    expect((await answer(service, interactionId, 'w1')).status).toBe(202)
    for (const act of [beat, release]) {
      const refused = () => refusal(act(service, interactionId, 'w2'))
      // Until its lease is tidied away it counts as somebody else's.
      await expect.poll(refused).toEqual([409, 'INTERACTION_OVER'])
    }
    expect(await refusal(answer(service, interactionId, 'w2'))).toEqual([
      409,
      'INTERACTION_ANSWERED',
    ])
  })

  test.each([
    ['claim', { queue: 'q' }],
    ['claim', { queue: 'no such/queue', workerId: 'w' }],
    ['claim', { queue: 'q', workerId: 'a\u0000b' }],
    ['claim', { queue: 'q', workerId: 'w', wait: 61 }],
    ['claim', { queue: 'q', workerId: 'w', max: 101 }],
    ['claim', { queue: 'q', workerId: 'w', leaseMs: 4999 }],
    ['int_1/heartbeat', { workerId: 'w', output: [{ stream: 'stdin', text: '' }] }],
    ['int_1/release', {}],
  ])('is told what is wrong with %s %o', async (path, body) => {
    await using service = await startService()
    const refused = await service.post(`/v1/interactions/${path}`, body)
    expect(refused.status).toBe(400)
    expect(await json(refused)).toMatchObject({ faults: [{ pointer: expect.any(String) }] })
  })

  test('is told so when what it sends is too large', async () => {
    await using service = await startService()
    const sessionId = await start(service, { steps: [{ id: 'a', ...work() }] })
    const { interactionId } = await claimOne(service, 'w')
    const text = 'x'.repeat(1_100_000)
    const output = [{ stream: 'stdout', text }]
    expect(await refusal(beat(service, interactionId, 'w', { output }))).toEqual([
      413,
      'BODY_TOO_LARGE',
    ])
    const refused = await answer(service, interactionId, 'w', { output: text })
    expect(refused.status).toBe(413)
    expect(await json(refused)).toMatchObject({
      code: 'BODY_TOO_LARGE',
      detail: expect.stringMatching(/may have 1048576/),
    })
    expect((await answer(service, interactionId, 'w', { output: 'small' })).status).toBe(202)
    expect((await ended(service, sessionId)).at(-1)?.type).toBe('session.completed')
  })

  test('has its output told up to the limit, over all its heartbeats', async () => {
    await using service = await startService({ OUTPUT_LIMIT_BYTES: '10' })
    const sessionId = await start(service, { steps: [{ id: 'a', ...work() }] })
    const { interactionId } = await claimOne(service, 'w')
    const tell = (text: string) =>
      beat(service, interactionId, 'w', { output: [{ stream: 'stdout', text }] })
    for (const text of ['123456', 'äöü', 'more']) expect((await tell(text)).status).toBe(200)
    await answer(service, interactionId, 'w')
    const told = (await ended(service, sessionId)).filter(({ type }) => type === 'step.output')
    expect(told.map(({ data }) => data)).toEqual([
      { stream: 'stdout', text: '123456' },
      { stream: 'stdout', text: 'äö', truncated: true },
    ])
  })

  test('has as much of it told by whoever takes it next, and no more by another way', async () => {
    await using service = await startService({ OUTPUT_LIMIT_BYTES: '6', SECRET_TOKEN: 'hush-hush' })
    const sessionId = await start(service, { steps: [{ id: 'a', ...work() }] })
    const { interactionId } = await claimOne(service, 'w1')
    const output = (text: string) => [{ stream: 'stdout', text }]
    const report = (text: string, workerId: string) =>
      service.post(`/v1/interactions/${interactionId}/progress`, { output: output(text), workerId })
    await beat(service, interactionId, 'w1', { output: output('1234') })
    expect((await report('5678', 'w1')).status).toBe(200)
    await release(service, interactionId, 'w1')
    await claimOne(service, 'w2')
    expect((await report('abc', 'w2')).status).toBe(200)
    const progress = { message: 'hush-hush' }
    await beat(service, interactionId, 'w2', { output: output('defg'), progress })
    await beat(service, interactionId, 'w2', { output: output('more') })
    await answer(service, interactionId, 'w2')
    const told = (await ended(service, sessionId)).filter(({ type }) =>
      ['step.output', 'step.progress'].includes(type),
    )
    expect(told.map(({ data }) => data)).toEqual([
      { stream: 'stdout', text: '1234' },
      { stream: 'stdout', text: '56', truncated: true },
      { stream: 'stdout', text: 'abc' },
      { stream: 'stdout', text: 'def', truncated: true },
      { message: '[secret TOKEN]' },
    ])
  })
})

describe('a lease', () => {
  test('that is lost puts the interaction back, and its worker comes too late', async () => {
    const clock = new ManualClock()
    await using service = await startService({}, { clock })
    const sessionId = await start(service, { steps: [{ id: 'a', ...work(1) }] })
    const { interactionId, leaseUntil } = await claimOne(service, 'w1', { leaseMs: 6000 })
    expect(Date.parse(leaseUntil) - clock.now()).toBe(6000)
    clock.advance(5000)
    const kept = await json<{ leaseUntil: string }>(beat(service, interactionId, 'w1'))
    expect(Date.parse(kept.leaseUntil) - clock.now()).toBe(6000)
    expect(await claim(service, 'w2', { wait: 0 })).toEqual([])
    clock.advance(6000)
    let next: readonly Claimed[] = []
    await expect
      .poll(async () => {
        clock.advance(100)
        next = await claim(service, 'w2', { wait: 0 })
        return next.length
      })
      .toBe(1)
    expect(next).toMatchObject([{ interactionId, worker: 'w2' }])
    for (const act of [beat, answer, release]) {
      expect(await refusal(act(service, interactionId, 'w1'))).toEqual([409, 'INTERACTION_LOST'])
    }
    expect((await answer(service, interactionId, 'w2', { output: 2 })).status).toBe(202)
    expect(await refusal(answer(service, interactionId, 'w1', { output: 2 }))).toEqual([
      409,
      'INTERACTION_ANSWERED',
    ])
    expect(await typesIn(service, sessionId, 'interaction.')).toEqual([
      'interaction.created',
      'interaction.claimed',
      'interaction.released',
      'interaction.claimed',
      'interaction.answered',
    ])
  })

  test('goes on as long as its worker says so, however late the worker believes it is', async () => {
    const clock = new ManualClock()
    await using service = await startService({}, { clock })
    await start(service, { steps: [{ id: 'a', ...work() }] })
    const { interactionId } = await claimOne(service, 'w1', { leaseMs: 5000 })
    for (let n = 0; n < 20; n++) {
      clock.advance(3000)
      const headers = { date: 'Thu, 01 Jan 1970 00:00:00 GMT' }
      const kept = await service.post(
        `/v1/interactions/${interactionId}/heartbeat`,
        { workerId: 'w1' },
        headers,
      )
      expect(kept.status).toBe(200)
    }
    expect(await claim(service, 'w2', { wait: 0 })).toEqual([])
    expect((await answer(service, interactionId, 'w1')).status).toBe(202)
  })
})

describe('whoever has what is not wanted any more', () => {
  test('learns from its heartbeat that the session was cancelled', async () => {
    await using service = await startService()
    const sessionId = await start(service, { steps: [{ id: 'a', ...work() }] })
    const { interactionId } = await claimOne(service, 'w')
    await service.post(`/v1/sessions/${sessionId}/cancel`)
    expect(await json(beat(service, interactionId, 'w'))).toMatchObject({
      cancel: true,
      reason: 'cancelled',
    })
    expect(await refusal(answer(service, interactionId, 'w'))).toEqual([409, 'INTERACTION_OVER'])
    const events = await ended(service, sessionId)
    expect(events.at(-1)?.type).toBe('session.cancelled')
  })

  test('learns from its heartbeat that the step’s time is over, and the next try is another', async () => {
    const clock = new ManualClock()
    await using service = await startService({}, { clock })
    const retry = { maxAttempts: 2, delay: '1ms', jitter: false }
    const step = { id: 'a', timeout: '10s', retry, ...work() }
    const sessionId = await start(service, { steps: [step] })
    const { interactionId } = await claimOne(service, 'w', { leaseMs: 60_000 })
    clock.advance(10_000)
    await until(service, sessionId, 'interaction.expired')
    expect(await json(beat(service, interactionId, 'w'))).toMatchObject({
      cancel: true,
      reason: 'timeout',
    })
    expect(await refusal(answer(service, interactionId, 'w'))).toEqual([409, 'INTERACTION_OVER'])
    const next = claimOne(service, 'w')
    await expect
      .poll(() => {
        clock.advance(10)
        return typesIn(service, sessionId, 'interaction.created')
      })
      .toHaveLength(2)
    expect((await next).interactionId).not.toBe(interactionId)
  })

  test('learns from its heartbeat that a person has settled the step', async () => {
    await using service = await startService()
    const sessionId = await start(service, { steps: [{ id: 'a', ...work() }] })
    const { interactionId } = await claimOne(service, 'w')
    const skipped = await service.post(`/v1/sessions/${sessionId}/steps/a/skip`, {})
    expect(skipped.status).toBeLessThan(300)
    expect(await json(beat(service, interactionId, 'w'))).toMatchObject({
      cancel: true,
      reason: 'withdrawn',
    })
  })
})

describe('a queue', () => {
  test('serves those who wait in the order in which they came', async () => {
    await using service = await startService()
    const present = async () =>
      (await json<{ workers: unknown[] }>(service.get('/v1/workers'))).workers.length
    const served: string[] = []
    const waiting: Promise<unknown>[] = []
    for (let n = 1; n <= 5; n++) {
      const one = claimOne(service, `w${n}`, { max: 10, wait: 60 })
      waiting.push(one.then(({ command }) => served.push(`w${n} ${command}`)))
      await expect.poll(present).toBe(n)
    }
    for (let n = 1; n <= 5; n++) {
      await start(service, { steps: [{ id: 'a', ...work(n) }] })
      await waiting[n - 1]
    }
    expect(served).toEqual(['w1 1', 'w2 2', 'w3 3', 'w4 4', 'w5 5'])
  })

  test('gives one interaction to one of fifty who want it at once', async () => {
    await using service = await startService()
    const sessionId = await start(service, { steps: [{ id: 'a', ...work() }] })
    await until(service, sessionId, 'session.waiting')
    const racers = Array.from({ length: 50 }, (_, n) => claim(service, `w${n}`, { wait: 0 }))
    const won = (await Promise.all(racers)).flat()
    expect(won).toHaveLength(1)
    expect(await typesIn(service, sessionId, 'interaction.claimed')).toHaveLength(1)
  })

  test('hands out nothing of a session that is paused, until it is resumed', async () => {
    await using service = await startService()
    const sessionId = await start(service, { steps: [{ id: 'a', ...work() }] })
    await until(service, sessionId, 'session.waiting')
    await service.post(`/v1/sessions/${sessionId}/pause`)
    expect(await claim(service, 'w', { wait: 0 })).toEqual([])
    const waiting = claimOne(service, 'w')
    await service.post(`/v1/sessions/${sessionId}/resume`)
    const { interactionId } = await waiting
    await service.post(`/v1/sessions/${sessionId}/pause`)
    expect(await json(beat(service, interactionId, 'w'))).toMatchObject({ cancel: false })
    expect((await release(service, interactionId, 'w')).status).toBe(200)
    expect(await claim(service, 'w', { wait: 0 })).toEqual([])
    await service.post(`/v1/sessions/${sessionId}/resume`)
    await answer(service, (await claimOne(service, 'w')).interactionId, 'w')
    expect((await ended(service, sessionId)).at(-1)?.type).toBe('session.completed')
  })

  test('has nothing of a session that has ended', async () => {
    await using service = await startService()
    const sessionId = await start(service, { steps: [{ id: 'a', ...work() }] })
    await until(service, sessionId, 'session.waiting')
    await service.post(`/v1/sessions/${sessionId}/cancel`)
    await ended(service, sessionId)
    expect(await claim(service, 'w', { wait: 0, max: 10 })).toEqual([])
  })

  test('lets those go who wait when the service stops', async () => {
    const service = await startService()
    const waiting = claim(service, 'w', { wait: 60 })
    const present = async () =>
      (await json<{ workers: unknown[] }>(service.get('/v1/workers'))).workers.length
    await expect.poll(present).toBe(1)
    await service[Symbol.asyncDispose]()
    expect(await waiting).toEqual([])
  })
})

test('workers are listed with what they have, as long as they are there', async () => {
  const clock = new ManualClock()
  await using service = await startService({}, { clock })
  const sessionId = await start(service, { steps: [{ id: 'a', ...work() }] })
  const { interactionId, leaseUntil } = await claimOne(service, 'busy')
  await claim(service, 'idle', { queue: 'other', wait: 0 })
  interface Workers {
    readonly workers: readonly { readonly workerId: string }[]
    readonly next: string | null
  }
  const list = (query = '') => json<Workers>(service.get(`/v1/workers${query}`))
  const at = new Date(clock.now()).toISOString()
  await expect.poll(async () => (await list()).workers.length).toBe(2)
  const { workers } = await list()
  expect(workers.find(({ workerId }) => workerId === 'busy')).toEqual({
    workerId: 'busy',
    queues: ['q'],
    firstSeenAt: at,
    lastSeenAt: at,
    holds: [{ interactionId, sessionId, stepId: 'a', queue: 'q', since: at, leaseUntil }],
  })
  expect(workers.find(({ workerId }) => workerId === 'idle')).toMatchObject({
    queues: ['other'],
    holds: [],
  })
  const first = await list('?limit=1')
  const second = await list(`?limit=1&cursor=${first.next}`)
  const paged = [...first.workers, ...second.workers].map(({ workerId }) => workerId)
  expect(paged.toSorted()).toEqual(['busy', 'idle'])
  for (let n = 0; n < 10; n++) {
    clock.advance(10_000)
    await beat(service, interactionId, 'busy')
  }
  await expect.poll(async () => (await list()).workers.length).toBe(1)
  expect((await list()).workers).toMatchObject([{ workerId: 'busy', holds: [{ interactionId }] }])
})

describe('a key with the scope work', () => {
  test('takes from its queues, keeps, answers and gives back, and no others', async () => {
    await using service = await startService(withKeys)
    const operator = asOperator(service)
    const holderOf = async (key: object) => as(service, (await makeKey(service, key)).secret)
    const mine = await holderOf({ scopes: ['work'], queues: ['q'] })
    const other = await holderOf({ scopes: ['work'], queues: ['other'] })
    const anyQueue = await holderOf({ scopes: ['work'] })
    const answering = await holderOf({ scopes: ['answer'] })
    const sessionId = await start(operator, {
      maxParallel: 2,
      steps: [
        { id: 'a', ...work() },
        { id: 'b', dependsOn: [], uses: 'client', with: { command: 1 } },
      ],
    })
    const body = { queue: 'q', workerId: 'w' }
    expect(await refusal(other.post('/v1/interactions/claim', body))).toEqual([403, 'FORBIDDEN'])
    expect(await refusal(answering.post('/v1/interactions/claim', body))).toEqual([
      403,
      'FORBIDDEN',
    ])
    const { interactionId } = await claimOne(mine, 'w')
    for (const act of [beat, release, answer]) {
      expect(await refusal(act(other, interactionId, 'w'))).toEqual([403, 'FORBIDDEN'])
    }
    expect((await beat(mine, interactionId, 'w')).status).toBe(200)
    expect((await release(mine, interactionId, 'w')).status).toBe(200)
    await claimOne(anyQueue, 'w2')
    const workersOf = async (holder: Holder) =>
      (await json<{ workers: { workerId: string }[] }>(holder.get('/v1/workers'))).workers.map(
        ({ workerId }) => workerId,
      )
    await expect.poll(async () => (await workersOf(mine)).toSorted()).toEqual(['w', 'w2'])
    expect(await workersOf(other)).toEqual([])
    const ofClient = await json<{ interactionId: string }>(
      operator.post(`/v1/sessions/${sessionId}/next`, { wait: 20 }),
    )
    const unasked = mine.post(`/v1/interactions/${ofClient.interactionId}/result`, { status: 'ok' })
    expect(await refusal(unasked)).toEqual([403, 'FORBIDDEN'])
    const asked = answering.post(`/v1/interactions/${ofClient.interactionId}/result`, {
      status: 'ok',
    })
    expect((await asked).status).toBe(202)
    expect((await answer(anyQueue, interactionId, 'w2')).status).toBe(202)
  })
})
