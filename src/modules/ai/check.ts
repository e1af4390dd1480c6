import { StepstreamError } from '../../errors.ts'
import type { CallOptions } from './call.ts'
import type { Connection } from './connection.ts'

/** How long what a check found out holds. */
const HOLDS_MS = 60_000

const CHECK_TIMEOUT_MS = 10_000

const MAX_LIST_BYTES = 8 * 1024 * 1024

interface Found {
  readonly at: number
  readonly fault: Promise<StepstreamError | undefined>
}

/** Asks servers whether they answer, for all who want to know together. */
export function createChecks({ outbound, clock }: Pick<CallOptions, 'outbound' | 'clock'>) {
  const found = new Map<string, Found>()

  return {
    /** @throws StepstreamError AI_UNAVAILABLE, AI_REFUSED; the signal's reason once it has aborted */
    async check(connection: Connection, signal: AbortSignal): Promise<void> {
      signal.throwIfAborted()
      const known = found.get(connection.name)
      const isFresh = known !== undefined && clock.now() - known.at < HOLDS_MS
      const { fault } = isFresh ? known : look(connection)
      const result = await untilAborted(fault, signal)
      if (result !== undefined) throw result
    },
    /** It has answered a question, which says more than a check. */
    answered({ name }: Connection): void {
      found.set(name, { at: clock.now(), fault: Promise.resolve(undefined) })
    },
  }

  function look(connection: Connection): Found {
    const looked = { at: clock.now(), fault: faultOf(connection) }
    found.set(connection.name, looked)
    return looked
  }

  /** The list of models costs nothing; a server that has none says so, and is there. */
  async function faultOf(connection: Connection): Promise<StepstreamError | undefined> {
    const { name, settings } = connection
    const { host } = new URL(settings.baseUrl)
    const told = (code: 'AI_REFUSED' | 'AI_UNAVAILABLE', what: string, cause?: unknown) =>
      new StepstreamError(code, `AI connection ${name} (${host}): ${what}`, { cause })
    try {
      const { status } = await outbound.request({
        method: 'GET',
        url: connection.url('models'),
        headers: connection.headers,
        maxRedirects: 0,
        maxResponseBytes: MAX_LIST_BYTES,
        requestTimeoutMs: CHECK_TIMEOUT_MS,
      })
      if (status === 401 || status === 403) return told('AI_REFUSED', `it answered ${status}`)
      return status >= 500 ? told('AI_UNAVAILABLE', `it answered ${status}`) : undefined
    } catch (error) {
      if (!(error instanceof StepstreamError)) throw error
      if (error.code === 'ADDRESS_REFUSED') return error
      return told('AI_UNAVAILABLE', error.message, error)
    }
  }
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
