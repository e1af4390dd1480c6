import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type CommandOptions,
  createCommandExecutor,
} from '../../../src/modules/executors/command.ts'
import type { Outcome } from '../../../src/modules/executors/types.ts'
import { makeContext, type RecordedContext } from '../../support/executor-context.ts'
import { isAlive } from '../../support/is-alive.ts'

const fixtures = join(import.meta.dirname, '../../support/fixtures')
const fixture = (name: string, ...args: string[]): string[] => [
  'node',
  join(fixtures, `${name}.mjs`),
  ...args,
]

let workDir: string

beforeAll(async () => {
  workDir = await realpath(await mkdtemp(join(tmpdir(), 'work-')))
})

afterAll(() => rm(workDir, { recursive: true, force: true }))

function makeCommand(options: Partial<CommandOptions> = {}) {
  return createCommandExecutor({
    commands: ['node', 'true', 'sh', 'no-such-program', 'local-only'],
    workDir,
    searchPath: `${dirname(process.execPath)}:/usr/bin:/bin`,
    outputLimitBytes: 1_048_576,
    sendSignal: process.kill,
    ...options,
  })
}

function run(
  input: object,
  context: RecordedContext = makeContext(),
  options: Partial<CommandOptions> = {},
): Promise<Outcome> {
  const command = makeCommand(options)
  return command.execute(command.input.parse(input), context)
}

/** Aborts the attempt once the program has written what is waited for. */
function abortWhen(
  seen: (all: string) => boolean,
  reason = 'timeout',
): { context: RecordedContext; all: () => string } {
  const controller = new AbortController()
  let all = ''
  const context = makeContext({
    signal: controller.signal,
    output(_, text) {
      all += text
      if (seen(all)) controller.abort(reason)
    },
  })
  return { context, all: () => all }
}

/** Alive and no zombie that only waits to be reaped. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return isAlive(pid) && !/\) [ZX] /.test(stat)
}

const pidsIn = (text: string): number[] =>
  [...text.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid))

async function reportOf(input: object): Promise<{
  argv: string[]
  cwd: string
  env: Record<string, string>
  stdin: string
}> {
  const outcome = await run(input)
  if (outcome.status !== 'succeeded') throw new Error(JSON.stringify(outcome))
  const { stdout } = outcome.output as { stdout: string }
  return JSON.parse(stdout)
}

describe('a program that ends by itself', () => {
  test('succeeds with its exit code and what it wrote', async () => {
    const context = makeContext()
    const outcome = await run({ run: ['sh', '-c', 'echo out; echo err >&2'] }, context)
    expect(outcome).toEqual({
      status: 'succeeded',
      output: { exitCode: 0, stdout: 'out\n', stderr: 'err\n', truncated: false },
    })
    expect(context.written).toContainEqual({ stream: 'stdout', text: 'out\n' })
    expect(context.written).toContainEqual({ stream: 'stderr', text: 'err\n' })
  })

  test('fails with COMMAND_EXITED on another exit code, with the end of stderr', async () => {
    expect(await run({ run: fixture('fail', '3') })).toMatchObject({
      status: 'failed',
      code: 'COMMAND_EXITED',
      message: 'node exited with code 3',
      details: { exitCode: 3, stderr: 'it went wrong\n' },
    })
  })

  test('succeeds on the exit codes that are listed, and on no other', async () => {
    const input = { run: ['sh', '-c', 'exit 3'], okExitCodes: [3, 4] }
    expect(await run(input)).toMatchObject({ status: 'succeeded', output: { exitCode: 3 } })
    expect(await run({ ...input, run: ['true'] })).toMatchObject({ code: 'COMMAND_EXITED' })
  })

  test('is an error when a signal from elsewhere ended it', async () => {
    expect(await run({ run: ['sh', '-c', 'kill -9 $$'] })).toMatchObject({
      status: 'error',
      code: 'COMMAND_KILLED',
      details: { signal: 'SIGKILL' },
    })
  })

  test('gets its arguments as they are, without a shell', async () => {
    const args = ['$HOME', '*', 'a b', '; rm -rf /', '`id`', '']
    expect((await reportOf({ run: fixture('echo', ...args) })).argv).toEqual(args)
  })

  test('gets its standard input, and an empty one when there is none', async () => {
    expect((await reportOf({ run: fixture('echo'), stdin: 'grüezi' })).stdin).toBe('grüezi')
    expect((await reportOf({ run: fixture('echo') })).stdin).toBe('')
  })

  test('may end without reading a large standard input', async () => {
    const outcome = await run({ run: ['true'], stdin: 'x'.repeat(1_000_000) })
    expect(outcome).toMatchObject({ status: 'succeeded' })
  })

  test('keeps characters whole that arrive in pieces', async () => {
    const text = 'äß€😀漢字 é'
    const context = makeContext()
    const outcome = await run({ run: fixture('split-utf8', text) }, context)
    expect(outcome).toMatchObject({ output: { stdout: text } })
    expect(context.written.map((piece) => piece.text).join('')).toBe(text)
    expect(context.written.some((piece) => piece.text.includes('\ufffd'))).toBe(false)
  })
})

describe('the environment', () => {
  test('is clean but for a few variables, those of the step and those of the attempt', async () => {
    const { env } = await reportOf({ run: fixture('echo'), env: { COLOUR: 'red' } })
    expect(env).toMatchObject({
      COLOUR: 'red',
      HOME: workDir,
      STEPSTREAM_SESSION_ID: 'ses_1',
      STEPSTREAM_STEP_ID: 'fetch',
      STEPSTREAM_ATTEMPT: '2',
      STEPSTREAM_CORRELATION_ID: 'req-1',
      STEPSTREAM_IDEMPOTENCY_KEY: 'ses_1.fetch',
      TRACEPARENT: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    })
    const others = Object.keys(env).filter((name) => !/^(STEPSTREAM_|TRACEPARENT$)/.test(name))
    expect(others.sort()).toEqual(['COLOUR', 'HOME', 'LANG', 'PATH'])
  })

  test.each([
    ['LD_PRELOAD', 'what an allowed program is'],
    ['DYLD_INSERT_LIBRARIES', 'what an allowed program is'],
    ['STEPSTREAM_STEP_ID', 'set by the service'],
    ['A B', 'Not a variable name'],
    ['1A', 'Not a variable name'],
  ])('cannot hold %s', (name, fault) => {
    const { error } = makeCommand().input.safeParse({ run: ['true'], env: { [name]: 'x' } })
    expect(error?.issues).toMatchObject([
      { path: ['env', name], message: expect.stringContaining(fault) },
    ])
  })

  test('cannot choose which file an allowed program is', async () => {
    await writeFile(join(workDir, 'local-only'), '#!/bin/sh\necho taken over\n', { mode: 0o755 })
    const outcome = await run({ run: ['local-only'], env: { PATH: workDir } })
    expect(outcome).toMatchObject({ status: 'error', code: 'COMMAND_NOT_FOUND' })
  })
})

describe('the folder', () => {
  test('is WORK_DIR, or one below it, made if missing', async () => {
    await mkdir(join(workDir, 'a/b'), { recursive: true })
    expect((await reportOf({ run: fixture('echo') })).cwd).toBe(workDir)
    expect((await reportOf({ run: fixture('echo'), cwd: 'a/b' })).cwd).toBe(join(workDir, 'a/b'))
    expect((await reportOf({ run: fixture('echo'), cwd: join(workDir, 'a') })).cwd).toBe(
      join(workDir, 'a'),
    )
    const fresh = join(workDir, 'fresh/deep')
    expect(await run({ run: ['true'] }, makeContext(), { workDir: fresh })).toMatchObject({
      status: 'succeeded',
    })
  })

  test('is never outside, whether by dots, by an absolute path or by a link', async () => {
    await symlink('/', join(workDir, 'root'))
    await mkdir(`${workDir}-twin`)
    const twin = `../${workDir.split('/').at(-1)}-twin`
    for (const cwd of ['..', '../..', '/', '/etc', 'root', 'root/etc', 'a/../../', twin]) {
      expect(await run({ run: ['true'], cwd })).toMatchObject({
        status: 'error',
        code: 'INVALID_STEP_INPUT',
        message: `“cwd” is outside WORK_DIR: ${cwd}`,
      })
    }
    await rm(`${workDir}-twin`, { recursive: true })
  })

  test('must exist and be a folder', async () => {
    await writeFile(join(workDir, 'file'), '')
    for (const cwd of ['nowhere', 'file']) {
      expect(await run({ run: ['true'], cwd })).toMatchObject({ code: 'INVALID_STEP_INPUT' })
    }
  })
})

describe('the allow-list', () => {
  test('refuses a program when the plan is made, and says how to allow it', () => {
    expect(makeCommand({ commands: ['git'] }).check?.({ run: ['rm', '-rf'] })).toEqual([
      {
        path: ['run', 0],
        code: 'COMMAND_NOT_ALLOWED',
        message: '"rm" is not allowed; start the service with COMMANDS=git,rm to allow it',
      },
    ])
    expect(makeCommand({ commands: ['git'] }).check?.({ run: ['git'] })).toEqual([])
  })

  test('takes a name literally, so that a path to a file of that name is another program', () => {
    const { check } = makeCommand({ commands: ['git'] })
    for (const program of ['./git', '/tmp/git', 'GIT', ' git']) {
      expect(check?.({ run: [program] })).toHaveLength(1)
    }
  })

  test('refuses a program that an expression named when it runs', async () => {
    expect(makeCommand().check?.({ run: ['{{ inputs.program }}'] })).toEqual([])
    expect(await run({ run: ['rm'] })).toMatchObject({
      status: 'error',
      code: 'COMMAND_NOT_ALLOWED',
      retryable: false,
    })
  })

  test('a program that is allowed and not installed is COMMAND_NOT_FOUND', async () => {
    expect(await run({ run: ['no-such-program'] })).toMatchObject({
      status: 'error',
      code: 'COMMAND_NOT_FOUND',
    })
  })

  test.each([
    ['is not executable', '#!/bin/sh\n', 0o644],
    ['asks for an interpreter that is missing', '#!/no/such/interpreter\n', 0o755],
  ])('a file that %s is COMMAND_NOT_FOUND', async (_, content, mode) => {
    const file = join(workDir, `program-${mode}`)
    await writeFile(file, content, { mode })
    expect(await run({ run: [file] }, makeContext(), { commands: [file] })).toMatchObject({
      status: 'error',
      code: 'COMMAND_NOT_FOUND',
    })
  })

  test.each([[[]], [['']], [['a\0b']], ['true'], [[1]]])('refuses %j as a command', (argv) => {
    expect(makeCommand().input.safeParse({ run: argv }).success).toBe(false)
  })
})

describe('aborting', () => {
  test('ends the program by SIGTERM and says so', async () => {
    const { context } = abortWhen((all) => all.includes('ready'))
    const outcome = await run({ run: fixture('forever') }, context)
    expect(outcome).toMatchObject({
      status: 'aborted',
      details: { signals: ['SIGTERM'], gone: true, tookMs: expect.any(Number) },
    })
    if (outcome.status !== 'aborted') throw new Error('not aborted')
    expect(isAlive(Number(outcome.details?.['pid']))).toBe(false)
  })

  test('ends a program that ignores SIGTERM by SIGKILL after the grace period', async () => {
    const { context } = abortWhen((all) => all.includes('ready'))
    const outcome = await run({ run: fixture('ignore-sigterm') }, context, { killGraceMs: 100 })
    expect(outcome).toMatchObject({
      status: 'aborted',
      details: { signals: ['SIGTERM', 'SIGKILL'], gone: true },
    })
    if (outcome.status !== 'aborted') throw new Error('not aborted')
    expect(isAlive(Number(outcome.details?.['pid']))).toBe(false)
    expect(Number(outcome.details?.['tookMs'])).toBeGreaterThanOrEqual(99)
  })

  test.each(['', 'stubborn'])('ends children and grandchildren too (%s)', async (stubborn) => {
    const { context, all } = abortWhen((text) => pidsIn(text).length === 3)
    const outcome = await run({ run: fixture('tree', '2', stubborn) }, context, {
      killGraceMs: 100,
    })
    expect(outcome).toMatchObject({ status: 'aborted', details: { gone: true } })
    const pids = pidsIn(all())
    expect(await Promise.all(pids.map(isRunning))).toEqual([false, false, false])
  })

  test('starts nothing when the signal has aborted before', async () => {
    const outcome = await run(
      { run: ['no-such-program'] },
      makeContext({ signal: AbortSignal.abort('cancelled') }),
    )
    expect(outcome).toEqual({ status: 'aborted' })
  })
})

describe('what a program leaves behind', () => {
  test('ends with it, though it holds the output open and ignores SIGTERM', async () => {
    const context = makeContext()
    const outcome = await run({ run: fixture('orphan') }, context, { killGraceMs: 50 })
    expect(outcome).toMatchObject({ status: 'succeeded', output: { exitCode: 0 } })
    const [pid] = pidsIn(context.written.map(({ text }) => text).join(''))
    expect(await isRunning(pid ?? 0)).toBe(false)
  })

  test('a process that left the group does not keep the attempt waiting', async () => {
    const context = makeContext()
    const outcome = await run({ run: fixture('orphan', 'detached') }, context)
    expect(outcome).toMatchObject({ status: 'succeeded' })
    const [pid] = pidsIn(context.written.map(({ text }) => text).join(''))
    expect(process.kill(pid ?? Number.NaN, 'SIGKILL')).toBe(true)
  })

  test('is no zombie after a thousand commands', async () => {
    const command = makeCommand()
    const input = command.input.parse({ run: ['true'] })
    const before = await countChildren()
    for (let batch = 0; batch < 50; batch += 1) {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => command.execute(input, makeContext())),
      )
      expect(outcomes.every(({ status }) => status === 'succeeded')).toBe(true)
    }
    expect(await countChildren()).toBeLessThanOrEqual(before)
  })
})

/** The children of this process, zombies included. */
async function countChildren(): Promise<number> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const stats = await Promise.all(
    ids.map((id) => readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')),
  )
  return stats.filter((stat) => {
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(parent) === process.pid
  }).length
}

describe('a flood', () => {
  test('is capped, keeping the beginning and the end', async () => {
    const context = makeContext()
    const outcome = await run({ run: fixture('flood', '32') }, context, {
      outputLimitBytes: 65_536,
    })
    if (outcome.status !== 'succeeded') throw new Error(JSON.stringify(outcome))
    const { stdout, truncated } = outcome.output as { stdout: string; truncated: boolean }
    expect(truncated).toBe(true)
    expect(stdout.startsWith('first\n')).toBe(true)
    expect(stdout.endsWith('last\n')).toBe(true)
    expect(Buffer.byteLength(stdout)).toBeLessThan(65_536 + 100)
    const told = context.written.reduce((sum, { text }) => sum + text.length, 0)
    expect(told).toBeGreaterThan(65_536)
    expect(told).toBeLessThan(65_536 * 4)
  })
})
