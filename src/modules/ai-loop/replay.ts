import { StepstreamError } from '../../errors.ts'
import type { CachedAction, CachedSteps, CacheKey, StepCache } from '../step-cache/types.ts'
import type { Evidence } from './decision.ts'
import { missingIn } from './evidence.ts'
import { findOnly, type Placed } from './nodes.ts'
import { withNames, withValues } from './templates.ts'
import type { Pursuit } from './types.ts'
import { inWords } from './words.ts'
import type { Work } from './work.ts'

type Done = Extract<Pursuit, { status: 'done' }>

/** How a sequence that is kept was known to be done. */
interface KeptEnd {
  readonly summary: string
  readonly evidence: readonly Evidence[]
}

export interface Replay {
  readonly cache: StepCache
  readonly key: CacheKey
  readonly mayWrite: boolean
}

/**
 * Does again what is kept of an earlier run, without a model. Where one action has no place any more,
 * the model decides that one alone. Undefined: what is left to do, the model has to find out.
 */
export async function replay(
  work: Work,
  { cache, key, mayWrite }: Replay,
): Promise<Done | undefined> {
  const { context, request, browser } = work.options
  const tell = (result: 'hit' | 'miss' | 'healed' | 'evicted', reason?: string) =>
    context.observe({
      type: 'browser.cache',
      data: { result, ...(reason === undefined ? {} : { reason }) },
    })
  const fail = async () => {
    if (await cache.failed(key, kept)) tell('evicted')
  }
  const kept = await cache.get(key)
  if (kept === undefined) {
    tell('miss', 'nothing is kept for this goal on this page')
    return undefined
  }
  const steps = withValues(kept, request.values ?? {})
  const fault = await doAll(work, steps.actions)
  if (fault.why !== undefined) {
    tell('miss', fault.why)
    if (mayWrite && fault.isItsFault) await fail()
    return undefined
  }
  const isHealed = fault.healed > 0
  const { summary = '', evidence = [] } = (steps.done ?? {}) as unknown as Partial<KeptEnd>
  const missing = missingIn(evidence, await browser.observe())
  if (missing !== undefined) {
    tell('miss', `it was done again, and the page does not show ${missing}`)
    if (mayWrite) await fail()
    return undefined
  }
  tell(isHealed ? 'healed' : 'hit')
  const healed = isHealed ? endOf(work, summary, evidence) : undefined
  if (mayWrite) await cache.worked(key, healed)
  // What was to be found out is another thing each time.
  if (request.output !== undefined) return undefined
  return { status: 'done', summary, actions: work.done.length, isReplay: !isHealed }
}

/** A sequence as it is kept: with the names of values. */
export function endOf(work: Work, summary: string, evidence: readonly Evidence[]): CachedSteps {
  const { values = {} } = work.options.request
  return withNames({ actions: [...work.done], done: { summary, evidence } as never }, values)
}

async function doAll(work: Work, actions: readonly CachedAction[]) {
  let healed = 0
  for (const each of actions) {
    work.options.signal.throwIfAborted()
    const again = await doAgain(work, each)
    if (again.why !== undefined) return { ...again, healed }
    healed += again.isHealed ? 1 : 0
  }
  return { why: undefined, isItsFault: false, healed }
}

interface DoneAgain {
  readonly why?: string
  /** Whether what is kept is to blame. */
  readonly isItsFault: boolean
  readonly isHealed: boolean
}

/** The same rules hold as for what a model decides: they may be others than they were. */
async function doAgain(work: Work, cached: CachedAction): Promise<DoneAgain> {
  const { browser, territory, options } = work.options
  const { action, target, to } = cached
  const url = await browser.url()
  const refusal = territory.refusalOf(action, url)
  if (refusal !== undefined) return { why: refusal, isItsFault: false, isHealed: false }
  if ((options.requireApproval ?? []).length > 0) {
    const page = await browser.observe()
    const found = target && (findOnly(page.nodes, target) ?? nowhere(target))
    const ofTarget = found === undefined ? {} : { target: found }
    const kinds = work.toApprove({ kind: 'act', thought: '', action, ...ofTarget }, page)
    if (kinds.length > 0) {
      return {
        why: `a person has to approve: ${kinds.join(', ')}`,
        isItsFault: false,
        isHealed: false,
      }
    }
  }
  const elements = {
    ...(target === undefined ? {} : { target }),
    ...(to === undefined ? {} : { to }),
  }
  try {
    work.did(action, await browser.perform(action, { source: 'cache', elements }))
    return { isItsFault: false, isHealed: false }
  } catch (error) {
    work.options.context.signal.throwIfAborted()
    if (!(error instanceof StepstreamError) || !error.code.startsWith('TARGET_')) {
      if (error instanceof StepstreamError && !isOver(error)) {
        return { why: `${error.code}: ${error.message}`, isItsFault: true, isHealed: false }
      }
      throw error
    }
    return heal(work, cached, error)
  }
}

/** The model decides one action in place of the one that has no place any more. */
async function heal(
  work: Work,
  { action, target }: CachedAction,
  error: Error,
): Promise<DoneAgain> {
  const { goal } = work.options.request
  const what = inWords(action, target && nowhere(target))
  const task = `Do this one thing now, and nothing else: ${what}. It is a part of this goal, and was found here before, but not now (${error.message}): ${goal}`
  const look = await work.look(
    [`Answer with "${action.do}" on the right element, or with "fail".`],
    task,
  )
  const decision = await work.decide(look)
  const failed = { why: `${what}: ${error.message}`, isItsFault: true, isHealed: false }
  if (decision.kind !== 'act' || decision.action.do !== action.do) return failed
  if (work.refusalOf(decision, look.page) !== undefined) return failed
  if (work.toApprove(decision, look.page).length > 0) return failed
  const result = await work.act(decision)
  return result === undefined ? failed : { isItsFault: false, isHealed: true }
}

/** An element as it was, which is not on the page. */
function nowhere({ role, name }: { readonly role: string; readonly name: string }): Placed {
  return { node: { role, name, states: [], children: [] }, ancestors: [] }
}

function isOver({ code }: StepstreamError): boolean {
  return code === 'BROWSER_LOST' || code === 'BROWSER_UNAVAILABLE' || code === 'STORAGE_UNAVAILABLE'
}
