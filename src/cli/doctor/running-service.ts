import type { components, Stepstream } from '../../client/index.ts'
import { createStepstream } from '../../client/index.ts'

/** How long an answer may take. */
const PATIENCE_MS = 20_000

type Readiness = Extract<Awaited<ReturnType<typeof askReadiness>>['data'], { status: unknown }>

/** A Stepstream that answers. */
export interface RunningService {
  /** Undefined where it is told to nobody without a key. */
  readonly version: string | undefined
  readonly readiness: Readiness
  /** What is not well of its parts; undefined where only operators are told. */
  readonly troubles: readonly string[] | undefined
  /** Whether what was asked with this key is answered: no key, or a good one. */
  readonly isLetIn: boolean
}

/**
 * Asks who is there. Undefined where something answers that is no Stepstream.
 * @throws TypeError, or another Error, when nobody does
 */
export async function findService(
  url: string,
  key: string | undefined,
): Promise<RunningService | undefined> {
  const service = createStepstream({
    baseUrl: url,
    ...(key === undefined ? {} : { key }),
    fetch: (request) => fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) }),
  })
  const readiness = await readinessOf(service, {})
  if (readiness === undefined) return undefined
  const [version, verbose, { response }] = await Promise.all([
    // Good to know, and no reason to doubt the rest.
    versionOf(url, key).catch(() => undefined),
    readinessOf(service, { query: { verbose: 'true' } }),
    service.api.GET('/v1/sessions', { params: { query: { limit: 1 } } }),
  ])
  const troubles = verbose?.modules && Object.entries(verbose.modules).flatMap(troubleOf)
  return { version, readiness, troubles, isLetIn: response.ok }
}

function askReadiness(service: Stepstream, params: { query?: { verbose: string } }) {
  return service.api.GET('/readyz', { params })
}

/** A service that is not ready says so in the same words, with 503. */
async function readinessOf(service: Stepstream, params: { query?: { verbose: string } }) {
  try {
    const { data, error } = await askReadiness(service, params)
    const said: unknown = data ?? error
    const isReadiness = typeof said === 'object' && said !== null && 'sessions' in said
    return isReadiness ? (said as Readiness) : undefined
  } catch (error) {
    // A page of something else.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function troubleOf([name, { status, detail }]: [
  string,
  components['schemas']['ModuleHealth'],
]): string[] {
  return status === 'ok' ? [] : [`${name} ${status}${detail === undefined ? '' : ` (${detail})`}`]
}

/** The contract says it in its first lines, so that the rest need not come. */
async function versionOf(url: string, key: string | undefined): Promise<string | undefined> {
  const leaving = new AbortController()
  const signal = AbortSignal.any([leaving.signal, AbortSignal.timeout(PATIENCE_MS)])
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
  const { ok, body } = await fetch(`${url}/openapi.yaml`, { headers, signal })
  try {
    if (!ok || body === null) return undefined
    let head = ''
    for await (const piece of body.pipeThrough(new TextDecoderStream())) {
      head += piece
      const [, version] = /^ {2}version: "?([\w.+-]+)"?$/m.exec(head) ?? []
      if (version !== undefined || head.length > 10_000) return version
    }
    return undefined
  } finally {
    leaving.abort()
  }
}
