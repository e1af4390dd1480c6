import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'vitest'
import { soon } from './hand-driver.ts'

/** A replica in a process of its own; killed at dispose. */
export interface ReplicaChild extends AsyncDisposable {
  readonly child: ChildProcess
  readonly lines: readonly string[]
  /** The first line that begins so. */
  said(start: string, options?: { readonly timeout: number }): Promise<string>
}

const program = join(import.meta.dirname, 'fixtures/replica-process.ts')

export function startReplicaChild(url: string, maxRunning = 10): ReplicaChild {
  const child = spawn(process.execPath, [program, url, String(maxRunning)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  const find = (start: string) => lines.find((line) => line.startsWith(start))
  return {
    child,
    lines,
    async said(start, options = { timeout: 10_000 }) {
      await expect.poll(() => find(start), { ...soon, ...options, message: start }).toBeDefined()
      return find(start)!
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
