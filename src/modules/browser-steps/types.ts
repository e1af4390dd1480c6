import type { BrowserAction } from '../browser-actions/types.ts'
import type { ExecutorContext } from '../executors/types.ts'
import type { ActResult, ElementPointer, Observation } from '../page/types.ts'

/** Who chose an action: the step itself, its sentence, what was kept from an earlier run, or the AI. */
export type ActionSource = 'step' | 'sentence' | 'cache' | 'ai'

export interface Performance {
  readonly source: ActionSource
  /** Which elements exactly, in place of the action's words. */
  readonly elements?: { readonly target?: ElementPointer; readonly to?: ElementPointer }
  /** How long the element may be looked for, in ms. Default: 10,000. */
  readonly patienceMs?: number
}

/** One attempt of a step that works in the session's browser; what it does becomes events. */
export interface BrowserWork {
  observe(budgetChars?: number): Promise<Observation>
  /**
   * Does one action and tells it: `browser.command_started` and what came of it, pictures, downloads.
   * @throws StepstreamError as `PageActor.act` does
   */
  perform(action: BrowserAction, how: Performance): Promise<ActResult>
  /** The URL of the page that is open. */
  url(): Promise<string>
}

/** Gives attempts their browser. */
export interface BrowserSteps {
  /** Why there is no browser, with what to do about it. */
  readonly missing: string | undefined
  /** Whether there are pages that this secret may be filled into. */
  mayFill(secret: string): boolean
  /**
   * Opens the session's browser for an attempt, and closes the attempt behind `work`: pictures of a
   * failure, its trace, what is kept for a restart. Rethrows what `work` throws.
   */
  during<T>(context: ExecutorContext, work: (browser: BrowserWork) => Promise<T>): Promise<T>
}
