import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import type { Json } from '../../json.ts'
import type { Expressions } from '../../plan/types.ts'
import { nothingUsed } from '../../session/ai-used.ts'
import { refTo } from '../../session/artifact-ref.ts'
import type { AttemptOutcome, SessionCommand } from '../../session/commands.ts'
import { idempotencyKeyOf } from '../../session/idempotency-key.ts'
import { plannedAt, stepAt } from '../../session/state.ts'
import { ClaimLostError, type Correlation, type SessionRecord } from '../../store/types.ts'
import { untilStored as askUntilStored } from '../../until-stored.ts'
import type { Artifacts } from '../artifacts/types.ts'
import type { Driver } from '../dispatcher/types.ts'
import type {
  AbortReason,
  Executor,
  ExecutorContext,
  ExecutorRegistry,
  InteractionResult,
  Outcome,
  StepScope,
} from '../executors/types.ts'
import type { RateLimits } from '../rate-limits/types.ts'
import type { CurrentSession, SessionCoordinator } from '../session-coordinator/types.ts'
import { type Attempt, indexOf, subjectOf, timeoutOf, workOf } from './attempt.ts'
import { createConclusions, setBy } from './conclusions.ts'
import { answeredFor, earlierSteps } from './earlier.ts'
import { createHoldBack } from './hold-back.ts'
import { IdleLimit } from './idle-limit.ts'
import { normalise } from './normalise.ts'
import { Reporter } from './reporter.ts'
import { resultOutcomeOf } from './results.ts'
import type { Access } from './scope.ts'
import { AttemptSecrets } from './secrets.ts'
import { createSessionExpressions } from './session-expressions.ts'
import { stepScopeFor } from './step-scope.ts'
import { StopSwitch } from './stop-switch.ts'
import { clip, messageOf, thrownOutcome } from './thrown.ts'
import type { AttemptRequest, Execution, GoesOn, ResultOutcome, TaskLoop } from './types.ts'

export interface TaskLoopOptions {
  readonly coordinator: SessionCoordinator
  readonly executors: ExecutorRegistry
  readonly expressions: Expressions
  readonly artifacts: Artifacts
  readonly secrets: ReadonlyMap<string, string>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'warn' | 'error'>
  readonly outputLimitBytes: number
  /** What an attempt passes on to whom it calls. @default the session's own */
  readonly correlationOf?: (session: SessionRecord, stepId: string, attempt: number) => Correlation
  /** Told of each attempt that ended: its executor, its result, how long it took. */
  readonly observe?: (uses: string, status: string, ms: number) => void
  readonly rateLimits: RateLimits
  /** Told how long each attempt waited that a rate limit is on. */
  readonly observeTurn: (uses: string, ms: number) => void
}

/** How long an executor that was told to stop may take before it is left behind. */
const ABANDON_AFTER_MS = 10_000

/** For what is done on no driver's behalf. */
const nobody = { claim: undefined, claimedSeq: undefined }

export function createTaskLoop(options: TaskLoopOptions): TaskLoop {
  const { coordinator, executors, artifacts, clock, log } = options
  const expressions = createSessionExpressions(options.expressions)
  const conclusions = createConclusions({ coordinator, expressions, accessOf, setAside })
  const { rateLimits, observeTurn: observe } = options
  const holdBack = createHoldBack({ rateLimits, clock, record, observe })

  return { execute, condition, waitOutcome, resultOutcome, givenOutput }

  function execute(request: AttemptRequest): Execution {
    const stop = new StopSwitch()
    const ended = attemptOnce(request, stop).catch((error: unknown) =>
      log.error({ err: error, ...subjectOf(request) }, 'an attempt could not be made'),
    )
    return { ended, stop: (reason) => stop.stop(reason) }
  }

  async function attemptOnce(request: AttemptRequest, stop: StopSwitch): Promise<void> {
    const heldBack = holdBack(request, stop)
    if (heldBack !== undefined) await heldBack
    const attempt = begin(request, stop)
    const outcome = await outcomeOf(attempt)
    attempt.reporter.close()
    options.observe?.(attempt.step.uses, outcome.status, clock.now() - attempt.startedAt)
    await record(attempt, { type: 'finishAttempt', ...subjectOf(request), outcome })
  }

  function outcomeOf(attempt: Attempt): Promise<AttemptOutcome> {
    const { forEach } = attempt.step
    if (attempt.request.conclude) return conclusions.afterWait(attempt)
    return forEach === undefined
      ? settle(attempt, run(attempt))
      : conclusions.fanOut(attempt, forEach)
  }

  function begin(request: AttemptRequest, stop: StopSwitch): Attempt {
    const { session } = request
    const index = indexOf(request)
    const step = workOf(plannedAt(session.state, index), request)
    const secrets = new AttemptSecrets(options.secrets)
    const reporter = new Reporter({
      clock,
      limitBytes: options.outputLimitBytes,
      secrets,
      send: (reports) => {
        void record({ request, stop }, { type: 'report', ...subjectOf(request), reports })
      },
    })
    const { idleMs } = step
    const idle =
      idleMs === undefined ? undefined : new IdleLimit(clock, idleMs, () => stop.stop('idle'))
    return { request, stop, index, step, secrets, reporter, idle, startedAt: clock.now() }
  }

  /** Calls the executor, unless it was told to stop before; the one place where foreign code can throw. */
  async function run(attempt: Attempt): Promise<Outcome> {
    const { step, stop } = attempt
    try {
      const executor = executors.get(step.uses)
      if (executor === undefined) {
        throw new StepstreamError('UNKNOWN_EXECUTOR', `there is no executor ${step.uses}`)
      }
      const input = await inputOf(attempt, executor)
      if (!input.success) return invalidInput(input.error.issues)
      if (stop.reason !== undefined) return { status: 'aborted' }
      return await executor.execute(input.data, contextOf(attempt))
    } catch (error) {
      return thrownOutcome(error)
    }
  }

  /** What `with` comes to, against the schema of its kind. */
  async function inputOf(attempt: Attempt, executor: Executor) {
    const { request, step } = attempt
    return executor.input.safeParse(
      await expressions.resolveInput(request.session, step, executor, accessOf(attempt)),
    )
  }

  function scopeOf(attempt: Attempt): Promise<StepScope> {
    return stepScopeFor(attempt.request.session, attempt.index, accessOf(attempt))
  }

  function contextOf(attempt: Attempt): ExecutorContext {
    const { request, step, stop, secrets, reporter, idle } = attempt
    const { record } = request.session
    return {
      ...subjectOf(request),
      tenant: record.tenant,
      correlation:
        options.correlationOf?.(record, request.stepId, request.attempt) ?? record.correlation,
      priority: record.plan.priority ?? 0,
      text: step.text,
      browser: record.plan.browser ?? {},
      idempotencyKey: idempotencyKeyOf(request.session.state, attempt.index, request.undo === true),
      waits: stepAt(request.session.state, attempt.index).waits?.count ?? 0,
      answered: answeredFor(request.session.state, attempt.index, request.attempt),
      aiUsed: request.session.state.ai ?? nothingUsed,
      earlier: () => earlierSteps(request.session.state, attempt.index),
      variableNames: () => [...request.session.state.variables.keys()],
      get signal() {
        return stop.signal
      },
      now: () => clock.now(),
      secret: (name) => secrets.read(name),
      evaluate: (expression) =>
        expressions.evaluate(request.session, expression, accessOf(attempt)),
      scope: () => scopeOf(attempt),
      output(stream, text) {
        idle?.sign()
        reporter.output(stream, text)
      },
      progress(progress) {
        idle?.sign()
        reporter.progress(progress)
      },
      warn: (code, message) => reporter.warn(code, message),
      observe(observed) {
        idle?.sign()
        reporter.observe(observed)
      },
    }
  }

  /** What an attempt's expressions may read beside the state. */
  function accessOf(attempt: Attempt): Access {
    return {
      secret: (name) => attempt.secrets.read(name),
      artifact: (tenant, id) => untilStored(attempt, () => artifacts.read(tenant, id)),
      step: attempt.index,
    }
  }

  async function settle(attempt: Attempt, running: Promise<Outcome>): Promise<AttemptOutcome> {
    const { stop, secrets } = attempt
    const timeoutMs = timeoutOf(attempt)
    const cancelTimer = clock.setTimer(timeoutMs, () => stop.stop('timeout'))
    try {
      const result = await unlessAbandoned(running, stop)
      return await meaningOf(attempt, result, stop.reason)
    } catch (error) {
      log.error({ err: error, ...subjectOf(attempt.request) }, 'an outcome could not be normalised')
      return {
        status: 'error',
        code: 'EXECUTOR_FAILED',
        message: clip(secrets.mask(`the outcome could not be kept: ${messageOf(error)}`)),
        retryable: false,
      }
    } finally {
      cancelTimer()
      attempt.idle?.close()
    }
  }

  /** What the wait of a step for somebody outside came to. */
  async function waitOutcome(
    wait: Omit<AttemptRequest, 'driver'>,
    result: Outcome | GoesOn,
  ): Promise<AttemptOutcome> {
    if (result.status === 'continue') return result
    const attempt = takeUp(wait)
    return meaningOf(attempt, await withoutDoubt(attempt, result), undefined)
  }

  /** An attempt that waits, for whoever ends its wait. */
  function takeUp(wait: Omit<AttemptRequest, 'driver'>): Attempt {
    const stop = new StopSwitch()
    // Whoever asks tries again what the store refuses.
    stop.stop('shutdown')
    const attempt = begin({ ...wait, driver: nobody }, stop)
    attempt.reporter.close()
    attempt.idle?.close()
    return attempt
  }

  async function givenOutput(session: CurrentSession, stepId: string, output: Json) {
    const { attempt } = stepAt(session.state, indexOf({ session, stepId }))
    return keep(takeUp({ session, stepId, attempt }), output)
  }

  async function resultOutcome(
    wait: Omit<AttemptRequest, 'driver' | 'undo'>,
    result: InteractionResult,
  ): Promise<ResultOutcome | undefined> {
    const index = indexOf(wait)
    const { undoing: undo = false } = stepAt(wait.session.state, index)
    return resultOutcomeOf(takeUp({ ...wait, undo }), result, {
      executors,
      accessOf,
      scopeOf,
      keep,
      async inputOf(attempt, executor) {
        const input = await inputOf(attempt, executor)
        if (input.success) return input.data
        throw new StepstreamError('INVALID_STEP_INPUT', wrongInput(input.error.issues))
      },
    })
  }

  /** What a warning comes to; an expression that cannot be evaluated is a failure of the step. */
  async function withoutDoubt(attempt: Attempt, result: Outcome): Promise<Outcome> {
    if (result.status !== 'warned') return result
    try {
      return await conclusions.judged(attempt, result)
    } catch (error) {
      if (isUnavailable(error)) throw error
      return thrownOutcome(error)
    }
  }

  function meaningOf(
    attempt: Attempt,
    result: Outcome,
    stopped: AbortReason | undefined,
  ): Promise<AttemptOutcome> {
    const { step } = attempt
    const meaning = normalised(attempt, result, stopped)
    // Of most steps nothing follows, and a stage that waits for nothing would cost each of them.
    if (step.set === undefined && step.repeat === undefined && setBy(result) === undefined) {
      return meaning
    }
    return meaning.then((outcome) => conclusions.concluded(attempt, result, outcome))
  }

  /** A value as the log keeps it. */
  async function keep(attempt: Attempt, output: Json): Promise<Json> {
    const kept = await normalised(attempt, { status: 'succeeded', output }, undefined)
    return ('output' in kept ? kept.output : undefined) ?? null
  }

  function normalised(
    attempt: Attempt,
    result: Outcome,
    stopped: AbortReason | undefined,
  ): Promise<AttemptOutcome> {
    const { secrets, startedAt, step } = attempt
    const timeoutMs = timeoutOf(attempt)
    return normalise(result, {
      stopped,
      timeoutMs,
      deadline: step.unlimited ? undefined : startedAt + timeoutMs,
      idleMs: step.idleMs,
      maskText: (text) => secrets.mask(text),
      mask: (value) => secrets.maskAll(value),
      setAside: (json) => setAside(attempt, json),
    })
  }

  /** Waits for the executor, but for one that was told to stop only so long. */
  function unlessAbandoned(running: Promise<Outcome>, stop: StopSwitch): Promise<Outcome> {
    return new Promise((resolve) => {
      let cancelTimer = () => {}
      stop.onStop(() => {
        const leave = () => resolve({ status: 'aborted', details: { abandoned: true } })
        cancelTimer = clock.setTimer(ABANDON_AFTER_MS, leave)
      })
      void running.then((outcome) => {
        cancelTimer()
        stop.onStop(() => {})
        resolve(outcome)
      })
    })
  }

  async function setAside(attempt: Attempt, json: string): Promise<Json> {
    const { stepId, session } = attempt.request
    const bytes = Buffer.from(json)
    const { id } = await untilStored(attempt, () =>
      artifacts.put({
        tenant: session.record.tenant,
        sessionId: session.record.id,
        stepId,
        name: `${stepId}-output.json`,
        contentType: 'application/json',
        bytes,
      }),
    )
    return refTo(id, json, bytes.length)
  }

  async function condition(session: CurrentSession, stepId: string, driver: Driver): Promise<void> {
    const index = session.state.graph.indexOf.get(stepId)
    if (index === undefined) throw new RangeError(`the plan has no step ${stepId}`)
    const { when } = plannedAt(session.state, index)
    const result = await expressions.conditionResult(session, when ?? 'true', {
      // A condition's answer would tell their value.
      secret: () => undefined,
      artifact: artifacts.read,
    })
    await coordinator.dispatch(
      session.record.id,
      { type: 'resolveCondition', stepId, result },
      driver,
    )
  }

  /** Writes what an attempt did. */
  async function record(
    attempt: Pick<Attempt, 'request' | 'stop'>,
    command: SessionCommand,
  ): Promise<void> {
    const { request, stop } = attempt
    const { session, driver } = request
    try {
      await untilStored(attempt, () => coordinator.dispatch(session.record.id, command, driver))
    } catch (error) {
      // Whoever drives the session now has recorded the attempt as interrupted.
      if (error instanceof ClaimLostError) return
      if (stop.reason === 'shutdown' && isUnavailable(error)) {
        // Whoever goes on with the session will.
        log.warn({ err: error, ...subjectOf(request) }, 'an attempt ended while the store was away')
        return
      }
      log.error({ err: error, ...subjectOf(request) }, 'what an attempt did could not be recorded')
    }
  }

  /** Asks as often as the store needs; gives up only at shutdown. */
  function untilStored<T>(
    { request, stop }: Pick<Attempt, 'request' | 'stop'>,
    ask: () => Promise<T>,
  ): Promise<T> {
    return askUntilStored(clock, ask, (refusal) => {
      if (stop.reason === 'shutdown') return false
      log.warn({ err: refusal, ...subjectOf(request) }, 'the store refuses; trying again')
      return true
    })
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof StepstreamError && error.code === 'STORAGE_UNAVAILABLE'
}

type Issues = readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]

function invalidInput(issues: Issues): Outcome {
  const message = wrongInput(issues)
  return { status: 'error', code: 'INVALID_STEP_INPUT', message, retryable: false }
}

function wrongInput(issues: Issues): string {
  const faults = issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
  return `“with” came out wrong: ${faults.join('; ')}`
}
