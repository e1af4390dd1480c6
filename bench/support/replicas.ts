import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface Replica extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  readonly child: ChildProcess
  /** Ends it at once, whatever it does. */
  kill(): Promise<void>
}

export interface Replicas extends AsyncDisposable {
  readonly all: readonly Replica[]
}

/** Starts so many replicas on one database, each in a process of its own. */
export async function startReplicas(
  count: number,
  databaseUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Replicas> {
  await using undo = new AsyncDisposableStack()
  const starting = Array.from({ length: count }, async () =>
    undo.use(await startReplica(databaseUrl, settings)),
  )
  await Promise.allSettled(starting)
  const all = await Promise.all(starting)
  const owned = undo.move()
  return { all, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Resolves when it listens. */
export async function startReplica(
  databaseUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Replica> {
  const child = fork(join(import.meta.dirname, 'replica.ts'), [
    JSON.stringify({
      DATABASE_URL: databaseUrl,
      LOG_LEVEL: 'error',
      MAX_SESSIONS_PER_MINUTE: '100000000',
      ...settings,
    }),
  ])
  const [url] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`a replica exited with ${code} before it listened`)
    }),
  ])) as [string]
  return {
    url,
    pid: child.pid ?? 0,
    child,
    kill: () => end(() => child.kill('SIGKILL')),
    [Symbol.asyncDispose]: () => end(() => child.disconnect()),
  }

  async function end(how: () => void): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    how()
    await exited
  }
}
