// @module-tag slow

import { expect, test } from 'vitest'
import { follow } from '../support/follow.ts'
import { addHook, getHook, saveWorkflow, sessionsOf } from '../support/hooks.ts'
import { startReplicas } from '../support/replicas.ts'
import { postSession } from './support/started.ts'

const SESSIONS = 30

test('a chain of workflows goes on once for each session, on three replicas of which one dies', {
  timeout: 120_000,
}, async () => {
  await using replicas = await startReplicas(3)
  const first = replicas.at(0)
  await Promise.all(['one', 'two', 'three'].map((name) => saveWorkflow(first, name, ['Wait 1 ms'])))
  const after = (workflow: string) => ({ events: { types: ['session.completed'], workflow } })
  const two = await addHook(first, { workflow: 'two', on: after('one') })
  const three = await addHook(replicas.at(1), { workflow: 'three', on: after('two') })
  const ids: string[] = []
  for (let n = 0; n < SESSIONS; n++) {
    ids.push(await postSession(replicas.at(n % 3), { workflow: 'one' }))
    if (n === SESSIONS / 2) await replicas.at(2).restart('SIGKILL')
  }
  await Promise.all(ids.map((id) => follow(first.url, id)))
  const patient = { timeout: 60_000 }
  const started = (hook: string) => async () => (await sessionsOf(first, hook)).length
  await expect.poll(started(two), patient).toBe(SESSIONS)
  await expect.poll(started(three), patient).toBe(SESSIONS)
  await expect.poll(async () => (await getHook(first, three)).runs, patient).toBe(SESSIONS)
  const { history } = await getHook(first, two)
  expect(history.every(({ kind }) => kind === 'fired')).toBe(true)
  const sources = history.map(({ event }) => event?.sessionId ?? '')
  expect([...sources].sort()).toEqual([...ids].sort())
})
