import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export const root = join(import.meta.dirname, '../../..')
export const program = join(root, 'bin/stepstream.mjs')

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface HowRun {
  /** The folder that it is called in. */
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** What comes in. */
  readonly input?: string
}

/** The real program, called in a folder; it is ended with the test. */
export function started(args: readonly string[], { cwd, env = {} }: Omit<HowRun, 'input'>) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', SHUTDOWN_GRACE: '200ms', ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** Runs the real program to its end. */
export async function ran(args: readonly string[], { input = '', ...how }: HowRun): Promise<Ran> {
  const child = started(args, how)
  child.stdin.end(input)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { code: code as number | null, stdout, stderr }
}

/** An empty folder with files in it, removed with the test. */
export async function folderOf(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'stepstream-run-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content)
  return path
}
