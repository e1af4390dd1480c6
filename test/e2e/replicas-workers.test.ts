// @module-tag slow

import { expect, test } from 'vitest'
import { follow } from '../support/follow.ts'
import { frames } from '../support/frames.ts'
import { type Replica, startReplicas } from '../support/replicas.ts'
import { asService } from '../support/schedules.ts'
import { json } from '../support/sessions.ts'
import { answer, beat, claim, claimOne, refusal, release, work } from '../support/workers.ts'
import { postSession } from './support/started.ts'

const step = (command: unknown = 1) => ({ steps: [{ id: 'a', ...work(command) }] })

async function ask(replica: Replica, command?: unknown): Promise<string> {
  const sessionId = await postSession(replica, step(command))
  await follow(replica.url, sessionId, { until: ({ type }) => type === 'session.waiting' })
  return sessionId
}

test('what is asked on one replica is claimed, kept and answered on others', {
  timeout: 60_000,
}, async () => {
  await using replicas = await startReplicas(3)
  const [a, b, c] = [0, 1, 2].map((n) => asService(replicas.at(n)))
  if (a === undefined || b === undefined || c === undefined) throw new Error('there are three')
  const waiting = claimOne(b, 'w', { wait: 60 })
  const sessionId = await postSession(replicas.at(0), step('far'))
  const held = await waiting
  expect(held).toMatchObject({ sessionId, command: 'far' })
  expect(await json(beat(c, held.interactionId, 'w'))).toMatchObject({ cancel: false })
  expect((await release(a, held.interactionId, 'w')).status).toBe(200)
  expect((await claimOne(c, 'w')).interactionId).toBe(held.interactionId)
  const workers = await json<{ workers: object[] }>(a.get('/v1/workers'))
  expect(workers.workers).toMatchObject([{ workerId: 'w', holds: [{ sessionId }] }])
  expect((await answer(b, held.interactionId, 'w')).status).toBe(202)
  expect((await answer(a, held.interactionId, 'w')).status).toBe(202)
  const events = await follow(replicas.at(2).url, sessionId)
  expect(events.at(-1)?.type).toBe('session.completed')
})

test('of fifty who want one interaction through three replicas one gets it', {
  timeout: 60_000,
}, async () => {
  await using replicas = await startReplicas(3)
  for (let round = 0; round < 4; round++) {
    const sessionId = await ask(replicas.at(round % 3), round)
    const racers = Array.from({ length: 50 }, (_, n) =>
      claim(asService(replicas.at(n % 3)), `w${n}`, { wait: 1 }),
    )
    const won = (await Promise.all(racers)).flat()
    expect(won).toMatchObject([{ sessionId }])
    const events = await follow(replicas.at(0).url, sessionId, {
      until: ({ type }) => type === 'interaction.claimed',
    })
    expect(events.filter(({ type }) => type === 'interaction.claimed')).toHaveLength(1)
  }
})

test('many interactions go to many workers of all replicas, each once', {
  timeout: 60_000,
}, async () => {
  await using replicas = await startReplicas(3)
  const sessions = await Promise.all(
    Array.from({ length: 40 }, (_, n) => postSession(replicas.at(n % 3), step(n))),
  )
  const done = new Set<string>()
  const serve = async (n: number) => {
    const service = asService(replicas.at(n % 3))
    while (done.size < sessions.length) {
      for (const { interactionId, sessionId } of await claim(service, `w${n}`, {
        wait: 1,
        max: 3,
      })) {
        expect(done.has(sessionId)).toBe(false)
        done.add(sessionId)
        const at = asService(replicas.at((n + 1) % 3))
        expect((await answer(at, interactionId, `w${n}`)).status).toBe(202)
      }
    }
  }
  await Promise.all(Array.from({ length: 9 }, (_, n) => serve(n)))
  for (const sessionId of sessions) {
    const events = await follow(replicas.at(0).url, sessionId)
    expect(events.filter(({ type }) => type === 'interaction.claimed')).toHaveLength(1)
    expect(events.at(-1)?.type).toBe('session.completed')
  }
})

test('a lost lease puts it back within seconds, and who comes back is too late', {
  timeout: 60_000,
}, async () => {
  await using replicas = await startReplicas(2)
  const [a, b] = [asService(replicas.at(0)), asService(replicas.at(1))]
  await ask(replicas.at(0))
  const { interactionId } = await claimOne(a, 'lost', { leaseMs: 5000 })
  const startedAt = performance.now()
  expect(await claimOne(b, 'next', { wait: 60 })).toMatchObject({ interactionId })
  expect(performance.now() - startedAt).toBeGreaterThan(3000)
  for (const act of [beat, answer, release]) {
    expect(await refusal(act(b, interactionId, 'lost'))).toEqual([409, 'INTERACTION_LOST'])
  }
  expect((await answer(a, interactionId, 'next')).status).toBe(202)
})

test('a worker keeps what it has when the replica that gave it is killed', {
  timeout: 60_000,
}, async () => {
  await using replicas = await startReplicas(2)
  const sessionId = await ask(replicas.at(0))
  const { interactionId } = await claimOne(asService(replicas.at(0)), 'w')
  await replicas.at(0).stop('SIGKILL')
  const other = asService(replicas.at(1))
  expect(await json(beat(other, interactionId, 'w'))).toMatchObject({ cancel: false })
  expect((await answer(other, interactionId, 'w', { output: 5 })).status).toBe(202)
  const events = await follow(replicas.at(1).url, sessionId)
  expect(events.at(-1)?.type).toBe('session.completed')
})

test('whoever follows a queue on one replica is told what happens on the others', {
  timeout: 60_000,
}, async () => {
  await using replicas = await startReplicas(3)
  const news = frames(`${replicas.at(0).url}/v1/queues/q/events`)
  const next = async () => {
    const { value } = await news.next()
    const { interactionId } = JSON.parse(value?.data ?? '{}') as { interactionId?: string }
    return [value?.event, interactionId]
  }
  expect((await next())[0]).toBe('stream.hello')
  await ask(replicas.at(1))
  const [type, interactionId = ''] = await next()
  expect(type).toBe('interaction.available')
  expect(await claimOne(asService(replicas.at(2)), 'w')).toMatchObject({ interactionId })
  expect(await next()).toEqual(['interaction.withdrawn', interactionId])
  await release(asService(replicas.at(1)), interactionId, 'w')
  expect(await next()).toEqual(['interaction.available', interactionId])
  await news.return()
})
