// @module-tag slow

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LoggedEvent } from '../../src/session/events.ts'
import { dataDir } from '../store/data-dir.ts'
import { follow } from '../support/follow.ts'
import { isAlive } from '../support/is-alive.ts'
import { asOperator, makeKey, withKeys } from '../support/keys.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, lastOf, start, until } from '../support/sessions.ts'
import { startWorker } from '../support/worker-process.ts'
import { postSession, startedProcess } from './support/started.ts'

const fixtures = join(import.meta.dirname, '../support/fixtures')
const fixture = (name: string, ...args: string[]) => [
  'node',
  join(fixtures, `${name}.mjs`),
  ...args,
]
const script = (code: string) => ['node', '-e', code]

const on = { queue: 'device-7' }
const allow = ['--allow', 'node,no-such-program']

let workDir: string

beforeAll(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'worker-'))
})

afterAll(() => rm(workDir, { recursive: true, force: true }))

const command = (run: readonly string[], more: object = {}) => ({
  id: 'a',
  uses: 'command',
  with: { run, on, ...more },
})

/** What the step `a` wrote, until it is enough. */
async function writtenBy(service: Pick<Service, 'url'>, sessionId: string, enough: RegExp) {
  let text = ''
  await follow(service.url, sessionId, {
    until(event) {
      if (event.type === 'step.output') text += event.data.text
      return enough.test(text)
    },
  })
  return text
}

/** A program with a child and a grandchild, and their ids once all of them run. */
const family = fixture('tree')

async function pidsOf(service: Pick<Service, 'url'>, sessionId: string): Promise<number[]> {
  const text = await writtenBy(service, sessionId, /(pid \d+\s+){3}/)
  return [...text.matchAll(/pid (\d+)/g)].map(([, digits]) => Number(digits))
}

const all = (alive: boolean) => [alive, alive, alive]

describe('a command on a queue', () => {
  test('runs where the worker is, though the service allows none', async () => {
    await using service = await startService({ COMMANDS: '' })
    await using _ = await startWorker({ ...service, workDir }, allow)
    const code = `process.stdin.on('data', (text) => {
      const { STEPSTREAM_SESSION_ID, STEPSTREAM_STEP_ID, STEPSTREAM_ATTEMPT, COLOR } = process.env
      console.log(STEPSTREAM_SESSION_ID, STEPSTREAM_STEP_ID, STEPSTREAM_ATTEMPT, COLOR, String(text))
      console.error('done')
    })`
    const more = { env: { COLOR: 'blue' }, stdin: 'hello' }
    const sessionId = await start(service, { steps: [command(script(code), more)] })
    const events = await ended(service, sessionId)
    const told = `${sessionId} a 1 blue hello\n`
    expect(lastOf(events, 'step.completed').output).toEqual({
      exitCode: 0,
      stdout: told,
      stderr: 'done\n',
      truncated: false,
    })
    const outputs = events.filter((event) => event.type === 'step.output')
    expect(outputs.map(({ data }) => data)).toEqual(
      expect.arrayContaining([{ stream: 'stdout', text: told }]),
    )
    const types = events.map(({ type }) => type)
    expect(types.indexOf('step.output')).toBeLessThan(types.indexOf('interaction.answered'))
  })

  test.each([
    ['another exit code', fixture('fail'), {}],
    ['an exit code that is taken for good', script('process.exit(3)'), { okExitCodes: [0, 3] }],
    ['a signal', script('process.kill(process.pid, "SIGKILL")'), {}],
    ['no program', ['no-such-program'], {}],
    ['a folder that is none', script(''), { cwd: 'nowhere' }],
    ['more output than is kept', fixture('flood'), {}],
  ])('ends with %s as it does on the server', async (_name, run, more) => {
    await using service = await startService({
      COMMANDS: 'node,no-such-program',
      OUTPUT_LIMIT_BYTES: '4096',
    })
    await using _worker = await startWorker({ ...service, workDir }, allow)
    const step = command(run, more)
    const here = { ...step, with: { run, ...more } }
    const [elsewhere, local] = await Promise.all(
      [step, here].map(async (one) => ended(service, await start(service, { steps: [one] }))),
    )
    expect(endOf(elsewhere ?? [])).toEqual(endOf(local ?? []))
  })

  test('is refused by the worker’s own list, which says how to allow it', async () => {
    await using service = await startService({ COMMANDS: 'git' })
    await using _ = await startWorker({ ...service, workDir }, ['--allow', 'node'])
    const sessionId = await start(service, { steps: [command(['git', 'status'])] })
    const events = await ended(service, sessionId)
    expect(lastOf(events, 'step.failed')).toMatchObject({
      kind: 'error',
      error: {
        code: 'COMMAND_NOT_ALLOWED',
        message: '"git" is not allowed; start the worker with --allow node,git to allow it',
      },
    })
  })

  test('may read no secret, since the log keeps what is asked', async () => {
    await using service = await startService({ SECRET_TOKEN: 'x' })
    const env = { TOKEN: '{{ secrets.TOKEN }}' }
    const refused = await service.post('/v1/sessions', { steps: [command(['node'], { env })] })
    expect(refused.status).toBe(400)
    expect(await json(refused)).toMatchObject({ faults: [{ pointer: '/steps/0/with/env/TOKEN' }] })
  })

  test('is ended with its group when the session is cancelled', async () => {
    await using service = await startService()
    await using _ = await startWorker({ ...service, workDir }, [...allow, '--lease', '5s'])
    const sessionId = await start(service, { steps: [command(family)] })
    const pids = await pidsOf(service, sessionId)
    expect(pids.map(isAlive)).toEqual(all(true))
    await service.post(`/v1/sessions/${sessionId}/cancel`)
    await expect.poll(() => pids.map(isAlive)).toEqual(all(false))
    expect((await ended(service, sessionId)).at(-1)?.type).toBe('session.cancelled')
  })

  test('is ended with its group when the step’s time is over', async () => {
    await using service = await startService()
    await using worker = await startWorker({ ...service, workDir }, [...allow, '--lease', '5s'])
    const step = { ...command(family), timeout: '3s' }
    const sessionId = await start(service, { steps: [step] })
    const pids = await pidsOf(service, sessionId)
    const events = await ended(service, sessionId)
    expect(lastOf(events, 'step.failed').error.code).toBe('STEP_TIMEOUT')
    await expect.poll(() => pids.map(isAlive)).toEqual(all(false))
    expect(worker.output()).toContain('is not wanted any more: timeout')
  })
})

/** What a session came to, without what differs from one to the next. */
function endOf(events: readonly LoggedEvent[]) {
  const text = JSON.stringify(
    events.flatMap((event): unknown[] => {
      if (event.type === 'step.completed') return [event.data.output]
      if (event.type !== 'step.failed') return []
      const { id: _, ...error } = event.data.error
      return [{ ...event.data, error, durationMs: 0 }]
    }),
  )
  return JSON.parse(text) as unknown
}

describe('a worker process', () => {
  test('says of other commands that it cannot do them', async () => {
    await using service = await startService()
    await using _ = await startWorker({ ...service, workDir }, allow)
    const retry = { maxAttempts: 1 }
    const step = { id: 'a', uses: 'client', retry, with: { ...on, command: 'dance' } }
    const events = await ended(service, await start(service, { steps: [step] }))
    expect(lastOf(events, 'step.failed').error).toMatchObject({
      code: 'CLIENT_FAILED',
      message: expect.stringMatching(/^UNSUPPORTED_COMMAND: this worker runs programs/),
    })
  })

  test('runs the commands of client steps, and says so where their output does not fit', async () => {
    await using service = await startService()
    await using _ = await startWorker({ ...service, workDir }, allow)
    const client = { ...on, command: { run: script('console.log(7)') } }
    const fits = { id: 'a', uses: 'client', with: client }
    const good = await ended(service, await start(service, { steps: [fits] }))
    expect(lastOf(good, 'step.completed').output).toMatchObject({ exitCode: 0, stdout: '7\n' })
    const properties = { text: { type: 'string' } }
    const resultSchema = { type: 'object', required: ['text'], properties }
    const strict = { ...fits, retry: { maxAttempts: 1 }, with: { ...client, resultSchema } }
    const bad = await ended(service, await start(service, { steps: [strict] }))
    expect(lastOf(bad, 'step.failed').error).toMatchObject({
      code: 'CLIENT_FAILED',
      message: expect.stringContaining('INVALID_VALUE'),
    })
  })

  test('runs several at once, as many as it is told', async () => {
    await using service = await startService()
    await using _ = await startWorker({ ...service, workDir }, [...allow, '--concurrency', '3'])
    // Each waits for the files of the others.
    const together = (n: number) =>
      script(`const fs = require('node:fs')
        fs.writeFileSync('here-${n}', '')
        const timer = setInterval(() => {
          if ([0, 1, 2].every((n) => fs.existsSync('here-' + n))) clearInterval(timer)
        }, 20)`)
    const steps = [0, 1, 2].map((n) => ({ ...command(together(n)), id: `s${n}`, dependsOn: [] }))
    const events = await ended(service, await start(service, { steps }))
    expect(events.at(-1)?.type).toBe('session.completed')
  })

  test('finishes what runs when it is told to end, and takes no more', async () => {
    await using service = await startService()
    await using worker = await startWorker({ ...service, workDir }, allow)
    const slow = script(`console.log('begun'); setTimeout(() => console.log('finished'), 1500)`)
    const sessionId = await start(service, { steps: [command(slow)] })
    await writtenBy(service, sessionId, /begun/)
    expect(await worker.stop('SIGTERM')).toBe(0)
    const events = await ended(service, sessionId)
    expect(lastOf(events, 'step.completed').output).toMatchObject({ stdout: 'begun\nfinished\n' })
  })

  test('gives back what does not finish in time, and another one takes it', async () => {
    await using service = await startService()
    const grace = [...allow, '--grace', '100ms']
    await using first = await startWorker({ ...service, workDir }, grace)
    const sessionId = await start(service, { steps: [command(family)] })
    const pids = await pidsOf(service, sessionId)
    expect(await first.stop('SIGTERM')).toBe(0)
    // Those that nobody has reaped yet are there by name.
    await expect.poll(() => pids.map(isAlive)).toEqual(all(false))
    const events = await until(service, sessionId, 'interaction.released')
    expect(lastOf(events, 'interaction.released').reason).toBe('returned')
    await using _ = await startWorker({ ...service, workDir }, allow)
    await follow(service.url, sessionId, {
      until: (event) => event.type === 'interaction.claimed' && event.data.claim === 2,
    })
    await service.post(`/v1/sessions/${sessionId}/cancel`)
  })

  test('that is killed leaves its work to another one', { timeout: 60_000 }, async () => {
    await using service = await startService()
    await using first = await startWorker({ ...service, workDir }, [...allow, '--lease', '5s'])
    const sessionId = await start(service, { steps: [command(family)] })
    const pids = await pidsOf(service, sessionId)
    await first.stop('SIGKILL')
    // Nobody is left who could end them.
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await using _ = await startWorker({ ...service, workDir }, allow)
    const events = await follow(service.url, sessionId, {
      until: (event) => event.type === 'interaction.claimed' && event.data.claim === 2,
    })
    expect(lastOf(events, 'interaction.released').reason).toBe('lease_lost')
    await service.post(`/v1/sessions/${sessionId}/cancel`)
  })

  test('keeps its work while the service is killed and started again', {
    timeout: 60_000,
  }, async () => {
    const settings = { DATA_DIR: dataDir() }
    const service = await startedProcess(settings)
    const { url } = service
    await using worker = await startWorker({ url, workDir }, allow)
    const slow = script(`console.log('begun'); setTimeout(() => console.log('finished'), 3000)`)
    const sessionId = await postSession(service, { steps: [command(slow)] })
    await writtenBy(service, sessionId, /begun/)
    await service.stop('SIGKILL')
    await expect.poll(worker.output, { timeout: 20_000 }).toContain('not there')
    const again = await startedProcess({ ...settings, PORT: new URL(url).port })
    const events = await follow(again.url, sessionId)
    expect(lastOf(events, 'step.completed').output).toMatchObject({ stdout: 'begun\nfinished\n' })
    expect(events.filter(({ type }) => type === 'interaction.claimed')).toHaveLength(1)
  })

  test('works with a key for its queue, and ends when the key is good for it no more', async () => {
    await using service = await startService(withKeys)
    const operator = asOperator(service)
    const { secret, keyId } = await makeKey(service, { scopes: ['work'], queues: ['device-7'] })
    const environment = { STEPSTREAM_KEY: secret }
    await using worker = await startWorker({ ...service, workDir }, allow, environment)
    const sessionId = await start(operator, { steps: [command(script(''))] })
    const statusOf = async () => (await json(operator.get(`/v1/sessions/${sessionId}`)))['status']
    await expect.poll(statusOf).toBe('completed')
    await operator.send('DELETE', `/v1/keys/${keyId}`)
    await worker.stop('SIGTERM')
    await using late = await startWorker({ ...service, workDir }, allow, environment)
    expect(await late.ended).toBe(1)
    expect(late.output()).toContain('UNAUTHENTICATED')
    const other = await makeKey(service, { scopes: ['work'], queues: ['device-8'] })
    const ofOther = { STEPSTREAM_KEY: other.secret }
    await using foreign = await startWorker({ ...service, workDir }, allow, ofOther)
    expect(await foreign.ended).toBe(1)
    expect(foreign.output()).toContain('FORBIDDEN')
  })
})
