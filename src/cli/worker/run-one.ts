import { createCommandExecutor } from '../../modules/executors/command.ts'
import type { SendSignal } from '../../modules/executors/process-group.ts'
import type { ExecutorContext, Outcome } from '../../modules/executors/types.ts'
import { Heart } from './heart.ts'
import type { WorkerSettings } from './options.ts'
import { persist } from './persist.ts'
import { Refused } from './refusals.ts'
import type { Answer, Claimed, ServiceApi } from './service-api.ts'
import { tell } from './tell.ts'
import { cutShort, failure, readCommand, toAnswer } from './to-answer.ts'

export interface RunOptions extends WorkerSettings {
  readonly api: ServiceApi
  readonly platform: { readonly searchPath: string; readonly sendSignal: SendSignal }
  /** Aborts when what runs is to be ended and given back. */
  readonly giveBack: AbortSignal
}

/** Runs what was claimed and answers, unless it is not wanted any more. Never rejects. */
export async function runOne(claimed: Claimed, options: RunOptions): Promise<void> {
  const { api, giveBack } = options
  const { interactionId: id, sessionId, stepId, leaseMs } = claimed
  const unwanted = new AbortController()
  const heart = new Heart({
    api,
    interactionId: id,
    leaseMs,
    onStop(reason, detail) {
      tell(`${id} ${reason === 'lost' ? 'is lost' : 'is not wanted any more'}: ${detail}`)
      unwanted.abort()
    },
  })
  tell(`${id} is step ${stepId} of ${sessionId}`)
  try {
    const signal = AbortSignal.any([unwanted.signal, giveBack])
    const answer = await perform(claimed, heart, signal, options)
    if (answer !== undefined) {
      await heart.finish()
      await deliver(id, answer, giveBack, api)
    } else if (!unwanted.signal.aborted) {
      await api.release(id)
      tell(`${id} is given back`)
    }
  } catch (error) {
    // Whatever it is: the lease ends by itself, and then others have it.
    tell(`${id} is left behind: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    heart.stop()
  }
}

async function perform(
  claimed: Claimed,
  heart: Heart,
  signal: AbortSignal,
  { allow, workDir, outputLimitBytes, platform }: RunOptions,
): Promise<Answer | undefined> {
  const command = readCommand(claimed.command)
  if ('status' in command) return command
  const { outputLimitBytes: asked = outputLimitBytes, ...input } = command
  const executor = createCommandExecutor({
    commands: allow,
    workDir,
    outputLimitBytes: Math.min(asked, outputLimitBytes),
    howToAllow: (programs) => `start the worker with --allow ${programs}`,
    ...platform,
  })
  return toAnswer(await outcomeOf(executor.execute(input, contextOf(claimed, heart, signal))))
}

async function outcomeOf(running: Promise<Outcome>): Promise<Outcome> {
  try {
    return await running
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { status: 'error', code: 'EXECUTOR_FAILED', message, retryable: false }
  }
}

function contextOf(claimed: Claimed, heart: Heart, signal: AbortSignal): ExecutorContext {
  const { sessionId, stepId, attempt, idempotencyKey, correlationId: id, traceparent } = claimed
  return {
    sessionId,
    // Whose it is, the service knows.
    tenant: '',
    stepId,
    attempt,
    idempotencyKey,
    waits: 0,
    answered: undefined,
    aiUsed: { calls: 0, actions: 0, promptTokens: 0, completionTokens: 0, cost: 0 },
    earlier: () => [],
    variableNames: () => [],
    priority: 0,
    text: undefined,
    browser: {},
    correlation: { id, ...(traceparent === undefined ? {} : { traceparent }) },
    signal,
    now: () => Date.now(),
    secret: () => undefined,
    evaluate: () => Promise.reject(new Error('a command has no expressions left')),
    scope: () => Promise.reject(new Error('a command sees nothing of its session')),
    output: (stream, text) => heart.output(stream, text),
    progress: () => {},
    warn: (code, message) => tell(`${claimed.interactionId} warns: ${code} ${message}`),
    observe: () => {},
  }
}

/** Answers as often as it takes: whether it comes too late, the service says. */
async function deliver(
  id: string,
  answer: Answer,
  giveUp: AbortSignal,
  api: Pick<ServiceApi, 'answer'>,
): Promise<void> {
  const send = async (sent: Answer) => {
    const done = await persist(() => api.answer(id, sent).then(() => true), giveUp)
    tell(done ? `${id} is done: ${sent.error?.code ?? 'ok'}` : `${id} could not be answered`)
  }
  try {
    await send(answer)
  } catch (error) {
    const other = error instanceof Refused ? insteadOf(answer, error) : undefined
    if (other === undefined) throw error
    await send(other)
  }
}

/** What to answer where an answer is refused for what it is. */
function insteadOf(answer: Answer, { status, message }: Refused): Answer | undefined {
  if (status === 413) return cutShort(answer)
  return status === 400 && answer.status === 'ok' ? failure('INVALID_VALUE', message) : undefined
}
