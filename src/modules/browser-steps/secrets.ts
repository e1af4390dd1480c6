import { StepstreamError } from '../../errors.ts'
import type { Json } from '../../json.ts'
import type { ExecutorContext } from '../executors/types.ts'

/** Shorter values would blot out ordinary text. */
const SHORTEST_MASKED = 4

/** What an attempt may fill into pages, and must not tell of what it sees there. */
export class PageSecrets {
  readonly #origins: ReadonlyMap<string, readonly string[]>
  readonly #values: ReadonlyMap<string, string>

  /** A page may show what an earlier step has filled in, so all of them count as read. */
  constructor(
    context: Pick<ExecutorContext, 'secret'>,
    origins: ReadonlyMap<string, readonly string[]>,
  ) {
    this.#origins = origins
    const named = [...origins.keys()].map((name) => [name, context.secret(name) ?? ''] as const)
    this.#values = new Map(named)
  }

  /**
   * The value of a secret, for a page of this origin.
   * @throws StepstreamError SECRET_NOT_ALLOWED
   */
  value(name: string, origin: string): string {
    if (!this.#origins.get(name)?.includes(origin)) {
      const message = `the secret ${name} may not be filled in on ${origin}; SECRET_ORIGINS does not say so`
      throw new StepstreamError('SECRET_NOT_ALLOWED', message)
    }
    const value = this.#values.get(name)
    if (value) return value
    throw new StepstreamError('SECRET_NOT_ALLOWED', `there is no secret ${name} where this runs`)
  }

  /** Names and values that are masked, the longest first: one may be a part of another. */
  get masked(): readonly (readonly [name: string, value: string])[] {
    return [...this.#values]
      .filter(([, value]) => value.length >= SHORTEST_MASKED)
      .toSorted(([, a], [, b]) => b.length - a.length)
  }

  /** What was seen, without their values. */
  mask<T>(seen: T): T {
    const { masked } = this
    return masked.length === 0 ? seen : (maskAll(seen as Json, masked) as T)
  }
}

function maskAll(value: Json, secrets: PageSecrets['masked']): Json {
  if (typeof value === 'string') {
    return secrets.reduce(
      (text, [name, secret]) => text.replaceAll(secret, () => `[secret ${name}]`),
      value,
    )
  }
  if (Array.isArray(value)) return value.map((item) => maskAll(item, secrets))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, maskAll(item, secrets)]),
  )
}
