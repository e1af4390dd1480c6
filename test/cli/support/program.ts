import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export const root = join(import.meta.dirname, '../../..')
export const program = join(root, 'bin/stepstream.mjs')

/** Each start of the program costs 0.4 s of a core, which on a busy machine takes its time. */
export const patient = { timeout: 120_000 } as const

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface HowRun {
  /** The folder that it is called in. @default that of the tests */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** What comes over standard input. @default nothing */
  readonly stdin?: string
}

/** The real program, piped; it is ended with the test. */
export function started(args: readonly string[], { cwd, env = {} }: Omit<HowRun, 'stdin'> = {}) {
  const child = spawn(process.execPath, [program, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { PATH: process.env['PATH'] ?? '', SHUTDOWN_GRACE: '200ms', ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** Runs the real program to its end. */
export async function run(
  args: readonly string[],
  { stdin = '', ...how }: HowRun = {},
): Promise<Ran> {
  const child = started(args, how)
  // One that is called wrongly ends without reading.
  child.stdin.on('error', () => {})
  child.stdin.end(stdin)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { code: code as number | null, stdout, stderr }
}

/** Runs the program for a service. */
export function runnerOf(url: string, key?: string) {
  const own = { STEPSTREAM_URL: url, ...(key === undefined ? {} : { STEPSTREAM_KEY: key }) }
  return (args: readonly string[], how: HowRun = {}): Promise<Ran> =>
    run(args, { ...how, env: { ...own, ...how.env } })
}

/** The fields of the lines that were piped. */
export function fields(stdout: string): string[][] {
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')]))
}

/** The command line that runs it, for a shell. */
export function commandLine(...args: readonly string[]): string {
  return [process.execPath, program, ...args].map((part) => `'${part}'`).join(' ')
}

/** An empty folder with files in it, removed with the test. */
export async function folderOf(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'stepstream-run-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content)
  return path
}
