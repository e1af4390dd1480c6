import type { BrowserContext, Download, Page } from 'playwright-core'
import { z } from 'zod'

/** When pictures of the page are taken. */
export const screenshotPolicies = ['never', 'onFailure', 'each'] as const

/** Kinds of action that a person may have to approve before the AI does them. */
export const approvalKinds = ['submit', 'pay', 'delete', 'download'] as const

/** How the browser of a workflow's sessions is to be: its `browser` field. */
export const browserOptionsSchema = z
  .strictObject({
    screenshots: z
      .enum(screenshotPolicies)
      .optional()
      .describe('onFailure: and after each navigation. Default: onFailure.'),
    trace: z
      .enum(['never', 'onFailure'])
      .optional()
      .describe('It shows what was typed, secrets too. Default: never.'),
    video: z.boolean().optional().describe('A webm of each tab. Default: false.'),
    viewport: z
      .strictObject({ width: z.int().min(100).max(4000), height: z.int().min(100).max(4000) })
      .optional()
      .describe('Default: 1280 × 720.'),
    locale: z
      .string()
      .min(2)
      .max(35)
      .refine(isLocale, { message: 'expected a language tag such as de-DE' })
      .optional(),
    timezone: z
      .string()
      .min(1)
      .max(64)
      .refine(isTimezone, { message: 'expected a time zone such as Europe/Berlin' })
      .optional(),
    allow: z
      .array(
        z
          .string()
          .min(1)
          .max(253)
          .regex(/^(\*\.)?[\w-]+(\.[\w-]+)*\.?$|^\[?[\da-f:.]+\]?$/i, {
            message:
              'expected a host such as example.com, *.example.com or 10.0.0.1, without scheme or port',
          }),
      )
      .max(100)
      .optional()
      .describe(
        'The hosts that pages may reach, *.example.com for all below one. Default: any that outbound requests may.',
      ),
    cache: z
      .enum(['readWrite', 'readOnly', 'off'])
      .optional()
      .describe('Whether what the AI found is kept and done again without it. Default: readWrite.'),
    requireApproval: z
      .array(z.enum(approvalKinds))
      .optional()
      .describe('What the AI does only when a person has approved.'),
    ai: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe('The name of an AI connection. Default: default.'),
  })
  .meta({ id: 'BrowserOptions', description: 'How the browser of its sessions is to be.' })

export type BrowserOptions = z.output<typeof browserOptionsSchema>

function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1
  } catch {
    // Not a language tag.
    return false
  }
}

function isTimezone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).format(0) !== ''
  } catch {
    // Not a time zone that the platform knows.
    return false
  }
}

/** Something that happened in the pages of a session, beside what was done to them. */
export type BrowserNote =
  | {
      readonly kind: 'dialog'
      readonly type: 'alert' | 'confirm' | 'prompt' | 'beforeunload'
      readonly message: string
      readonly accepted: boolean
    }
  | { readonly kind: 'navigated'; readonly url: string; readonly status?: number }
  | { readonly kind: 'download'; readonly download: Download }
  | { readonly kind: 'blocked'; readonly url: string; readonly reason: string }
  | { readonly kind: 'tabOpened' | 'tabClosed'; readonly url: string }
  | { readonly kind: 'crashed'; readonly message: string }
  /** The context could not be kept for a restart. */
  | { readonly kind: 'notSaved'; readonly message: string }

/** How the next dialog is answered that a page opens. */
export interface DialogAnswer {
  readonly accept: boolean
  /** What a prompt is answered. */
  readonly text?: string
}

/** The context of one session: its pages, cookies and storage, apart from those of all others. */
export interface BrowserSession {
  readonly context: BrowserContext
  /** How it came to be: new, kept from the step before, or built anew from what was saved. */
  readonly origin: 'new' | 'kept' | 'restored'
  /** Aborts, with a StepstreamError BROWSER_LOST as its reason, when the browser or a page of it is gone by a crash. */
  readonly lost: AbortSignal
  /** The page that steps act on: the newest tab, unless a step has switched. A blank one where there is none. */
  page(): Promise<Page>
  /** In the order in which they were opened. */
  readonly tabs: readonly Page[]
  switchTo(page: Page): Promise<void>
  /** Of the next dialog only; without it alerts are accepted, and what asks is dismissed. */
  answerNextDialog(answer: DialogAnswer): void
  /** Tells each note from now on; what is returned ends it. */
  onNote(listener: (note: BrowserNote) => void): () => void
  /** Keeps cookies, storage and addresses, so that the context can be built anew elsewhere. */
  save(): Promise<void>
  /** Begins to record what a trace shows; one at a time. */
  startTrace(): Promise<void>
  /** The trace as a zip that Playwright's viewer opens; without `keep` it is thrown away. */
  stopTrace(keep: boolean): Promise<Uint8Array | undefined>
  /** The attempt is over: the idle time begins. */
  release(): void
}

/** Whose context it is, and how it is to be. */
export interface BrowserSessionRequest {
  readonly sessionId: string
  readonly tenant: string
  readonly options: BrowserOptions
  readonly signal: AbortSignal
  /** Takes the finished videos of a context whose options ask for them. */
  readonly keepVideo?: (video: { name: string; bytes: Uint8Array }) => Promise<void>
}

/** The browsers of the service: at most `MAX_BROWSERS` contexts in one process, one for each session. */
export interface Browsers {
  /** Why there is no browser, with what to do about it; undefined: there is one. */
  readonly missing: string | undefined
  /**
   * The context of a session, kept since its last step, or new; waits for a place.
   * @throws StepstreamError BROWSER_UNAVAILABLE (retryable) where it cannot be started
   */
  open(request: BrowserSessionRequest): Promise<BrowserSession>
  /** The session has ended, or has no browser steps ahead: its context goes, and what was saved of it. */
  done(session: { readonly tenant: string; readonly id: string }): Promise<void>
  /** The same, for whoever does not wait for it; `close` does. */
  ended(session: { readonly tenant: string; readonly id: string }): void
  /** How many contexts are open now. */
  readonly count: number
  close(): Promise<void>
}
