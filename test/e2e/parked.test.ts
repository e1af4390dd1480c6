// @module-tag slow

import { describe, expect, test } from 'vitest'
import { dataDir } from '../store/data-dir.ts'
import { follow } from '../support/follow.ts'
import { ManualClock } from '../support/manual-clock.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { startService } from '../support/service.ts'
import { MEBIBYTE, residentBytes } from './support/memory.ts'
import { postSession, startedProcess } from './support/started.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** What thousands of sessions may take on a machine that does other things as well. */
const patient = { timeout: 30_000, interval: 250 }

/** A workflow whose own limit leaves room for long waits. */
const lasting = (...steps: string[]) => ({ timeout: '1d', steps })

describe('parked sessions', () => {
  test('take no memory and outlive the process', { timeout: 120_000 }, async () => {
    const empty = await startedProcess({ DATA_DIR: dataDir() })
    const settings = { DATA_DIR: dataDir() }
    const first = await startedProcess(settings)
    const ids = await postMany(first, 5000, lasting('Wait 1 hour'))
    await expect.poll(() => countOf(first, 'waiting'), patient).toBe(ids.length)
    await first.stop('SIGKILL')

    const again = await startedProcess(settings)
    await expect.poll(() => countOf(again, 'waiting'), patient).toBe(ids.length)
    const more = async () => (await residentBytes(again)) - (await residentBytes(empty))
    // What it read at its start is garbage that a busy machine collects a little later.
    await expect.poll(more, { timeout: 20_000, interval: 1000 }).toBeLessThan(ids.length * 3 * 1024)
    expect(await more()).toBeLessThan(16 * MEBIBYTE)
  })

  test('go on when their time comes, also when it came while the service was down', async () => {
    const clock = new ManualClock()
    const settings = { DATA_DIR: dataDir() }
    const elapsed: string[] = []
    const later: string[] = []
    {
      await using service = await startService(settings, { clock })
      for (let n = 0; n < 30; n++) {
        elapsed.push(await postSession(service, lasting(`Wait ${n + 1} minutes`)))
        later.push(await postSession(service, lasting('Wait 3 hours')))
      }
      for (const id of [...elapsed, ...later]) {
        await follow(service.url, id, { until: ({ type }) => type === 'session.waiting' })
      }
    }
    clock.advance(HOUR_MS)
    await using service = await startService(settings, { clock })
    for (const id of elapsed) await expectCompleted(service.url, id)
    // The service looks again for what fell due meanwhile, and then sleeps until the next timer.
    clock.advance(1000)
    expect(await countOf(service, 'waiting')).toBe(later.length)
    clock.advance(2 * HOUR_MS)
    for (const id of later) await expectCompleted(service.url, id)
  })

  test('go on soon after the machine wakes up, when their time came while it slept', async () => {
    const clock = new ManualClock()
    await using service = await startService({}, { clock })
    const sessionId = await postSession(service, lasting('Wait 8 hours'))
    await follow(service.url, sessionId, { until: ({ type }) => type === 'session.waiting' })
    // An answer later, its driver has let go of it.
    expect(await countOf(service, 'waiting')).toBe(1)
    clock.suspend(9 * HOUR_MS)
    clock.advance(MINUTE_MS)
    await expectCompleted(service.url, sessionId)
  })

  test('start over neither their wait nor their attempt', async () => {
    const clock = new ManualClock()
    const settings = { DATA_DIR: dataDir() }
    let sessionId: string
    {
      await using service = await startService(settings, { clock })
      sessionId = await postSession(service, lasting('Wait 1 hour'))
      await follow(service.url, sessionId, { until: ({ type }) => type === 'session.waiting' })
    }
    clock.advance(HOUR_MS - 1)
    await using service = await startService(settings, { clock })
    expect(await countOf(service, 'waiting')).toBe(1)
    clock.advance(1)
    const events = await follow(service.url, sessionId)
    expect(events.filter(({ type }) => type === 'step.started')).toHaveLength(1)
    expect(events.at(-1)).toMatchObject({
      type: 'session.completed',
      data: { durationMs: HOUR_MS },
    })
  })
})

async function postMany(service: ServerProcess, count: number, workflow: unknown) {
  const ids: string[] = []
  while (ids.length < count) {
    const batch = Array.from({ length: 100 }, () => postSession(service, workflow))
    ids.push(...(await Promise.all(batch)))
  }
  return ids
}

/** How many sessions have a status, by the metrics. */
async function countOf({ url }: { readonly url: string }, status: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const line = new RegExp(`^stepstream_sessions\\{status="${status}"\\} (\\d+)$`, 'm').exec(text)
  return Number(line?.[1] ?? 0)
}

async function expectCompleted(url: string, sessionId: string): Promise<void> {
  expect((await follow(url, sessionId)).at(-1)?.type).toBe('session.completed')
}
