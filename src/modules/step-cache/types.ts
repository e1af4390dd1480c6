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
}

/** Sequences of actions that worked, for doing them again without the AI. */
export interface StepCache {
  /** Undefined: there is none that may be used. */
  get(key: CacheKey): Promise<CachedSteps | undefined>
  /** After the whole was verified. What must not be kept (asserts, extracts, secrets) is not. */
  put(key: CacheKey, steps: CachedSteps): Promise<'stored' | 'refused'>
  /** A replay succeeded; `healed`: with these actions in place of those kept. */
  worked(key: CacheKey, healed?: CachedSteps): Promise<void>
  /** A replay failed; it goes after two failures. */
  failed(key: CacheKey): Promise<void>
}
