import { digestOfDecision } from '../../decision-digest.ts'
import { StepstreamError } from '../../errors.ts'
import type { JsonObject } from '../../json.ts'
import type { Schemas } from '../../plan/types.ts'
import { approvalDecisions, type StepAction, stepActions } from '../../session/events.ts'
import type { StepProcessor } from '../step-processor/types.ts'
import { refuseUnlessApprover } from './approvers.ts'
import { type EarlierAnswer, isOver, refuseOtherAnswer } from './earlier.ts'
import { refuseUnfit } from './fitting.ts'
import type { AcceptedDecision, GivenDecision, Interactions, OpenInteraction } from './types.ts'

export interface DecisionsOptions {
  readonly processor: Pick<StepProcessor, 'finishWait' | 'pushBack' | 'resolveStep'>
  readonly schemas: Pick<Schemas, 'faultsOf'>
  readonly open: Interactions['open']
  readonly earlierAnswer: EarlierAnswer
}

/** What may be decided of each kind that people decide. */
const decisionsOf: Readonly<Record<string, readonly string[]>> = {
  approval: approvalDecisions,
  escalation: stepActions,
}

/** Takes decisions of people: checks them, tells the step, and knows those that come again. */
export function createDecisions(options: DecisionsOptions): Interactions['decide'] {
  const { processor, schemas, open, earlierAnswer } = options

  return async (tenant, id, given) => {
    const digest = digestOfDecision(given)
    const known = await earlier(tenant, id, given, digest)
    if (known !== undefined) return known
    try {
      const asked = await open(tenant, id)
      refuseOther(asked, given)
      refuseUnlessApprover(asked.interaction, given)
      await carryOut(asked, given, digest)
      return acceptedOf(asked, given)
    } catch (refusal) {
      const since = isOver(refusal) ? await earlier(tenant, id, given, digest) : undefined
      if (since === undefined) throw refusal
      return since
    }
  }

  async function earlier(
    tenant: string,
    id: string,
    { decision }: GivenDecision,
    digest: string,
  ): Promise<AcceptedDecision | undefined> {
    const known = await earlierAnswer(tenant, id)
    if (known === undefined) return undefined
    refuseOtherAnswer(id, digest, known)
    const { sessionId, stepId } = known
    return { interactionId: id, sessionId, stepId, decision }
  }

  function carryOut(
    asked: OpenInteraction,
    given: GivenDecision,
    digest: string,
  ): Promise<unknown> {
    const { session, stepId, interaction } = asked
    const interactionId = interaction.id
    const sessionId = session.record.id
    const by = nameOf(given)
    const actor = by === null ? {} : { actor: by }
    const note = given.note === undefined ? {} : { note: given.note }
    const output = given.output === undefined ? {} : { output: given.output }
    if (interaction.kind === 'escalation') {
      const action = given.decision as StepAction
      const reason = given.note === undefined ? {} : { reason: given.note }
      const resolution = { action, interactionId, digest, ...output, ...actor, ...reason }
      return processor.resolveStep(sessionId, stepId, resolution)
    }
    if (given.decision === 'push_back') {
      const toStep = given.toStep === undefined ? {} : { toStep: given.toStep }
      return processor.pushBack(sessionId, { interactionId, digest, ...toStep, ...note, ...actor })
    }
    const { attempt } = asked
    const answered = { interactionId, digest, decision: given.decision, ...note, ...actor }
    if (given.decision === 'reject') {
      return processor.finishWait(session, { stepId, attempt }, rejected(by, note), answered)
    }
    if (interaction.resultSchema !== undefined) {
      const message = 'the output does not fit the schema of the approval'
      refuseUnfit(schemas, interaction.resultSchema, given.output ?? null, 'output', message)
    }
    if (interaction.resumes) {
      return processor.finishWait(session, { stepId, attempt }, { status: 'continue' }, answered)
    }
    const answer = given.output === undefined ? {} : { answer: given.output }
    const approved: JsonObject = { decision: 'approved', by, ...note, ...answer }
    const outcome = { status: 'succeeded', output: approved } as const
    return processor.finishWait(session, { stepId, attempt }, outcome, answered)
  }
}

function rejected(by: string | null, said: { readonly note?: string }) {
  const why = said.note === undefined ? '' : `: ${said.note}`
  return {
    status: 'failed',
    code: 'APPROVAL_REJECTED',
    message: `${by ?? 'somebody'} rejected it${why}`,
    retryable: false,
    details: { by, ...said },
  } as const
}

/** Refuses what is decided of other kinds, or what goes with other decisions. */
function refuseOther({ interaction: { id, kind } }: OpenInteraction, given: GivenDecision): void {
  const { decision, output, toStep } = given
  const allowed = decisionsOf[kind]
  if (allowed === undefined) {
    const how = kind === 'signal' ? 'a signal' : 'POST /v1/interactions/:id/result'
    const message = `interaction ${id} is one of kind ${kind}: it is answered by ${how}`
    throw new StepstreamError('INTERACTION_MISMATCH', message)
  }
  if (!allowed.includes(decision)) {
    refuse('decision', `of kind ${kind} one decides ${allowed.join(', ')}`)
  }
  if (output !== undefined && decision !== 'approve' && decision !== 'complete') {
    refuse('output', `there is none with ${decision}`)
  }
  if (toStep !== undefined && decision !== 'push_back') {
    refuse('toStep', `there is none with ${decision}`)
  }
}

function refuse(field: string, message: string): never {
  throw StepstreamError.fromFaults([{ pointer: `/${field}`, code: 'INVALID_VALUE', message }])
}

/** Who decides: the person, where one is named. */
function nameOf({ actor, key }: GivenDecision): string | null {
  return actor ?? key ?? null
}

function acceptedOf(
  { session, stepId, interaction }: OpenInteraction,
  { decision }: GivenDecision,
): AcceptedDecision {
  return { interactionId: interaction.id, sessionId: session.record.id, stepId, decision }
}
