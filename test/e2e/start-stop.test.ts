// @module-tag slow

import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dataDir } from '../store/data-dir.ts'
import { follow, messages } from '../support/follow.ts'
import { startServer } from '../support/local-server.ts'
import { type ServerProcess, startProcess } from '../support/server-process.ts'
import { store } from '../support/store.ts'
import { startHeldServer } from './support/held-server.ts'
import { readLog } from './support/json-log.ts'
import { postSession, startedProcess } from './support/started.ts'
import { storyOf } from './support/story.ts'

/** What a process does before it has a store, or without asking it: once is enough. */
const ofProcess = test.runIf(store === 'sqlite')

describe('starting', () => {
  test('says where it listens, and answers there', async () => {
    const service = await startedProcess({ DATA_DIR: dataDir() })
    expect(service.output()).toContain(`listening at ${service.url}`)
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
  })

  test('shows people where its pages are, and machines nothing but lines of JSON', async () => {
    const forPeople = await startedProcess({ DATA_DIR: dataDir(), LOG_FORMAT: 'plain' })
    await expect.poll(forPeople.output).toContain(`API        ${forPeople.url}/v1`)
    expect(forPeople.output()).toMatch(/^Stepstream \d+\.\d+\.\d+ is ready$/m)
    const forMachines = await startedProcess({ DATA_DIR: dataDir() })
    await forMachines.stop('SIGTERM')
    expect(forMachines.output()).not.toContain('is ready')
  })

  // Replicas that share a database may share the folder too.
  test.runIf(store === 'sqlite')('refuses a data folder that another process holds', async () => {
    const settings = { DATA_DIR: dataDir() }
    await startedProcess(settings)
    await expect(startProcess(settings)).rejects.toThrow(
      /exited with 1: .*data folder .* is in use by another Stepstream process: stop it, or set DATA_DIR/s,
    )
  })

  ofProcess('refuses a port that is taken, and says which', async () => {
    await using other = await startServer(() => {})
    const settings = { DATA_DIR: dataDir(), PORT: String(other.port) }
    await expect(startProcess(settings)).rejects.toThrow(
      new RegExp(`exited with 1: .*cannot start: port ${other.port} of 127.0.0.1 is in use`, 's'),
    )
  })

  ofProcess('refuses a wrong setting by name, with its value and what is allowed', async () => {
    const settings = { DATA_DIR: dataDir(), SHUTDOWN_GRACE: 'soon' }
    await expect(startProcess(settings)).rejects.toThrow(
      /exited with 1: stepstream cannot start: SHUTDOWN_GRACE.*soon.*duration with a unit/s,
    )
  })

  ofProcess(
    'reads .env in the folder it is started in, and the environment before that',
    async () => {
      const folder = dataDir()
      await writeFile(join(folder, '.env'), 'SHUTDOWN_GRACE=soon\nLOG_LEVEL=shout\n')
      const settings = { DATA_DIR: folder, LOG_LEVEL: 'info' }
      await expect(startProcess(settings)).rejects.toThrow(/cannot start: SHUTDOWN_GRACE="?soon/)
    },
  )

  ofProcess('refuses a folder of executors that it cannot read', async () => {
    const settings = { DATA_DIR: dataDir(), EXECUTORS_DIR: join(dataDir(), 'missing') }
    await expect(startProcess(settings)).rejects.toThrow(/exited with 1: .*EXECUTORS_DIR/s)
  })
})

describe('SIGTERM', () => {
  test('ends an idle service with exit code 0', async () => {
    const service = await startedProcess({ DATA_DIR: dataDir() })
    expect(await service.stop('SIGTERM')).toBe(0)
  })

  test('lets a running attempt finish, starts nothing more, and says goodbye on streams', async () => {
    await using held = await startHeldServer()
    const settings = { DATA_DIR: dataDir() }
    const service = await startedProcess(settings)
    const sessionId = await postSession(service, [
      `GET ${held.url}/first`,
      `GET ${held.url}/second`,
    ])
    const frames = collect(service, sessionId)
    const first = await held.next()

    const stopped = service.stop('SIGTERM')
    const streamed = await frames
    first.release()
    expect(await stopped).toBe(0)

    expect(streamed.at(-1)).toMatchObject({
      event: 'stream.bye',
      data: expect.stringContaining('shutdown'),
    })
    const again = await startedProcess(settings)
    expect(storyOf(await readLog(again.url, sessionId))).toContain('step.completed step1')
    const second = await held.next()
    expect(second.path).toBe('/second')
    second.release()
    const events = await follow(again.url, sessionId)
    expect(events.at(-1)?.type).toBe('session.completed')
    expect(events.filter(({ type }) => type === 'step.interrupted')).toEqual([])
    expect(held.count()).toBe(2)
  })

  test('records attempts that do not finish in time as interrupted, each by its policy', async () => {
    await using held = await startHeldServer()
    const settings = { DATA_DIR: dataDir(), SHUTDOWN_GRACE: '100ms' }
    const service = await startedProcess(settings)
    const safe = await postSession(service, [`GET ${held.url}/safe`])
    await held.next()
    const unsafe = await postSession(service, [webhook('POST', `${held.url}/unsafe`)])
    await held.next()

    expect(await service.stop('SIGTERM')).toBe(0)

    const again = await startedProcess(settings)
    expect(storyOf(await follow(again.url, unsafe)).slice(-3)).toEqual([
      'step.interrupted step1',
      'step.failed step1',
      'session.failed',
    ])
    const retried = await held.next()
    expect(retried.path).toBe('/safe')
    retried.release()
    const events = await follow(again.url, safe)
    expect(storyOf(events).slice(2)).toEqual([
      'step.started step1',
      'step.interrupted step1',
      'step.started step1',
      'step.completed step1',
      'session.completed',
    ])
    expect(events[3]).toMatchObject({ data: { reason: 'shutdown' } })
    expect(events[4]).toMatchObject({ attempt: 2 })
  })

  ofProcess('leaves no process of a command behind', async () => {
    const folder = dataDir()
    const settings = {
      DATA_DIR: folder,
      WORK_DIR: folder,
      COMMANDS: 'sh',
      SHUTDOWN_GRACE: '50ms',
    }
    const service = await startedProcess(settings)
    const script = 'sleep 60 & echo "$$ $!"; wait'
    const sessionId = await postSession(service, [
      { uses: 'command', with: { run: ['sh', '-c', script] } },
    ])
    const events = await follow(service.url, sessionId, {
      until: ({ type }) => type === 'step.output',
    })
    const output = events.find(({ type }) => type === 'step.output')?.data as { text: string }
    const pids = output.text.trim().split(' ').map(Number)

    expect(await service.stop('SIGTERM')).toBe(0)

    for (const pid of pids) expect(await isAlive(pid)).toBe(false)
  })

  test('answers a request that waits for the end of a session', async () => {
    await using held = await startHeldServer()
    const service = await startedProcess({ DATA_DIR: dataDir(), SHUTDOWN_GRACE: '50ms' })
    const waiting = fetch(`${service.url}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'wait=30' },
      body: JSON.stringify([`GET ${held.url}/`]),
    })
    await held.next()
    const stopped = service.stop('SIGTERM')
    const response = await waiting
    expect(response.status).toBe(202)
    expect(await response.json()).toMatchObject({ status: 'queued' })
    expect(await stopped).toBe(0)
  })

  ofProcess('is not held up by a client that never ends its request', async () => {
    const service = await startedProcess({ DATA_DIR: dataDir(), SHUTDOWN_GRACE: '50ms' })
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    await once(socket, 'connect')
    const head =
      'POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
    socket.write(`${head}Content-Length: 100\r\n\r\n["Wait`)
    // The answer to a later request shows that the bytes of the earlier one have arrived.
    await (await fetch(`${service.url}/healthz`)).text()
    const stopped = service.stop('SIGTERM')
    const late = pause(5000, 'late', { ref: false })
    expect(await Promise.race([stopped, late])).toBe(0)
  })

  ofProcess('a second signal exits at once', async () => {
    await using held = await startHeldServer()
    const service = await startedProcess({ DATA_DIR: dataDir(), SHUTDOWN_GRACE: '30s' })
    const sessionId = await postSession(service, [`GET ${held.url}/`])
    const frames = collect(service, sessionId)
    await held.next()
    service.child.kill('SIGTERM')
    // The goodbye shows that the first signal has been taken.
    await frames
    // At the first moment it passes for the same one, which came on two ways.
    const again = () => {
      service.child.kill('SIGTERM')
      return service.child.exitCode
    }
    await expect.poll(again).toBe(130)
  })
})

function webhook(method: string, url: string) {
  return { uses: 'webhook', with: { method, url } }
}

/** All frames of a stream that ends in order. */
async function collect(service: ServerProcess, sessionId: string) {
  const frames: { event?: string | undefined; data: string }[] = []
  for await (const frame of messages(service.url, sessionId)) frames.push(frame)
  return frames
}

/** Whether a process still runs; one that nobody has reaped yet does not. */
async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined)
  return status !== undefined && !/^State:\s+Z/m.test(status)
}
