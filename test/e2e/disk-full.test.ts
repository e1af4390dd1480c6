import { expect, type TestContext, test } from 'vitest'
import { follow } from '../support/follow.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { startHeldServer } from './support/held-server.ts'
import { readLog } from './support/json-log.ts'
import { mountSmallDisk, type SmallDisk } from './support/small-disk.ts'
import { postSession, startedProcess } from './support/started.ts'
import { storyOf } from './support/story.ts'

test('on a full disk reads go on, new work is refused, and nothing acknowledged is lost', {
  timeout: 60_000,
}, async (context) => {
  const disk = smallDiskOrSkip(context)
  await using held = await startHeldServer()
  const service = await startedProcess({ DATA_DIR: disk.folder })
  const before = await postSession(service, ['Wait 1 ms'])
  const logBefore = await follow(service.url, before)
  const running = await postSession(service, [`GET ${held.url}/small`, 'Wait 1 ms'])
  const small = await held.next()
  const runningLarge = await postSession(service, [`GET ${held.url}/large`, 'Wait 1 ms'])
  const large = await held.next()

  await disk.fill()
  const { accepted, refusal } = await postUntilRefused(service)
  expect(refusal.status).toBe(503)
  expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refusal.json()).toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryable: true })
  expect((await fetch(`${service.url}/readyz`)).status).toBe(503)
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200)
  expect(await readLog(service.url, before)).toEqual(logBefore)
  expect(await follow(service.url, before)).toEqual(logBefore)
  expect((await fetch(`${service.url}/v1/sessions/${running}`)).status).toBe(200)

  small.release()
  large.release('x'.repeat(200_000))
  expect((await fetch(`${service.url}/readyz`)).status).toBe(503)
  await disk.free()

  for (const sessionId of [running, runningLarge, ...accepted]) {
    const events = await follow(service.url, sessionId)
    expect(events.at(-1)).toMatchObject({
      type: 'session.completed',
      data: { status: 'completed' },
    })
    expect(events.filter(({ type }) => type === 'step.interrupted')).toEqual([])
  }
  expect(held.count()).toBe(2)
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
  const after = await postSession(service, ['Wait 1 ms'])
  await follow(service.url, after)

  await service.stop('SIGKILL')
  const again = await startedProcess({ DATA_DIR: disk.folder })
  for (const sessionId of [before, running, runningLarge, ...accepted, after]) {
    expect((await readLog(again.url, sessionId)).at(-1)?.type).toBe('session.completed')
  }
})

test('SIGTERM on a full disk ends the service, and the next start finds what was interrupted', async (context) => {
  const disk = smallDiskOrSkip(context)
  await using held = await startHeldServer()
  const settings = { DATA_DIR: disk.folder, SHUTDOWN_GRACE: '300ms' }
  const service = await startedProcess(settings)
  const sessionId = await postSession(service, [`GET ${held.url}/`])
  const first = await held.next()
  await disk.fill()
  await postUntilRefused(service)
  first.release()
  expect(await service.stop('SIGTERM')).toBe(0)

  await disk.free()
  const again = await startedProcess(settings)
  const second = await held.next()
  second.release()
  const events = await follow(again.url, sessionId)
  expect(storyOf(events).slice(2)).toEqual([
    'step.started step1',
    'step.interrupted step1',
    'step.started step1',
    'step.completed step1',
    'session.completed',
  ])
})

test('a start on a full disk says that the data folder cannot be used', async (context) => {
  const disk = smallDiskOrSkip(context)
  await disk.fill()
  await expect(startedProcess({ DATA_DIR: disk.folder })).rejects.toThrow(
    /exited with 1: stepstream cannot start: The (data folder|database) .* cannot be/,
  )
})

function smallDiskOrSkip({ skip }: TestContext): SmallDisk {
  return mountSmallDisk(12) ?? skip('a file system of a few megabytes can be mounted by root only')
}

/** Posts until the disk takes no more, which may be a while: the store still has room it reserved. */
async function postUntilRefused({ url }: ServerProcess) {
  const accepted: string[] = []
  const steps = [{ uses: 'wait', with: { for: '1ms' }, name: 'x'.repeat(200) }]
  for (;;) {
    const response = await fetch(`${url}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(steps),
    })
    if (response.status !== 202) return { accepted, refusal: response }
    accepted.push(((await response.json()) as { sessionId: string }).sessionId)
  }
}
