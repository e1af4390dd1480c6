import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { StringDecoder } from 'node:string_decoder'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import type { StreamName } from './output-capture.ts'
import { type SendSignal, type Termination, terminateGroup } from './process-group.ts'

export interface ProcessRun {
  readonly file: string
  /** With the program's name as its first element. */
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly stdin?: string | undefined
  readonly signal: AbortSignal
  /** From SIGTERM to SIGKILL, in ms. */
  readonly killGraceMs: number
  readonly sendSignal: SendSignal
  onBytes(stream: StreamName, bytes: Buffer): void
  /** Whole characters, as they come. */
  onText(stream: StreamName, text: string): void
}

export interface ProcessEnd {
  readonly pid: number
  readonly exitCode: number | null
  readonly exitSignal: NodeJS.Signals | null
  /** What ending the group took; no signals when nothing of it was left. */
  readonly termination: Termination
}

/** How long output may still arrive after the group is gone, when a process that left the group holds the pipe. */
const DRAIN_MS = 500

/**
 * Runs a program in a process group of its own and leaves none of the group behind: when the signal
 * aborts the group is ended, and when the leader exits so is what it left running.
 * @throws the error of `spawn` when the program could not be started
 */
export async function runProcess(run: ProcessRun): Promise<ProcessEnd> {
  const child = spawn(run.file, run.argv.slice(1), {
    argv0: run.argv[0],
    cwd: run.cwd,
    env: run.env,
    detached: true,
    stdio: [run.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  const { pid } = child
  if (pid === undefined) throw (await once(child, 'error'))[0]
  const closed = once(child, 'close')
  readOutput(child, run)
  writeInput(child, run.stdin)

  await exitOrAbort(child, run.signal)
  const termination = await terminateGroup(pid, run.killGraceMs, run.sendSignal)
  await drain(child, closed)
  return { pid, exitCode: child.exitCode, exitSignal: child.signalCode, termination }
}

function readOutput(child: ChildProcess, { onBytes, onText }: ProcessRun): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const decoder = new StringDecoder('utf8')
    const give = (text: string): void => {
      if (text !== '') onText(name, text)
    }
    child[name]?.on('data', (bytes: Buffer) => {
      onBytes(name, bytes)
      give(decoder.write(bytes))
    })
    child[name]?.on('end', () => give(decoder.end()))
  }
}

function writeInput({ stdin }: ChildProcess, text: string | undefined): void {
  // A program may end without having read its input.
  stdin?.on('error', () => {})
  stdin?.end(text)
}

function exitOrAbort(child: ChildProcess, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done)
      resolve()
    }
    child.once('exit', done)
    signal.addEventListener('abort', done, { once: true })
    if (signal.aborted) done()
  })
}

async function drain(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  const late = new AbortController()
  const waited = pause(DRAIN_MS, undefined, { signal: late.signal }).then(
    () => nextTurn(),
    () => {},
  )
  await Promise.race([closed, waited])
  late.abort()
  child.stdout?.destroy()
  child.stderr?.destroy()
}
