import type { Schemas } from '../../plan/types.ts'
import { usesOf } from '../../session/uses.ts'
import type { Outcome } from '../executors/types.ts'
import type { StepProcessor } from '../step-processor/types.ts'
import type { TaskLoop } from '../task-loop/types.ts'
import { commandFailure } from './command-failure.ts'
import { type EarlierAnswer, isOver, refuseOtherAnswer } from './earlier.ts'
import { refuseUnfit } from './fitting.ts'
import { type AnsweredRecord, digestOf } from './record.ts'
import type { AcceptedAnswer, GivenAnswer, Interactions, OpenInteraction } from './types.ts'
import { claimOf, refuseUnlessWork } from './work.ts'

export interface AnswersOptions {
  readonly processor: Pick<StepProcessor, 'finishWait'>
  readonly taskLoop: Pick<TaskLoop, 'resultOutcome'>
  readonly schemas: Pick<Schemas, 'faultsOf'>
  readonly open: Interactions['open']
  readonly earlierAnswer: EarlierAnswer
}

/** Takes answers: checks them, tells the step, and knows those that come again. */
export function createAnswers(options: AnswersOptions): Interactions['answer'] {
  const { processor, taskLoop, schemas, open, earlierAnswer } = options

  return async (tenant, id, given, check = () => {}) => {
    const digest = digestOf(given)
    const earlier = await earlierAnswer(tenant, id)
    if (earlier !== undefined) return again(id, digest, earlier)
    try {
      const asked = await open(tenant, id)
      check(asked)
      return await accept(asked, given, digest)
    } catch (refusal) {
      const since = isOver(refusal) ? await earlierAnswer(tenant, id) : undefined
      if (since === undefined) throw refusal
      return again(id, digest, since)
    }
  }

  async function accept(
    asked: OpenInteraction,
    given: GivenAnswer,
    digest: string,
  ): Promise<AcceptedAnswer> {
    refuseUnlessWork(asked)
    checkOutput(asked, given)
    const claim = claimOf(asked, given)
    const { status, error, worker, actor } = given
    const { session, stepId, attempt } = asked
    const interactionId = asked.interaction.id
    const meant = await taskLoop.resultOutcome({ session, stepId, attempt }, given)
    const outcome = meant?.outcome ?? outcomeOf(asked, given)
    await processor.finishWait(session, { stepId, attempt }, outcome, {
      interactionId,
      status,
      digest,
      ...(meant === undefined ? {} : { output: meant.output }),
      ...(error === undefined ? {} : { error: clean(error) }),
      ...(worker === undefined ? {} : { worker }),
      ...(actor === undefined ? {} : { actor }),
      ...(claim === undefined ? {} : { claim }),
    })
    return { interactionId, sessionId: session.record.id, stepId, status }
  }

  function checkOutput({ interaction }: OpenInteraction, { status, output }: GivenAnswer): void {
    const { resultSchema } = interaction
    if (resultSchema === undefined || status === 'error') return
    const message = 'the output does not fit resultSchema'
    refuseUnfit(schemas, resultSchema, output ?? null, 'output', message)
  }
}

function again(id: string, digest: string, earlier: AnsweredRecord): AcceptedAnswer {
  refuseOtherAnswer(id, digest, earlier)
  const { sessionId, stepId, status = 'ok' } = earlier
  return { interactionId: id, sessionId, stepId, status }
}

function outcomeOf(asked: OpenInteraction, given: GivenAnswer): Outcome {
  const { interaction } = asked
  const { status, output, error } = given
  const ofOutput = output === undefined ? {} : { output }
  const message = error?.message ?? `whoever did the work answered ${status}`
  switch (status) {
    case 'ok':
      return { status: 'succeeded', ...ofOutput }
    case 'warning':
      return {
        status: 'warned',
        message,
        verdict: interaction.onWarning ?? 'continue',
        ...ofOutput,
      }
    case 'error': {
      const ofCommand =
        usesOf(asked.session.state, asked.stepId) === 'command' ? commandFailure(given) : undefined
      if (ofCommand !== undefined) return ofCommand
      return {
        status: 'failed',
        code: 'CLIENT_FAILED',
        message: error?.code === undefined ? message : `${error.code}: ${message}`,
        retryable: true,
        ...(output === undefined ? {} : { details: { output } }),
      }
    }
  }
}

function clean({ code, message }: NonNullable<GivenAnswer['error']>) {
  return { message, ...(code === undefined ? {} : { code }) }
}
