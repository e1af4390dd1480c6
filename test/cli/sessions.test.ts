import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asked } from '../support/people.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, start, until } from '../support/sessions.ts'
import {
  commandLine,
  fields,
  type HowRun,
  patient,
  type Ran,
  run,
  runnerOf,
} from './support/program.ts'
import { atTerminal } from './support/shell-terminal.ts'
import { hasTerminals } from './support/terminal.ts'

let service: Service
let stepstream: (args: readonly string[], how?: HowRun) => Promise<Ran>
let completed: string
let failed: string
let waits: string

beforeAll(async () => {
  service = await startService()
  stepstream = runnerOf(service.url)
  completed = await start(service, {
    name: 'first\u001b[2J of all',
    labels: { team: 'a' },
    steps: [{ id: 'nap', uses: 'wait', with: { for: '1ms' } }],
  })
  await ended(service, completed)
  failed = await start(service, {
    name: 'broken',
    labels: { team: 'b' },
    steps: [
      { id: 'look', uses: 'webhook', with: { method: 'GET', url: 'http://127.0.0.1:9/' } },
      { id: 'after', uses: 'wait', with: { for: '1ms' } },
    ].map((step) => ({ ...step, retry: { maxAttempts: 1 } })),
  })
  await ended(service, failed)
  waits = await start(service, {
    steps: [{ id: 'ask', uses: 'approval', with: { prompt: 'Shall we?' } }],
  })
  await until(service, waits, 'session.waiting')
}, patient.timeout)

afterAll(() => service[Symbol.asyncDispose]())

describe('ls', patient, () => {
  test('writes a line with tabs for each session, the newest first', async () => {
    const ran = await stepstream(['ls'])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(fields(ran.stdout)).toEqual([
      [waits, 'waiting', '1', expect.stringMatching(/Z$/), '-', '-', 'ask', '-'],
      [failed, 'failed', '2', expect.any(String), expect.any(String), '-', 'broken', 'team=b'],
      [
        completed,
        'completed',
        '1',
        expect.any(String),
        expect.any(String),
        '-',
        'first of all',
        'team=a',
      ],
    ])
    expect(ran.stdout).not.toMatch(/\p{Cc}\[/u)
  })

  test('writes what the API answers as one JSON array', async () => {
    const ran = await stepstream(['ls', '--json', '--all'])
    const { sessions } = await json<{ sessions: object[] }>(service.get('/v1/sessions'))
    expect(JSON.parse(ran.stdout)).toEqual(sessions)
  })

  test.each([
    [['--status', 'failed,completed', '-q'], () => [failed, completed]],
    [['--label', 'team=a', '-q'], () => [completed]],
    [['-n', '2', '-q'], () => [waits, failed]],
    [['--since', '1h', '--name', 'broken', '--quiet'], () => [failed]],
    [['--before', '1h', '-q'], () => []],
  ])('with %j lists these', async (args, ids) => {
    expect((await stepstream(['ls', ...args])).stdout).toBe(
      ids()
        .map((id) => `${id}\n`)
        .join(''),
    )
  })

  test('says what is wrong with a filter, and with how it is called', async () => {
    const refused = await stepstream(['ls', '--status', 'nonsense'])
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('(INVALID_QUERY)')
    expect(await stepstream(['ls', '--json', '-q'])).toMatchObject({ code: 2 })
    expect((await stepstream(['ls', '--since', 'soon'])).stderr).toContain('how long ago: 2h')
  })

  test.runIf(hasTerminals)('is a table at a terminal, as wide as that, with colours', async () => {
    const terminal = atTerminal(commandLine('ls'), { STEPSTREAM_URL: service.url }, 90)
    expect(await terminal.end()).toBe(0)
    const [titles = '', ...lines] = terminal.shown().trimEnd().split('\n')
    expect(titles).toMatch(/^SESSION +STATUS +STEPS +CREATED +TOOK +WORKFLOW +TITLE +LABELS/)
    expect(lines.map((line) => line.split(' ')[0])).toEqual([waits, failed, completed])
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(90)
    expect(terminal.raw()).toContain('\u001b[31mfailed\u001b[39m')
    expect(terminal.raw()).not.toContain('\u001b[2J')
  })

  test.runIf(hasTerminals)('has no colours where NO_COLOR is set', async () => {
    const env = { STEPSTREAM_URL: service.url, NO_COLOR: '1' }
    const terminal = atTerminal(commandLine('ls', '--status', 'failed'), env)
    expect(await terminal.end()).toBe(0)
    expect(terminal.raw()).not.toContain('\u001b')
    expect(terminal.shown()).toContain(`${failed}  failed`)
  })
})

describe('get', patient, () => {
  test('writes a line for each field, and for each step', async () => {
    const ran = await stepstream(['get', failed])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    const lines = fields(ran.stdout)
    expect(lines).toContainEqual(['status', 'failed'])
    expect(lines).toContainEqual(['label', 'team=b'])
    expect(lines.filter(([record]) => record === 'step')).toEqual([
      ['step', 'look', 'webhook', 'failed', '1', expect.any(String), 'NETWORK_ERROR', '-', '-'],
      ['step', 'after', 'wait', 'skipped', '0', '-', '-', '-', '-'],
    ])
  })

  test('writes what the API answers as JSON', async () => {
    const ran = await stepstream(['get', completed, '--json'])
    expect(JSON.parse(ran.stdout)).toEqual(await json(service.get(`/v1/sessions/${completed}`)))
  })

  test('shows it as it was after an event', async () => {
    const ran = await stepstream(['get', completed, '--at-seq', '2', '--json'])
    expect(JSON.parse(ran.stdout)).toMatchObject({ status: 'running', percent: 0 })
  })

  test('shows a step with its tries', async () => {
    const ran = await stepstream(['get', failed, '--step', 'look'])
    expect(fields(ran.stdout)).toContainEqual([
      'try',
      '1',
      'failed',
      expect.any(String),
      expect.any(String),
      expect.stringContaining('NETWORK_ERROR: '),
    ])
    const none = await stepstream(['get', failed, '--step', 'nonsense'])
    expect(none).toMatchObject({ code: 1, stdout: '' })
    expect(none.stderr).toContain('It has look, after.')
  })

  test('says why each step is where it is', async () => {
    const ran = await stepstream(['get', waits, '--explain'])
    expect(fields(ran.stdout)).toEqual([
      ['session', 'waiting', expect.stringContaining('waits for somebody')],
      ['ask', 'waiting', expect.stringContaining('approve or reject')],
    ])
  })

  test('says what there is not', async () => {
    const ran = await stepstream(['get', 'ses_nonsense'])
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(ran.stderr).toContain('(SESSION_NOT_FOUND)')
    expect(await stepstream(['get', '..'])).toMatchObject({ code: 2, stdout: '' })
  })

  test.runIf(hasTerminals)('says at a terminal what it waits for, and what to type', async () => {
    const { interactionId } = await asked(service, waits)
    const terminal = atTerminal(commandLine('get', waits, '--url', service.url))
    expect(await terminal.end()).toBe(0)
    expect(terminal.shown()).toMatch(/^status +waiting$/m)
    expect(terminal.shown()).toMatch(/^ask +approval +waiting +1/m)
    expect(terminal.shown()).toContain(
      `stepstream answer ${interactionId} --url ${service.url} --approve`,
    )
  })

  test.runIf(hasTerminals)('shows a step at a terminal', async () => {
    const env = { STEPSTREAM_URL: service.url }
    const terminal = atTerminal(commandLine('get', completed, '--step', 'nap'), env)
    expect(await terminal.end()).toBe(0)
    expect(terminal.shown()).toMatch(/^step +nap\nstatus +completed\nkind +wait\n/)
    expect(terminal.shown()).toMatch(/\nOutput\n\{\n {2}"until": /)
  })

  test.runIf(hasTerminals)('says at a terminal what went wrong, and what to do', async () => {
    const terminal = atTerminal(commandLine('get', failed), { STEPSTREAM_URL: service.url })
    expect(await terminal.end()).toBe(0)
    const session = await json<{ error: { code: string; suggestedAction: string } }>(
      service.get(`/v1/sessions/${failed}`),
    )
    expect(terminal.shown()).toContain(`${session.error.code}  `)
    expect(terminal.shown()).toContain(session.error.suggestedAction)
  })
})

describe('executors and workers', patient, () => {
  test('are listed', async () => {
    const [executors, workers] = await Promise.all([
      stepstream(['executors', '-q']),
      stepstream(['workers']),
    ])
    expect(executors.stdout.split('\n')).toContain('webhook')
    expect(workers).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})

describe('a service that is away', patient, () => {
  test('is told, with what to do', async () => {
    const ran = await run(['ls', '--url', 'http://127.0.0.1:9'])
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(ran.stderr).toContain('cannot be reached')
    expect(ran.stderr).toContain('stepstream doctor')
  })
})

describe('a reader that has enough', patient, () => {
  test('ends it quietly', async () => {
    const line = `${commandLine('get', completed, '--json')} | :; exit \${PIPESTATUS[0]}`
    const child = spawn('bash', ['--norc', '-c', line], {
      env: { PATH: process.env['PATH'] ?? '', STEPSTREAM_URL: service.url },
    })
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ])
    expect({ out, err, code }).toEqual({ out: '', err: '', code: 0 })
  })
})
