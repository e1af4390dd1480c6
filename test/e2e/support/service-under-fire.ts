import { type ServerProcess, startProcess } from '../../support/server-process.ts'

/** The real service, killed and started again on the same data folder. */
export interface ServiceUnderFire extends AsyncDisposable {
  /** Where it listens; while it is down, resolves when it is up again. */
  url(): Promise<string>
  /** Kills it with SIGKILL and starts it again; resolves when it listens. */
  restart(): Promise<void>
}

/** Starts the service. */
export async function startUnderFire(
  settings: Readonly<Record<string, string>>,
): Promise<ServiceUnderFire> {
  let up: Promise<ServerProcess> = startWatched(settings)
  await up
  return {
    url: async () => (await up).url,
    async restart() {
      const before = await up
      up = before.stop('SIGKILL').then(() => startWatched(settings))
      await up
    },
    async [Symbol.asyncDispose]() {
      await (await up).stop('SIGKILL')
    },
  }
}

/** Starts the service; should it ever end by itself, that fails the test with what it said. */
async function startWatched(settings: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const service = await startProcess(settings)
  service.child.once('exit', (code, signal) => {
    if (signal === 'SIGKILL') return
    const tail = service.output().slice(-4000)
    throw new Error(`the service ended by itself with ${code ?? signal}: ${tail}`)
  })
  return service
}

/** Asks again, of the service as it is then, until it lives long enough to answer. */
export async function untilAnswered(
  service: ServiceUnderFire,
  path: string,
  init?: RequestInit,
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: unknown }> {
  for (;;) {
    const url = await service.url()
    try {
      const response = await fetch(url + path, init)
      const text = await response.text()
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : JSON.parse(text),
      }
    } catch (error) {
      if (!isCut(error)) throw error
    }
  }
}

/** Whether a connection broke, which is how a kill shows to a client. */
export function isCut(error: unknown): boolean {
  return error instanceof TypeError && /fetch failed|terminated/.test(error.message)
}
