import { expect, test } from 'vitest'
import { follow } from '../support/follow.ts'
import { startReplicas } from '../support/replicas.ts'
import { startHeldServer } from './support/held-server.ts'
import { loadAt, patience } from './support/replica-requests.ts'
import { postSession } from './support/started.ts'

test('of all that wait the highest priority begins first, whichever replica was asked and has a place', {
  timeout: 90_000,
}, async () => {
  await using held = await startHeldServer()
  await using replicas = await startReplicas(2, { MAX_SESSIONS_RUNNING: '1' })
  const all = [...replicas]
  const get = (path: string, priority: number) => ({ priority, steps: [`GET ${held.url}/${path}`] })
  const ids = await Promise.all(
    all.map((replica, n) => postSession(replica, get(`first${n}`, -100))),
  )
  const requests = [await held.next(), await held.next()]
  const priorities = [0, 5, -5, 100, -100, 7]
  for (const [n, priority] of priorities.entries()) {
    ids.push(await postSession(replicas.at(n % 2), get(String(priority), priority)))
  }
  const queued = async () => (await Promise.all(all.map(loadAt))).map((load) => load.queued)
  await expect.poll(queued, patience).toEqual([priorities.length, priorities.length])
  const order: string[] = []
  while (order.length < priorities.length) {
    requests.shift()?.release()
    const next = await held.next()
    requests.push(next)
    order.push(next.path)
  }
  expect(order).toEqual(['/100', '/7', '/5', '/0', '/-5', '/-100'])
  for (const request of requests) request.release()
  for (const id of ids) {
    expect((await follow(replicas.at(0).url, id)).at(-1)?.type).toBe('session.completed')
  }
})

test('sessions keep their priorities when the replica that has them is killed', {
  timeout: 90_000,
}, async () => {
  await using held = await startHeldServer()
  await using replicas = await startReplicas(2, { MAX_SESSIONS_RUNNING: '1' })
  const get = (path: string, priority: number) => ({
    priority,
    // Safe to repeat, so that it goes on where it was cut off.
    steps: [`GET ${held.url}/${path}`],
  })
  const ids = [
    await postSession(replicas.at(0), get('a', 0)),
    await postSession(replicas.at(0), get('b', 0)),
  ]
  const first = [await held.next(), await held.next()]
  const all = [...replicas]
  for (const priority of [-1, 50, 1]) {
    ids.push(await postSession(replicas.at(0), get(String(priority), priority)))
  }
  const queued = async () => (await Promise.all(all.map(loadAt))).map((load) => load.queued)
  await expect.poll(queued, patience).toEqual([3, 3])
  await replicas.at(0).stop('SIGKILL')
  // What it drove has begun, and goes before all that is new.
  await expect.poll(async () => (await loadAt(replicas.at(1))).queued, patience).toBe(4)
  for (const request of first) request.release()
  const order: string[] = []
  for (let n = 0; n < 4; n++) {
    const next = await held.next()
    order.push(next.path)
    next.release()
  }
  expect(order.slice(1)).toEqual(['/50', '/1', '/-1'])
  expect(['/a', '/b']).toContain(order[0])
  for (const id of ids) {
    expect((await follow(replicas.at(1).url, id)).at(-1)?.type).toBe('session.completed')
  }
})
