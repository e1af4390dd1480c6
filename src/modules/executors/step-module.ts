import { z } from 'zod'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import type { Json, JsonObject } from '../../json.ts'
import { within } from '../../within.ts'
import type { Interactions } from '../interactions/types.ts'
import { CLIENT_MAX_ATTEMPTS } from './client.ts'
import type { Executor, InteractionResult, Outcome, ResultContext, StepScope } from './types.ts'

/**
 * A kind of step of which only the two ends run here: it says what is to be done, and what the
 * result means. Both functions may be called again after a crash, so they must change nothing.
 */
export interface StepModule
  extends Pick<
    Executor,
    'name' | 'description' | 'input' | 'defaultMaxAttempts' | 'estimateMs' | 'check'
  > {
  /** Who serves this queue may claim it, unless `with` has a `queue` itself. @default whoever drives the session */
  readonly queue?: string
  /** The JSON Schema that the output of a result must fit. */
  readonly resultSchema?: JsonObject
  /** Says what is to be done: any JSON. */
  getCommand(input: unknown, context: StepModuleContext): unknown
  /** Says what a result means. @default what it means for a step of kind `client` */
  handleResult?(result: InteractionResult, context: StepModuleResultContext): unknown
}

/** What `getCommand` sees. */
export interface StepModuleContext extends StepScope {
  readonly stepId: string
  readonly attempt: number
  /** Aborts when the time for it is over. */
  readonly signal: AbortSignal
}

/** What `handleResult` sees. */
export interface StepModuleResultContext extends StepModuleContext {
  readonly input: unknown
  /** What was asked for. */
  readonly command: Json
}

export interface StepModuleOptions {
  readonly interactions: Pick<Interactions, 'ask'>
  readonly clock: Clock
}

/** How long either function may take: somebody waits for each. */
const LIMIT_MS = 10_000

const json = z.unknown() as z.ZodType<Json>

const found = {
  output: json.optional(),
  vars: z.record(z.string(), json).optional(),
  message: z.string().optional(),
}

/** What a module may say of a result; what fails sets no variables. */
const meaningSchema = z.discriminatedUnion('status', [
  z.strictObject({ ...found, status: z.literal('ok') }),
  z.strictObject({
    ...found,
    status: z.literal('warning'),
    onWarning: z.enum(['continue', 'retry', 'fail', 'escalate']).default('continue'),
  }),
  z.strictObject({
    ...found,
    status: z.literal('error'),
    vars: z.undefined({ error: 'what fails sets no variables' }).optional(),
    retryable: z.boolean().default(true),
  }),
])

type Meaning = z.output<typeof meaningSchema>

/** The kind of step that a module makes. */
export function createStepModule(module: StepModule, options: StepModuleOptions): Executor {
  const { name, description, input, resultSchema, defaultMaxAttempts } = module
  const { interactions, clock } = options
  return {
    name,
    description,
    input,
    keepsInput: true,
    worksElsewhere: true,
    safeToRepeat: () => true,
    defaultMaxAttempts: (given) => defaultMaxAttempts?.call(module, given) ?? CLIENT_MAX_ATTEMPTS,
    estimateMs: (given) => module.estimateMs?.(given),
    ...(module.check && { check: module.check.bind(module) }),
    async execute(given, context) {
      const { stepId, attempt } = context
      const scope = await context.scope()
      const command = await bounded('getCommand', (signal) =>
        module.getCommand(given, { ...scope, stepId, attempt, signal }),
      )
      const queue = queueOf(given) ?? module.queue
      return interactions.ask(
        {
          kind: queue === undefined ? 'client' : 'worker',
          command: commandOf(command),
          ...(queue === undefined ? {} : { queue }),
          ...(resultSchema === undefined ? {} : { resultSchema }),
        },
        context,
      )
    },
    ...(module.handleResult && { handleResult }),
  }

  async function handleResult(result: InteractionResult, context: ResultContext): Promise<Outcome> {
    const { stepId, attempt, input: given, command } = context
    const scope = await context.scope()
    const meaning = await bounded('handleResult', (signal) => {
      const seen = { ...scope, stepId, attempt, input: given, command, signal }
      return module.handleResult?.(structuredClone(result), seen)
    })
    const parsed = meaningSchema.safeParse(meaning)
    if (parsed.success) return outcomeOf(parsed.data, result)
    throw failed(`handleResult returned what is no result: ${faultsOf(parsed.error)}`)
  }

  /** Somebody waits for what it says, so it has only so long; what is late is ignored. */
  async function bounded(what: string, call: (signal: AbortSignal) => unknown): Promise<unknown> {
    const time = new AbortController()
    const said = Promise.resolve().then(() => call(time.signal))
    const late = Symbol('late')
    const found = await within(clock, LIMIT_MS, said, late)
    if (found !== late) return found
    time.abort()
    throw failed(`${what} did not end within ${LIMIT_MS} ms`)
  }

  function failed(what: string): StepstreamError {
    return new StepstreamError('EXECUTOR_FAILED', `${name}: ${what}`)
  }

  function commandOf(command: unknown): Json {
    if (JSON.stringify(command) === undefined) throw failed('getCommand returned no JSON')
    return command as Json
  }
}

/** What a module makes of a result, as an attempt's outcome. */
function outcomeOf(meaning: Meaning, result: InteractionResult): Outcome {
  const { output = result.output, vars, message = result.error?.message } = meaning
  const ofOutput = output === undefined ? {} : { output }
  const ofVars = vars === undefined ? {} : { set: vars }
  switch (meaning.status) {
    case 'ok':
      return { status: 'succeeded', ...ofOutput, ...ofVars }
    case 'warning': {
      const said = message ?? 'the result is doubtful'
      return { status: 'warned', message: said, verdict: meaning.onWarning, ...ofOutput, ...ofVars }
    }
    case 'error':
      return {
        status: 'failed',
        code: result.status === 'error' ? 'CLIENT_FAILED' : 'RESULT_REFUSED',
        message: message ?? 'the result is not accepted',
        retryable: meaning.retryable,
        ...(output === undefined ? {} : { details: { output } }),
      }
  }
}

/** A module may let its steps say who is to do their work. */
function queueOf(input: unknown): string | undefined {
  const { queue } = (input ?? {}) as { queue?: unknown }
  return typeof queue === 'string' ? queue : undefined
}

function faultsOf({ issues }: z.ZodError): string {
  const faults = issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
  )
  return faults.join('; ')
}
