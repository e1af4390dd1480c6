import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { storeSettings } from './store.ts'

const root = join(import.meta.dirname, '../..')

export interface ServerProcess {
  readonly url: string
  readonly child: ChildProcess
  /** Everything it has written so far. */
  readonly output: () => string
  /** Ends the process and waits until it is gone; its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** A process of the real service, which has only begun to start. */
export async function spawnService(
  settings: Readonly<Record<string, string>>,
  program = join(root, 'src/server.ts'),
) {
  const dataDir = settings['DATA_DIR']
  const isGiven = dataDir === undefined || 'DATABASE_URL' in settings
  const ofStore = isGiven ? {} : await storeSettings(dataDir)
  return spawn(process.execPath, [program], {
    cwd: dataDir ?? root,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', ...ofStore, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/**
 * The real service in a process of its own; resolves when it listens.
 * @param program its file. @default the checkout's
 */
export async function startProcess(
  settings: Readonly<Record<string, string>>,
  program?: string,
): Promise<ServerProcess> {
  const child = await spawnService(settings, program)
  let text = ''
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const port = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      text += `${line}\n`
      const match = /listening at http:\/\/[^:]+:(\d+)/.exec(line)
      if (match?.[1] !== undefined) resolve(match[1])
    })
    child.once('close', (code) => reject(new Error(`the service exited with ${code}: ${text}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    child,
    output: () => text,
    async stop(signal = 'SIGKILL') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const exited = once(child, 'exit')
      child.kill(signal)
      await exited
      return child.exitCode
    },
  }
}
