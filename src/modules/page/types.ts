import type { Json } from '../../json.ts'
import type { BrowserSession } from '../browser/types.ts'
import type { BrowserAction } from '../browser-actions/types.ts'

/** An element of the page as whoever decides sees it. */
export interface ObservedNode {
  /** Names it until the next observation; absent for texts. */
  readonly ref?: string
  /** Its ARIA role, `text` for a text. */
  readonly role: string
  readonly name?: string
  readonly text?: string
  /** Of a field; what is secret is blanked out. */
  readonly value?: string
  /** Such as `checked`, `disabled`, `expanded`, `focused`, `level=2`. */
  readonly states: readonly string[]
  readonly url?: string
  readonly placeholder?: string
  readonly box?: {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
  }
  /** Something listens for clicks, though its role does not say so. */
  readonly clickable?: boolean
  readonly children: readonly ObservedNode[]
}

/** The page at one moment. */
export interface Observation {
  readonly url: string
  readonly title: string
  readonly tabs: readonly {
    readonly url: string
    readonly title: string
    readonly current: boolean
  }[]
  readonly nodes: readonly ObservedNode[]
  /** The nodes as text within the budget, most useful first; says what was left out. */
  readonly rendered: string
  readonly truncated: boolean
  /** Of what the page shows: equal where nothing that matters has changed. */
  readonly fingerprint: string
  /** How many values were blanked out. */
  readonly redactions: number
}

export interface ObserveOptions {
  /** How long `rendered` may be, in characters. Default: 40,000. */
  readonly budgetChars?: number
  readonly signal: AbortSignal
}

/** An element that a step could mean, with how well it fits. */
export interface Candidate {
  readonly role: string
  readonly name: string
  /** Higher fits better. */
  readonly score: number
  /** What fits: the exact name, a part of it, the label before it, a role. */
  readonly why: string
}

/** An element as it can be found again in another load of the page. */
export interface ResolvedElement {
  readonly selector: string
  /** As code: `getByRole('button', { name: 'Sign in' })`. */
  readonly code: string
  readonly role: string
  readonly name: string
  /** It is found by its place only, so it may be another one next time. */
  readonly weak: boolean
}

/** Which element exactly, in place of the words of a target: as observed just now, or as resolved before. */
export type ElementPointer =
  | { readonly ref: string }
  | Pick<ResolvedElement, 'selector' | 'role' | 'name'>

export interface ActRequest {
  readonly action: BrowserAction
  readonly session: BrowserSession
  /** In place of `target` and `to`. */
  readonly elements?: { readonly target?: ElementPointer; readonly to?: ElementPointer }
  readonly signal: AbortSignal
  /** How long the element may be looked for, or a claim may take to hold, in ms. Default: 10,000. */
  readonly patienceMs?: number
  /** The value of a secret for a page of this origin. @throws StepstreamError SECRET_NOT_ALLOWED */
  secret(name: string, origin: string): string
  /** The bytes of an artifact of the session. @throws StepstreamError ARTIFACT_NOT_FOUND */
  file(artifact: string): Promise<{ readonly name: string; readonly bytes: Uint8Array }>
}

/** What was done. */
export interface ActResult {
  /** In words: `click button "Sign in"`. */
  readonly description: string
  readonly target?: ResolvedElement
  readonly to?: ResolvedElement
  /** The best first, where words had to be resolved. */
  readonly candidates: readonly Candidate[]
  /** What the program saw that shows it was done: `the field holds "Ada"`, `the page answered 200`. */
  readonly evidence?: string
  /** What an extract found, what a download brought. */
  readonly output?: Json
  /** Whether another document was loaded. */
  readonly navigated: boolean
  readonly durationMs: number
  /** A file that a download brought: deleted by whoever takes it. */
  readonly download?: { readonly name: string; readonly path: string }
  /** A picture that was asked for. */
  readonly picture?: {
    readonly name: string
    readonly bytes: Uint8Array
    readonly contentType: string
  }
}

/**
 * What sees and acts on pages. Every failure is a `StepstreamError`: TARGET_NOT_FOUND,
 * TARGET_AMBIGUOUS and TARGET_COVERED with `details.candidates`, TARGET_NOT_READY, PAGE_FAILED (status of
 * 400 or more, or not reached), ASSERTION_FAILED with what was seen, ACTION_NOT_VERIFIED,
 * BROWSER_LOST, ADDRESS_REFUSED, SECRET_NOT_ALLOWED.
 */
export interface PageActor {
  observe(session: BrowserSession, options: ObserveOptions): Promise<Observation>
  act(request: ActRequest): Promise<ActResult>
  /** A picture of the page with the fields that hold secrets covered. */
  picture(
    session: BrowserSession,
    options: { readonly fullPage?: boolean },
  ): Promise<{ readonly bytes: Uint8Array; readonly contentType: string }>
}
