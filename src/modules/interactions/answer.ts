import { type Fault, StepstreamError } from '../../errors.ts'
import type { Json } from '../../json.ts'
import type { Schemas } from '../../plan/types.ts'
import { usesOf } from '../../session/uses.ts'
import type { Store } from '../../store/types.ts'
import type { Outcome } from '../executors/types.ts'
import type { SessionCoordinator } from '../session-coordinator/types.ts'
import type { StepProcessor } from '../step-processor/types.ts'
import type { TaskLoop } from '../task-loop/types.ts'
import { commandFailure } from './command-failure.ts'
import { ANSWERED, answeredRecordOf, digestOf, OPEN, openRecordOf } from './record.ts'
import type { AcceptedAnswer, GivenAnswer, Interactions, OpenInteraction } from './types.ts'

export interface AnswersOptions {
  readonly store: Pick<Store, 'document'>
  readonly coordinator: Pick<SessionCoordinator, 'current'>
  readonly processor: Pick<StepProcessor, 'finishWait'>
  readonly taskLoop: Pick<TaskLoop, 'resultOutcome'>
  readonly schemas: Pick<Schemas, 'faultsOf'>
  readonly open: Interactions['open']
}

/** What was made of an interaction before. */
interface Earlier extends Omit<AcceptedAnswer, 'interactionId'> {
  readonly digest: string
}

/** Takes answers: checks them, tells the step, and knows those that come again. */
export function createAnswers(options: AnswersOptions): Interactions['answer'] {
  const { store, coordinator, processor, taskLoop, schemas, open } = options

  return async (tenant, id, given, check = () => {}) => {
    const digest = digestOf(given)
    const earlier = await earlierAnswer(tenant, id)
    if (earlier !== undefined) return again(id, digest, earlier)
    const asked = await open(tenant, id)
    check(asked)
    checkOutput(asked, given)
    const claim = claimOf(asked, given)
    const { status, error, worker, actor } = given
    const answered = {
      interactionId: id,
      status,
      digest,
      ...(error === undefined ? {} : { error: clean(error) }),
      ...(worker === undefined ? {} : { worker }),
      ...(actor === undefined ? {} : { actor }),
      ...(claim === undefined ? {} : { claim }),
    }
    const { session, stepId, attempt } = asked
    const meant = await taskLoop.resultOutcome({ session, stepId, attempt }, given)
    const outcome = meant?.outcome ?? outcomeOf(asked, given)
    const ofOutput = meant === undefined ? {} : { output: meant.output }
    try {
      await processor.finishWait(session, { stepId, attempt }, outcome, {
        ...answered,
        ...ofOutput,
      })
    } catch (refusal) {
      // Whoever was faster may have given the same answer.
      const isOver = refusal instanceof StepstreamError && refusal.code === 'INTERACTION_OVER'
      const since = isOver ? await earlierAnswer(tenant, id) : undefined
      if (since === undefined) throw refusal
      return again(id, digest, since)
    }
    return { interactionId: id, sessionId: session.record.id, stepId, status }
  }

  async function earlierAnswer(tenant: string, id: string): Promise<Earlier | undefined> {
    const document = await store.document(tenant, OPEN, id)
    if (document === undefined) {
      const kept = await store.document(tenant, ANSWERED, id)
      return kept && answeredRecordOf(kept)
    }
    // It was answered, and that is not kept apart yet.
    const { sessionId, stepId } = openRecordOf(document)
    const { state } = (await coordinator.current(sessionId)) ?? {}
    const index = state?.graph.indexOf.get(stepId) ?? -1
    const answer = state?.steps[index]?.answer
    return answer?.interactionId === id ? { sessionId, stepId, ...answer } : undefined
  }

  function checkOutput({ interaction }: OpenInteraction, { status, output }: GivenAnswer): void {
    const { resultSchema } = interaction
    if (resultSchema === undefined || status === 'error') return
    const found = schemas.faultsOf(resultSchema as { [key: string]: Json }, output ?? null)
    if (found.length === 0) return
    throw new StepstreamError('INVALID_VALUE', 'the output does not fit resultSchema', {
      faults: found.map(
        ({ path, message }): Fault => ({
          pointer: ['/output', ...path.map(pointerKey)].join('/'),
          code: 'INVALID_VALUE',
          message,
        }),
      ),
    })
  }
}

function again(
  id: string,
  digest: string,
  { digest: before, ...earlier }: Earlier,
): AcceptedAnswer {
  if (digest !== before) {
    throw new StepstreamError('INTERACTION_ANSWERED', `interaction ${id} was answered otherwise`)
  }
  const { sessionId, stepId, status } = earlier
  return { interactionId: id, sessionId, stepId, status }
}

/** What is claimed is answered by whoever has it. @throws StepstreamError INTERACTION_LOST */
export function claimOf(
  { interaction }: OpenInteraction,
  { worker }: Pick<GivenAnswer, 'worker'>,
): number | undefined {
  const { id, queue, holder, claims } = interaction
  if (queue === undefined && worker === undefined) return undefined
  if (holder !== undefined && holder.worker === worker) return claims
  const message = `interaction ${id} is not claimed by ${worker ?? 'whoever answers'}`
  throw new StepstreamError('INTERACTION_LOST', message)
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

/** Source: RFC 6901 §3. */
function pointerKey(key: string | number): string {
  return String(key).replaceAll('~', '~0').replaceAll('/', '~1')
}
