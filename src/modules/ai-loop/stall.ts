import type { BrowserAction } from '../browser-actions/types.ts'
import { reached } from './limits.ts'

/** So often the same action is done on the same page, and the last time only with a warning. */
const MAX_SAME = 2

/** After so many actions in a row that changed nothing of the page it is over. */
const MAX_UNCHANGED = 4

/** What is not meant to change the page. */
const looks: ReadonlySet<BrowserAction['do']> = new Set<BrowserAction['do']>([
  'extract',
  'assert',
  'screenshot',
])

/** Sees when a model goes round in circles. */
export class Stall {
  readonly #seen = new Map<string, number>()
  #page: string | undefined
  #unchanged = 0
  #mayChange = false
  #notice: string | undefined

  /** The page as it is at the beginning of a turn. @throws StepstreamError AI_LIMIT_REACHED */
  look(fingerprint: string): void {
    if (this.#mayChange && this.#page === fingerprint) this.#unchanged += 1
    else if (this.#page !== fingerprint) this.#unchanged = 0
    this.#page = fingerprint
    this.#mayChange = false
    if (this.#unchanged >= MAX_UNCHANGED) throw reached(`${MAX_UNCHANGED} actions without effect`)
  }

  /** What the model should know of it; told once. */
  notice(): string | undefined {
    const notice = this.#notice
    this.#notice = undefined
    return notice
  }

  /** An action that is about to be done. @throws StepstreamError AI_LIMIT_REACHED */
  act(action: BrowserAction, ref: string | undefined): void {
    const key = JSON.stringify([action, ref, this.#page])
    const times = (this.#seen.get(key) ?? 0) + 1
    this.#seen.set(key, times)
    this.#mayChange = !looks.has(action.do)
    if (times > MAX_SAME) throw reached(`${MAX_SAME} times the same action on the same page`)
    if (times < MAX_SAME) return
    this.#notice =
      'You have done the same thing on the same page twice. Do something else now: a third time ends the task as failed.'
  }
}
