import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { follow } from '../support/follow.ts'
import { isAlive } from '../support/is-alive.ts'
import { startService } from '../support/service.ts'
import { ended, lastOf, start } from '../support/sessions.ts'

const root = join(import.meta.dirname, '../..')
const program = join(root, 'bin/stepstream.mjs')
const subcommands = [
  ...['serve', 'run', 'plan', 'follow', 'worker', 'mcp', 'export', 'import'],
  ...['ls', 'get', 'pause', 'resume', 'cancel', 'retry', 'fork', 'answer', 'signal'],
  ...['workflows', 'schedules', 'keys', 'workers', 'executors', 'doctor', 'completion'],
]

/** Has a Node pass for an older one. */
const older = [
  '--import',
  `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } })`,
]

describe('the program', () => {
  test('lists its subcommands', async () => {
    const ran = await run(['--help'])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    const listed = [...ran.stdout.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, name]) => name)
    expect(listed).toEqual(subcommands)
    expect(await run(['help'])).toEqual(ran)
  })

  test('says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  test.each([
    ['worker', '--queue <name>'],
    ['mcp', '--allow-origin <origin...>'],
    ['export', '--to <file>'],
    ['import', '--from <file>'],
    ['run', '--detach'],
    ['plan', '--workflow <name[@version]>'],
    ['follow', '--from-now'],
    ['serve', 'settings of the environment'],
    ['ls', '--status <status>'],
    ['answer', '--approve'],
    ['keys', 'create [options] <name>'],
    ['completion', '.config/fish'],
  ])('says how %s is used', async (name, part) => {
    const ran = await run([name, '--help'])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(ran.stdout).toContain(`Usage: stepstream ${name} [options]`)
    expect(ran.stdout).toContain(part)
    expect(await run(['help', name])).toEqual(ran)
  })

  test('says how what is below a subcommand is used', async () => {
    const ran = await run(['keys', 'create', '--help'])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(ran.stdout).toContain('Usage: stepstream keys create [options] <name>')
    expect(await run(['help', 'keys', 'create'])).toEqual(ran)
  })

  test.each([
    [['nonsense'], "error: unknown command 'nonsense'"],
    [['workr'], '(Did you mean worker?)'],
    [['--nonsense'], "error: unknown option '--nonsense'"],
    [['worker'], "error: required option '--queue <name>' not specified"],
    [['worker', '--queue', 'a', 'b'], "error: too many arguments for 'worker'"],
    [['worker', '--queue', 'a', '--url', 'somewhere'], 'Expected a URL'],
    [['worker', '--queue', 'a', '--key', 'my\nsecret'], 'a key has only visible ASCII'],
    [['worker', '--queue', 'a', '--lease', '1s'], 'Expected a duration from 5s to 10m'],
    [['worker', '--queue', 'a', '--concurrency', '0'], 'Expected a whole number above zero'],
    [['serve', '--port', '1'], "error: unknown option '--port'"],
    [[], 'Usage: stepstream'],
  ])('exits with 2 and says why when it is called with %j', async (args, message) => {
    const ran = await run(args)
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain(message)
    expect(ran.stderr).not.toContain('secret')
  })

  test('reads the file of a subcommand only when that one is asked for', async () => {
    const { stderr } = await run(['--help'], { NODE_DEBUG: 'esm' })
    expect(stderr).toMatch(/file:.*cli\/stepstream\.ts/)
    expect(stderr).not.toMatch(/file:.*cli\/(?!stepstream\.ts)/)
  })
})

describe('started by an older Node', () => {
  test('goes on with its own, which gets what comes in and answers what comes out', async () => {
    const ping = { jsonrpc: '2.0', id: 7, method: 'ping' }
    const child = started(['mcp'], { execArgv: older })
    const [out, exit] = [text(child.stdout), once(child, 'exit')]
    child.stdin.end(`${JSON.stringify(ping)}\n`)
    expect(await out).toBe('{"result":{},"jsonrpc":"2.0","id":7}\n')
    expect(await exit).toEqual([0, null])
  })

  test('exits as that one does', async () => {
    expect(await run(['nonsense'], {}, older)).toMatchObject({ code: 2, stdout: '' })
  })

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'passes %s on, and what the worker runs is ended',
    async (signal) => {
      await using service = await startService()
      await using folder = await temporaryFolder()
      const own = ['--queue', 'device-7', '--url', service.url, '--work-dir', folder.path]
      const child = started(['worker', ...own, '--allow', 'node', '--grace', '100ms'], {
        execArgv: older,
      })
      const exit = once(child, 'exit')
      const { sessionId, pid } = await runningOn(service)
      child.kill(signal)
      expect(await exit).toEqual([0, null])
      await expect.poll(() => isAlive(pid)).toBe(false)
      await service.post(`/v1/sessions/${sessionId}/cancel`)
    },
  )

  test('says what is missing where there is no other', async () => {
    await using folder = await temporaryFolder()
    const copy = join(folder.path, 'bin/stepstream.mjs')
    await cp(program, copy)
    await mkdir(join(folder.path, 'node_modules/commander'), { recursive: true })
    const child = spawn(process.execPath, [...older, copy, '--help'])
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Stepstream needs Node 24 or newer, and this is v\d+/)
  })
})

describe('a Ctrl-C', () => {
  test('that comes on two ways is one: what a worker runs may finish', async () => {
    await using service = await startService()
    await using folder = await temporaryFolder()
    const own = ['--queue', 'device-7', '--url', service.url, '--work-dir', folder.path]
    const child = started(['worker', ...own, '--allow', 'node'], {
      execArgv: older,
      detached: true,
    })
    const exit = once(child, 'exit')
    const code = `console.log('pid', process.pid)
      setTimeout(() => console.log('finished'), 1500)`
    const { sessionId } = await runningOn(service, code)
    // As a terminal sends it, to all of the group; the first of them passes it on.
    process.kill(-child.pid!, 'SIGINT')
    const events = await ended(service, sessionId)
    expect(lastOf(events, 'step.completed').output).toMatchObject({
      stdout: expect.stringContaining('finished'),
    })
    expect(await exit).toEqual([0, null])
  })
})

describe('npx', () => {
  test('finds it in the folder of the service', async () => {
    const child = spawn('npx', ['stepstream', 'nonsense'], { cwd: root })
    child.stdin.end()
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    expect(code).toBe(2)
    expect(stderr).toContain("error: unknown command 'nonsense'")
  })

  // npm passes a signal on to the shell alone that it starts a program in.
  test.each([
    ['this Node', []],
    ['an older one', older],
  ])(
    'takes what it has started on %s along when its shell is told to stop',
    async (_, execArgv) => {
      await using folder = await temporaryFolder()
      const call = [process.execPath, ...execArgv, program, 'serve']
      const child = spawn('sh', ['-c', '"$@"; true', 'sh', ...call], {
        env: {
          PATH: process.env['PATH'] ?? '',
          npm_lifecycle_event: 'npx',
          PORT: '0',
          DATA_DIR: folder.path,
        },
      })
      onTestFinished(() => void child.kill('SIGKILL'))
      const lines = createInterface({ input: child.stdout })
      const first = await lines[Symbol.asyncIterator]().next()
      const url = /listening at (http:[^"]+)/.exec(first.value ?? '')?.[1]
      expect((await fetch(`${url}/healthz`)).status).toBe(200)
      child.kill('SIGTERM')
      // The service holds its end of the pipe for as long as it lives.
      await once(child, 'close')
      await expect(fetch(`${url}/healthz`)).rejects.toThrow()
    },
  )
})

/** A session whose command runs on the queue, and that command's process. */
async function runningOn(
  service: Awaited<ReturnType<typeof startService>>,
  code = `console.log('pid', process.pid); setInterval(() => {}, 1000)`,
) {
  const on = { queue: 'device-7' }
  const step = { id: 'a', uses: 'command', with: { run: ['node', '-e', code], on } }
  const sessionId = await start(service, { steps: [step] })
  let output = ''
  await follow(service.url, sessionId, {
    until(event) {
      if (event.type === 'step.output') output += event.data.text
      return /pid \d+\n/.test(output)
    },
  })
  return { sessionId, pid: Number(/pid (\d+)/.exec(output)?.[1]) }
}

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'stepstream-program-'))
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true })
    },
  }
}

interface HowStarted {
  readonly execArgv?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Whether it leads a group of its own. */
  readonly detached?: boolean
}

function started(
  args: readonly string[],
  { execArgv = [], env = {}, detached = false }: HowStarted = {},
) {
  const child = spawn(process.execPath, [...execArgv, program, ...args], {
    detached,
    env: { PATH: process.env['PATH'] ?? '', ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function run(
  args: readonly string[],
  env: Record<string, string> = {},
  execArgv: readonly string[] = [],
) {
  const child = started(args, { env, execArgv })
  child.stdin.end()
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { code: code as number | null, stdout, stderr }
}
