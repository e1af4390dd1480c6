import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { type ServerProcess, spawnService, startProcess } from '../../support/server-process.ts'

/** A service that is under fire, as its clients see it. */
export interface Target {
  /** Where to find it now; while it is down, resolves when it is up again. */
  url(): Promise<string>
  /** When to give up a request that may be sent again elsewhere. @default never */
  requestLimit?(): AbortSignal
  /** When to leave a stream, to follow it elsewhere. @default never */
  streamLimit?(): AbortSignal
}

/** The real service, killed and started again on the same data folder. */
export interface ServiceUnderFire extends Target, AsyncDisposable {
  /** Ends it and starts it again; resolves when it listens. */
  restart(blow: Blow): Promise<void>
}

/** How a life ends: by which signal, and for how long, in ms, a process comes up that is killed before it serves. */
export interface Blow {
  readonly signal: 'SIGKILL' | 'SIGTERM'
  readonly stillbornMs?: number
}

/** Starts the service. */
export async function startUnderFire(
  settings: Readonly<Record<string, string>>,
): Promise<ServiceUnderFire> {
  let up: Promise<ServerProcess> = startWatched(settings)
  await up
  return {
    url: async () => (await up).url,
    async restart(blow) {
      const before = await up
      up = startAfter(before, blow, settings)
      await up
    },
    async [Symbol.asyncDispose]() {
      await (await up).stop('SIGKILL')
    },
  }
}

async function startAfter(
  before: ServerProcess,
  { signal, stillbornMs }: Blow,
  settings: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const code = await before.stop(signal)
  if (signal === 'SIGTERM' && code !== 0) {
    throw new Error(`the service exited with ${code} after SIGTERM: ${tailOf(before)}`)
  }
  if (stillbornMs !== undefined) await killAtBirth(stillbornMs, settings)
  return startWatched(settings)
}

async function killAtBirth(
  lifeMs: number,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const child = await spawnService(settings)
  const gone = once(child, 'exit')
  child.stdout.resume()
  child.stderr.resume()
  await pause(lifeMs)
  child.kill('SIGKILL')
  await gone
}

/** Starts the service; should it ever end by itself, that fails the test with what it said. */
async function startWatched(settings: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const service = await startProcess(settings)
  service.child.once('exit', (code, signal) => {
    if (signal === 'SIGKILL' || code === 0) return
    throw new Error(`the service ended by itself with ${code ?? signal}: ${tailOf(service)}`)
  })
  return service
}

function tailOf(service: ServerProcess): string {
  return service.output().slice(-4000)
}

export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** Asks again, of the service as it is then, until it lives long enough to answer. */
export async function untilAnswered(
  service: Target,
  path: string,
  init?: RequestInit,
): Promise<Answer> {
  for (;;) {
    const answer = await ask((await service.url()) + path, init)
    if (answer !== undefined) return answer
    await pause(AGAIN_MS)
  }
}

/**
 * As `untilAnswered`, for what does no harm when it arrives late, after it was asked again: whoever
 * does not answer in time is left alone.
 */
export async function untilAnsweredInTime(
  service: Target,
  path: string,
  init?: RequestInit,
): Promise<Answer> {
  for (;;) {
    const signal = service.requestLimit?.()
    const limited = signal === undefined ? init : { ...init, signal }
    const answer = await ask((await service.url()) + path, limited)
    if (answer !== undefined) return answer
    await pause(AGAIN_MS)
  }
}

/** How long a client waits before it asks again. */
const AGAIN_MS = 20

/** Undefined where there was no answer, or none yet. */
async function ask(url: string, init: RequestInit | undefined): Promise<Answer | undefined> {
  try {
    const response = await fetch(url, init)
    const text = await response.text()
    if (response.status === 503) return undefined
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  } catch (error) {
    if (!isCut(error)) throw error
    return undefined
  }
}

/** Whether a connection broke, which is how a kill shows to a client, or was left by the client itself. */
export function isCut(error: unknown): boolean {
  if (error instanceof DOMException) return error.name === 'TimeoutError'
  return error instanceof TypeError && /fetch failed|terminated/.test(error.message)
}
