// @module-tag slow

import { expect, test } from 'vitest'
import { childrenOf, statusOf, stepOf } from '../support/children.ts'
import { follow } from '../support/follow.ts'
import { startReplicas } from '../support/replicas.ts'
import { asService } from '../support/schedules.ts'
import { postSession } from './support/started.ts'

const PARENTS = 12

/** Three children, one after the other, one of them with a child of its own. */
const family = {
  steps: [
    { id: 'one', uses: 'workflow', with: { workflow: ['Wait 200 ms'] } },
    {
      id: 'two',
      uses: 'workflow',
      with: {
        workflow: [{ id: 'deep', uses: 'workflow', with: { workflow: ['Wait 200 ms'] } }],
      },
    },
    { id: 'three', uses: 'workflow', with: { workflow: ['Wait 200 ms'] } },
  ],
}

test('children run on whichever replica has a place, also when one of them is killed', {
  timeout: 120_000,
}, async () => {
  await using replicas = await startReplicas(3, { MAX_SESSIONS_RUNNING: '2' })
  const parents = await Promise.all(
    Array.from({ length: PARENTS }, (_, n) => postSession(replicas.at(n % 3), family)),
  )
  await follow(replicas.at(0).url, parents[0] ?? '')
  await replicas.at(2).stop('SIGKILL')
  const reader = asService(replicas.at(1))
  for (const parent of parents) {
    await follow(replicas.at(1).url, parent)
    expect(await statusOf(reader, parent)).toBe('completed')
    const steps = await Promise.all(['one', 'two', 'three'].map((id) => stepOf(reader, parent, id)))
    const children = await childrenOf(reader, parent)
    expect(children).toEqual(steps.map(({ child }) => child))
    for (const child of children) expect(await statusOf(reader, child)).toBe('completed')
  }
})

test('a cancel on one replica reaches children that run on others', {
  timeout: 60_000,
}, async () => {
  await using replicas = await startReplicas(3, { MAX_SESSIONS_RUNNING: '2' })
  const long = {
    steps: [{ id: 'sub', uses: 'workflow', with: { workflow: ['Wait 1 ms', 'Wait 1 hour'] } }],
  }
  const parents = await Promise.all(
    Array.from({ length: 6 }, (_, n) => postSession(replicas.at(n % 3), long)),
  )
  const reader = asService(replicas.at(0))
  for (const [n, parent] of parents.entries()) {
    const child = async () => (await childrenOf(reader, parent))[0]
    await expect.poll(child, { timeout: 10_000 }).toBeDefined()
    const status = async () => statusOf(reader, (await child()) ?? '')
    await expect.poll(status, { timeout: 10_000 }).toBe('waiting')
    await fetch(`${replicas.at((n + 1) % 3).url}/v1/sessions/${parent}/cancel`, { method: 'POST' })
    await expect.poll(status, { timeout: 10_000 }).toBe('cancelled')
    expect(await statusOf(reader, parent)).toBe('cancelled')
  }
})
