import { type ErrorCode, StepstreamError } from '../../errors.ts'
import type { AiLoop, PursueRequest, Pursuit } from '../ai-loop/types.ts'
import type { BrowserOptions } from '../browser/types.ts'
import { type BrowserAction, helpedActions, inWords } from '../browser-actions/types.ts'
import type { BrowserWork } from '../browser-steps/types.ts'
import type { ExecutorContext } from './types.ts'

/** What says that the words of a step did not name one element. */
const unresolved: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'TARGET_NOT_FOUND',
  'TARGET_AMBIGUOUS',
])

/** One sentence is one thing to do: a few actions at the most. */
const MAX_ACTIONS = 5

/** With a model at hand, how long an element is looked for before it is asked, in ms. */
export const PATIENCE_WITH_HELP_MS = 3000

/** A model that a sentence can be given to where its words name no element, or several. */
export interface AiHelp {
  /** Whether it is to have the sentence at once: it has had it before, here or in an earlier run. */
  isFirst(browser: BrowserWork): Promise<boolean>
  pursue(browser: BrowserWork): Promise<Pursuit>
}

/** Undefined: there is no model, or the step is none that it may be asked for. */
export function helpFor(
  action: BrowserAction,
  context: ExecutorContext,
  loop: AiLoop,
): AiHelp | undefined {
  if (context.text === undefined || !helpedActions.has(action.do)) return undefined
  const options = context.browser as BrowserOptions
  if (loop.missing(options.ai) !== undefined) return undefined
  const hasValues = context.text.includes('{{')
  const request: PursueRequest = {
    goal: hasValues ? inWords(action) : context.text,
    limits: { actions: MAX_ACTIONS },
    ...('secret' in action && action.secret !== undefined ? { secrets: [action.secret] } : {}),
  }
  // Values would be kept with what is found.
  const asked = hasValues ? withoutCache(context) : context
  return {
    isFirst: async (browser) =>
      context.answered !== undefined || (await loop.isKept(asked, browser, request)),
    pursue: (browser) => loop.pursue(asked, browser, request),
  }
}

export function isUnresolved(error: unknown): boolean {
  return error instanceof StepstreamError && unresolved.has(error.code)
}

function withoutCache(context: ExecutorContext): ExecutorContext {
  return Object.create(context, {
    browser: { value: { ...context.browser, cache: 'off' } },
  }) as ExecutorContext
}
