import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeeperCommand, KeeperReport, KeeperSetup } from './postgres-keeper.ts'

/** Runs programs, one at a time, that do not outlive this process. */
export interface Keeper extends AsyncDisposable {
  /** Runs one to its end; its exit code. */
  run(program: string, args: readonly string[]): Promise<number | null>
  /** Sent to the program that runs. */
  signal(signal: NodeJS.Signals): void
  /** Everything the programs have written. */
  output(): Promise<string>
}

/** Starts a keeper; disposing it stops its program and removes its folder. */
export function startKeeper(setup: KeeperSetup): Keeper {
  const keeper = fork(join(import.meta.dirname, 'postgres-keeper.ts'), [JSON.stringify(setup)], {
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const exited = once(keeper, 'exit')
  const send = (command: KeeperCommand) => keeper.send(command)
  return {
    async run(program, args) {
      const ended = once(keeper, 'message')
      send({ program, args })
      const [report] = (await Promise.race([ended, exited.then(failLost)])) as [KeeperReport]
      return report.exitCode
    },
    signal: (signal) => send({ signal }),
    output: () => readFile(setup.logFile, 'utf8'),
    async [Symbol.asyncDispose]() {
      if (keeper.connected) keeper.disconnect()
      await exited
    },
  }
}

function failLost(): never {
  throw new Error('the process that keeps the test’s Postgres server has ended')
}
