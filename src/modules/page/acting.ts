import type { BrowserContext, CDPSession, Page } from 'playwright-core'
import type { Limits } from './answering.ts'
import type { Observer } from './observer.ts'
import type { SecretFields } from './secret-fields.ts'
import type { ActRequest, ActResult } from './types.ts'

/** One action being done: what it needs beside its own fields. */
export interface Acting extends Limits {
  readonly page: Page
  readonly context: BrowserContext
  readonly request: ActRequest
  readonly observer: Observer
  /** Tells what the page opens. */
  readonly cdp: CDPSession
  readonly secrets: SecretFields
  /** How long an element is looked for, and a claim may take to hold, in ms. */
  readonly patienceMs: number
}

/** What an action did; what is absent is added for all alike. */
export type Done = Partial<Omit<ActResult, 'durationMs'>> & { readonly description: string }
