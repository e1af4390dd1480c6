import { StepstreamError } from '../../errors.ts'
import type { Observation } from '../page/types.ts'
import type { Decision, Evidence } from './decision.ts'
import { missingIn } from './evidence.ts'
import { type Act, foundAgain, isApproved, type Pending } from './pending.ts'
import type { ApprovalKind } from './risks.ts'
import type { Work } from './work.ts'

type Done = Extract<Decision, { kind: 'done' }>

/** How the turns of a model end, other than by a throw. */
export type End =
  | { readonly kind: 'done'; readonly done: Done; readonly evidence: readonly Evidence[] }
  /** A person is to be asked before this is done. */
  | {
      readonly kind: 'ask'
      readonly act: Act
      readonly page: Observation
      readonly kinds: readonly ApprovalKind[]
    }

/** How often a model may say that it is done and the page does not show it. */
const MAX_UNVERIFIED = 1

/**
 * One action a turn: see, decide, check, do, note, until it is done.
 * @throws StepstreamError as `AiLoop.pursue`
 */
export async function takeTurns(work: Work, approved: Pending | undefined): Promise<End> {
  let grant = approved
  let notices: readonly string[] = await firstNotices(work, approved)
  if (grant !== undefined && notices.length === 0) grant = undefined
  for (let unverified = 0; ; ) {
    work.options.signal.throwIfAborted()
    const look = await work.look(notices)
    notices = []
    work.stall.look(look.page.fingerprint)
    const decision = await work.decide(look)
    if (decision.kind === 'fail') throw new StepstreamError('AI_GAVE_UP', decision.reason)
    if (decision.kind === 'done') {
      const missing = missingIn(decision.evidence, await work.options.browser.observe())
      if (missing === undefined)
        return { kind: 'done', done: decision, evidence: decision.evidence }
      if (unverified === MAX_UNVERIFIED) throw unverifiedError(decision, missing)
      unverified += 1
      notices = [
        `You said that it is done, but the page does not show ${missing}. Name what it does show, word by word, or go on.`,
      ]
      continue
    }
    const refusal = work.refusalOf(decision, look.page)
    if (refusal !== undefined) {
      work.refused(decision, refusal)
      continue
    }
    const kinds = work.toApprove(decision, look.page)
    const isGranted = grant !== undefined && isApproved(grant, decision, look.page.url)
    if (kinds.length > 0 && !isGranted) {
      return { kind: 'ask', act: decision, page: look.page, kinds }
    }
    if (isGranted) grant = undefined
    await work.act(decision)
  }
}

/** Does what was approved, where the page is as it was; else says so to the model. */
async function firstNotices(work: Work, approved: Pending | undefined): Promise<readonly string[]> {
  if (approved === undefined) return []
  const act = foundAgain(approved, await work.options.browser.observe())
  if (act !== undefined && work.options.territory.allows(approved.url)) {
    await work.act(act)
    return []
  }
  const { action, element } = approved
  const what = element === undefined ? action.do : `${action.do} ${element.role} "${element.name}"`
  return [
    `A person has approved: ${what}. The page has changed since, or was loaded anew: make good what is missing, then do just that.`,
  ]
}

function unverifiedError({ summary }: Done, missing: string): StepstreamError {
  const message = `the AI says "${summary}", and the page does not show ${missing}`
  return new StepstreamError('AI_UNVERIFIED', message)
}
