import { errors, StepstreamError } from '../../errors.ts'
import type { Json, JsonObject } from '../../json.ts'
import type { AiLoop, Pursuit } from '../ai-loop/types.ts'
import { type BrowserAction, browserActionSchema } from '../browser-actions/types.ts'
import type { BrowserSteps, BrowserWork } from '../browser-steps/types.ts'
import type { Outbound } from '../outbound/types.ts'
import type { ActResult } from '../page/types.ts'
import { helpFor, isUnresolved, PATIENCE_WITH_HELP_MS } from './ai-help.ts'
import { toErrorOutcome } from './error-outcome.ts'
import { refusedAddress, unknownSecret } from './input-faults.ts'
import type { Executor, ExecutorContext, InputFault, Outcome } from './types.ts'

export interface BrowserExecutorOptions {
  readonly steps: BrowserSteps
  /** Who is asked where the words of a sentence name no element, or several. */
  readonly ai: AiLoop
  readonly outbound: Pick<Outbound, 'refusal'>
  /** Whether the environment has `SECRET_<name>`. */
  readonly hasSecret: (name: string) => boolean
}

/** What is roughly reckoned for one action, in ms. */
const ESTIMATE_MS = 1000

/** What can be done twice with the same end: it looks, or it sets a state. */
const repeatable: ReadonlySet<unknown> = new Set<BrowserAction['do']>([
  'open',
  'hover',
  'focus',
  'blur',
  'clear',
  'check',
  'select',
  'set',
  'scroll',
  'switchTab',
  'waitFor',
  'extract',
  'assert',
  'screenshot',
])

/** Does one thing in the browser of its session. */
export function createBrowserExecutor(options: BrowserExecutorOptions): Executor<BrowserAction> {
  const { steps, ai } = options
  return {
    name: 'browser',
    description: 'Does one thing in a page of a real browser, which the session keeps to itself.',
    input: browserActionSchema,
    keepsInput: true,
    usesBrowser: true,
    safeToRepeat: isRepeatable,
    defaultMaxAttempts: (action) => (isRepeatable(action) ? 3 : 1),
    estimateMs: () => ESTIMATE_MS,
    sets: ({ as }) => (typeof as === 'string' ? [as] : []),
    check: (action) => [
      ...browserFaults(steps),
      ...addressFaults(action, options),
      ...secretFaults(action, options),
    ],
    execute: (action, context) => withoutThrow(context, () => act(action, context, { steps, ai })),
  }
}

/** What fills a form in leaves it as it is; what is appended, or sent off, does not. */
function isRepeatable(action: JsonObject): boolean {
  if (action['do'] === 'fill') return action['append'] !== true && action['submit'] !== true
  return repeatable.has(action['do'])
}

async function act(
  action: BrowserAction,
  context: ExecutorContext,
  { steps, ai }: Pick<BrowserExecutorOptions, 'steps' | 'ai'>,
): Promise<Outcome> {
  const help = helpFor(action, context, ai)
  return steps.during(context, async (browser) => {
    if (help !== undefined && (await help.isFirst(browser))) {
      return helpedOutcome(await help.pursue(browser), browser)
    }
    try {
      const source = context.text === undefined ? 'step' : 'sentence'
      const patience = help === undefined ? {} : { patienceMs: PATIENCE_WITH_HELP_MS }
      const result = await browser.perform(action, { source, ...patience })
      return await outcomeOf(action, result, browser)
    } catch (error) {
      if (help === undefined || !isUnresolved(error)) throw error
      return helpedOutcome(await help.pursue(browser), browser)
    }
  })
}

async function helpedOutcome(pursuit: Pursuit, browser: BrowserWork): Promise<Outcome> {
  if (pursuit.status === 'waiting') return pursuit
  return {
    status: 'succeeded',
    output: { did: pursuit.summary, url: await browser.url() },
  }
}

async function outcomeOf(
  action: BrowserAction,
  { description, evidence, output }: ActResult,
  browser: BrowserWork,
): Promise<Outcome> {
  const said: JsonObject = {
    did: description,
    url: await browser.url(),
    ...(evidence === undefined ? {} : { evidence }),
    ...(output === undefined ? {} : { value: output }),
  }
  return { status: 'succeeded', output: said, ...setBy(action, output) }
}

function setBy(action: BrowserAction, output: Json | undefined): { set?: JsonObject } {
  const isKept = action.do === 'extract' && action.as !== undefined && output !== undefined
  return isKept ? { set: { [action.as as string]: output } } : {}
}

/** `failed`: the page is not as the step says; `error`: the browser, or the way to the page. */
async function withoutThrow(
  { signal }: ExecutorContext,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    if (signal.aborted) return { status: 'aborted' }
    if (!(error instanceof StepstreamError)) throw error
    const isUnmet = errors[error.code].category === 'execution'
    return { ...toErrorOutcome(error), status: isUnmet ? 'failed' : 'error' } as Outcome
  }
}

function browserFaults({ missing }: BrowserSteps): readonly InputFault[] {
  return missing === undefined ? [] : [{ path: [], code: 'NO_BROWSER', message: missing }]
}

function addressFaults(
  { do: verb, url }: JsonObject,
  { outbound }: BrowserExecutorOptions,
): readonly InputFault[] {
  if (verb !== 'open' || typeof url !== 'string') return []
  const { protocol } = (url.includes('{{') ? null : URL.parse(url)) ?? {}
  // What is no whole address is taken from that of the page.
  if (protocol === undefined || protocol === 'http:' || protocol === 'https:') {
    return refusedAddress(url, outbound)
  }
  const message = `a browser opens http and https addresses only, not ${protocol}`
  return [{ path: ['url'], code: 'INVALID_VALUE', message }]
}

function secretFaults(
  { secret }: JsonObject,
  { hasSecret, steps }: BrowserExecutorOptions,
): readonly InputFault[] {
  if (typeof secret !== 'string') return []
  const path = ['secret']
  if (!hasSecret(secret)) return [unknownSecret(path, secret)]
  if (steps.mayFill(secret)) return []
  const message = `the secret "${secret}" may be filled into no page; set SECRET_ORIGINS=${secret}=https://… where the service runs`
  return [{ path, code: 'SECRET_NOT_ALLOWED', message }]
}
