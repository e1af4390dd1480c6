import type { JsonObject } from '../../json.ts'
import type { BrowserAction } from '../browser-actions/types.ts'
import type { ResolvedElement } from '../page/types.ts'

/** One action as it is done again: its elements as they are found in another load of the page. */
export interface CachedAction {
  readonly action: BrowserAction
  readonly target?: ResolvedElement
  readonly to?: ResolvedElement
  /** What held afterwards. */
  readonly evidence?: string
}

/** What a sentence or a goal came to, when it came from a page like this one. */
export interface CachedSteps {
  readonly actions: readonly CachedAction[]
  /** How the whole was known to be done: checked again after a replay. */
  readonly done?: JsonObject
}

/** What a kept sequence is found by. */
export interface CacheKey {
  readonly tenant: string
  /** The sentence or goal, values of variables left as their names. */
  readonly text: string
  /** Where it began: the origin and the path, ids in it left open. */
  readonly url: string
  /**
   * What the variables held that the text names. Nothing is found by it, and nothing is kept in
   * which one of them appears.
   */
  readonly values?: readonly string[]
}

/** Sequences of actions that worked, for doing them again without the AI. */
export interface StepCache {
  /** Undefined: there is none that may be used. */
  get(key: CacheKey): Promise<CachedSteps | undefined>
  /** After the whole was verified. What must not be kept (asserts, extracts, secrets) is not. */
  put(key: CacheKey, steps: CachedSteps): Promise<'stored' | 'refused'>
  /** A replay succeeded; `healed`: with these actions in place of those kept. */
  worked(key: CacheKey, healed?: CachedSteps): Promise<void>
  /**
   * A replay failed; it goes after two failures.
   * @param steps those that failed: where others are kept by now, it is said of them no more
   * @returns whether it went
   */
  failed(key: CacheKey, steps?: CachedSteps): Promise<boolean>
}

/** What people see of a kept sequence. Times are ms since the epoch. */
export interface CacheEntry {
  readonly id: string
  readonly text: string
  /** The origin and the path, `*` for an id in it. */
  readonly url: string
  /** How many actions it has. */
  readonly actions: number
  /** It must be found once more before it is used: an element of it is known by its place only. */
  readonly pending: boolean
  /** How often it was done again and worked. */
  readonly hits: number
  /** How often in a row it has not worked. */
  readonly failures: number
  readonly createdAt: number
  readonly lastUsedAt: number
}

/** What is kept of a tenant, for people. */
export interface CacheEntries {
  /** Those used last first, behind the one given. */
  list(tenant: string, after: string | undefined, limit: number): Promise<readonly CacheEntry[]>
  /** @throws StepstreamError CACHE_ENTRY_NOT_FOUND */
  remove(tenant: string, id: string): Promise<void>
  /** All of them; how many there were. */
  clear(tenant: string): Promise<number>
}
