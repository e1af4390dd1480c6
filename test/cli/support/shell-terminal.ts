import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stripVTControlCharacters } from 'node:util'
import { expect, onTestFinished } from 'vitest'
import { giveTerminal } from './terminal.ts'

export interface Terminal {
  /** All that was written so far, as it came. */
  readonly raw: () => string
  /** The same without colours and movements of the cursor. */
  readonly shown: () => string
  /** Waits for something that is not there yet when it is asked for. */
  see(what: string | RegExp): Promise<void>
  press(keys: string): void
  /** Waits for the end. @returns the exit code */
  end(): Promise<number | null>
}

export const keys = { enter: '\r', down: '\u001b[B', space: ' ', interrupt: '\u0003' } as const

/** Runs a command of a shell at a real terminal. */
export function atTerminal(
  command: string,
  env: Readonly<Record<string, string>> = {},
  columns = 100,
): Terminal {
  const line = `stty cols ${columns} rows 40; exec ${command}`
  const { name, args } = giveTerminal!
  const child = spawn(name, args(line), {
    env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm-256color', SHELL: '/bin/bash', ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exit = once(child, 'exit')
  let raw = ''
  let seen = 0
  child.stdout.on('data', (piece: Buffer) => {
    raw += piece.toString()
  })
  const shown = () => stripVTControlCharacters(raw).replaceAll('\r', '')
  const find = (what: string | RegExp) => {
    const found = new RegExp(what, 'd').exec(shown().slice(seen))
    return found?.indices?.[0]?.[1]
  }
  return {
    raw: () => raw,
    shown,
    async see(what) {
      const isThere = () => find(what) !== undefined || shown().slice(seen)
      await expect.poll(isThere, { timeout: 30_000 }).toBe(true)
      seen += find(what) ?? 0
    },
    press: (text) => void child.stdin.write(text),
    async end() {
      const [code] = await exit
      return code as number | null
    },
  }
}
