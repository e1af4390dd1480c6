import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, writeSync } from 'node:fs'
import { rm } from 'node:fs/promises'

/*
 * A process between a test and its Postgres server. The channel to it closes when the test's process ends, also by SIGKILL;
 * then it stops the server and removes its folder. It has a process group of its own, where Ctrl-C does not reach it.
 */

/** How a keeper is started: JSON, its only argument. */
export interface KeeperSetup {
  /** Everything of the server is in it. */
  readonly directory: string
  readonly logFile: string
  /** The user to run programs as. @default the keeper's own */
  readonly user?: User | undefined
}

export interface User {
  readonly uid: number
  readonly gid: number
}

/** Runs a program, one at a time, or sends a signal to it. */
export type KeeperCommand =
  | { readonly program: string; readonly args: readonly string[] }
  | { readonly signal: NodeJS.Signals }

/** Sent when the program has ended. */
export interface KeeperReport {
  readonly exitCode: number | null
}

const { directory, logFile, user }: KeeperSetup = JSON.parse(process.argv[2] ?? '')
const log = openSync(logFile, 'a')
let running: ChildProcess | undefined

process.on('message', (command: KeeperCommand) => {
  if ('program' in command) run(command.program, command.args)
  else running?.kill(command.signal)
})

process.on('disconnect', async () => {
  if (running !== undefined) await end(running)
  await rm(directory, { recursive: true, force: true })
})

function run(program: string, args: readonly string[]): void {
  const child = spawn(program, args, {
    cwd: directory,
    env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC' },
    stdio: ['ignore', log, log],
    ...user,
  })
  running = child
  child.once('error', (error) => writeSync(log, `${program}: ${error.message}\n`))
  child.once('close', (exitCode) => {
    running = undefined
    if (process.connected) process.send?.({ exitCode } satisfies KeeperReport)
  })
}

/** A quick end: nobody needs the data any more. */
async function end(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close')
  child.kill('SIGQUIT')
  const lastResort = setTimeout(() => child.kill('SIGKILL'), 8_000)
  await closed
  clearTimeout(lastResort)
}
