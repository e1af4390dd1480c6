// @module-tag slow

import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { follow } from '../support/follow.ts'
import { startReplicas } from '../support/replicas.ts'
import { startHeldServer } from './support/held-server.ts'
import { readLog } from './support/json-log.ts'
import { checkLog } from './support/log-laws.ts'
import { driverAmong, sessionAt } from './support/replica-requests.ts'
import { postSession } from './support/started.ts'
import { storyOf } from './support/story.ts'

const KILLS = 3

/** For so long after its start a replica takes nobody for dead: all may be on their way back after an outage. */
const SETTLED_MS = 3500

test('sessions of a killed replica go on elsewhere within 3 s', { timeout: 120_000 }, async () => {
  await using held = await startHeldServer()
  await using replicas = await startReplicas(3)
  const workflow = Array.from({ length: KILLS + 1 }, (_, n) => `GET ${held.url}/${n}`)
  const sessionId = await postSession(replicas.at(0), { timeout: '1d', steps: workflow })
  const startedAt = new Map([...replicas].map((replica) => [replica, performance.now()]))
  let request = await held.next()
  for (let kill = 0; kill < KILLS; kill++) {
    const driver = await driverAmong(replicas)
    startedAt.delete(driver)
    const settledAt = Math.min(...startedAt.values()) + SETTLED_MS
    await pause(Math.max(0, settledAt - performance.now()))
    const killedAt = performance.now()
    await driver.stop('SIGKILL')
    const again = await held.next()
    expect(performance.now() - killedAt).toBeLessThan(3000)
    expect(again.path).toBe(request.path)
    again.release()
    request = await held.next()
    await driver.restart()
    startedAt.set(driver, performance.now())
  }
  request.release()
  const events = await follow(replicas.at(2).url, sessionId)
  checkLog(events, new Map(workflow.map((_, n) => [`step${n + 1}`, 'retry'])))
  expect(events.filter(({ type }) => type === 'step.interrupted')).toHaveLength(KILLS)
  expect(events.at(-1)?.type).toBe('session.completed')
  expect(held.count()).toBe(2 * KILLS + 1)
})

test('those of a frozen one within 15 s, and it lets go without a trace when it thaws', {
  timeout: 120_000,
}, async () => {
  await using held = await startHeldServer()
  await using replicas = await startReplicas(3)
  const sessionId = await postSession(replicas.at(0), [
    `GET ${held.url}/one`,
    `GET ${held.url}/two`,
  ])
  const before = await held.next()
  const driver = await driverAmong(replicas)
  const others = [...replicas].filter((replica) => replica !== driver)
  const frozenAt = performance.now()
  driver.child.kill('SIGSTOP')
  const again = await held.next()
  expect(performance.now() - frozenAt).toBeLessThan(15_000)
  expect(again.path).toBe('/one')

  // It hears of its answer, and of its loss, at the same time.
  before.release('too late')
  driver.child.kill('SIGCONT')
  await expect.poll(() => sessionAt(driver, sessionId)).toMatchObject({ status: 'running' })
  const during = await readLog(driver.url, sessionId)
  again.release('in time')
  ;(await held.next()).release()
  for (const { url } of [driver, ...others]) {
    const events = await follow(url, sessionId)
    expect(events.slice(0, during.length)).toEqual(during)
    expect(storyOf(events)).toEqual([
      'session.created',
      'session.started',
      'step.started step1',
      'step.interrupted step1',
      'step.started step1',
      'step.completed step1',
      'step.started step2',
      'step.completed step2',
      'session.completed',
    ])
    checkLog(events, new Map([['step1', 'retry']]))
    expect(JSON.stringify(events)).not.toContain('too late')
  }
  expect(held.count()).toBe(3)

  // It serves as before: also work of its own.
  for (const other of others) await other.stop('SIGKILL')
  const more = await postSession(driver, [`GET ${held.url}/three`])
  ;(await held.next()).release()
  expect((await follow(driver.url, more)).at(-1)?.type).toBe('session.completed')
})
