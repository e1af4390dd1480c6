import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

export interface WorkerProcess extends AsyncDisposable {
  readonly child: ChildProcess
  /** Everything it has told so far. */
  readonly output: () => string
  /** Sends a signal and waits until it is gone; its exit code. @default SIGTERM */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  /** Resolves when it ends by itself; its exit code. */
  readonly ended: Promise<number | null>
}

/** The real worker in a process of its own, on the queue `device-7`; resolves when it serves it. */
export async function startWorker(
  { url, workDir }: { readonly url: string; readonly workDir: string },
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<WorkerProcess> {
  const own = ['--queue', 'device-7', '--url', url, '--work-dir', workDir]
  const program = join(root, 'bin/stepstream.mjs')
  const child = spawn(process.execPath, [program, 'worker', ...own, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes(' serves ')) resolve()
    })
    ended.then((code) => reject(new Error(`the worker exited with ${code}: ${text}`)), reject)
  })
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    return ended
  }
  return {
    child,
    output: () => text,
    ended,
    stop,
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL')
    },
  }
}
