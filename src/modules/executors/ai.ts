import { z } from 'zod'
import { formatDuration } from '../../duration.ts'
import { durationSchema } from '../../duration-schema.ts'
import { type ErrorCode, StepstreamError } from '../../errors.ts'
import type { Json, JsonObject } from '../../json.ts'
import type { Schemas } from '../../plan/types.ts'
import type { AiLoop, PursueRequest } from '../ai-loop/types.ts'
import type { BrowserSteps } from '../browser-steps/types.ts'
import { outboundUrl, secretName } from '../outbound/types.ts'
import { toErrorOutcome } from './error-outcome.ts'
import { schemaFaults } from './schema-faults.ts'
import type { Executor, InputFault, Outcome } from './types.ts'

export interface AiExecutorOptions {
  readonly loop: AiLoop
  /** Absent: the service has no browser. */
  readonly browser: BrowserSteps | undefined
  readonly schemas: Pick<Schemas, 'check'>
  readonly hasSecret: (name: string) => boolean
}

const json = z.unknown() as z.ZodType<Json>

const limits = z.strictObject({
  actions: z.int().min(1).optional().describe('Default: 12.'),
  failures: z.int().min(1).optional().describe('Actions that fail in a row. Default: 3.'),
  invalidAnswers: z
    .int()
    .min(1)
    .optional()
    .describe('Answers of the model that are not in the form asked for. Default: 2.'),
  call: durationSchema.optional().describe('One call of the model. Default: 60s.'),
  time: durationSchema
    .optional()
    .describe('All of it, what people take to approve aside. Default: 2m.'),
  promptTokens: z.int().min(1).optional().describe('Default: 60,000.'),
  cost: z.number().positive().optional().describe('By the prices of the connection.'),
})

const input = z.strictObject({
  goal: z.string().min(1).max(10_000).describe('What is to be reached, in words.'),
  start: outboundUrl.optional().describe('The page to begin at. Default: the one that is open.'),
  connection: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('The name of an AI connection. Default: browser.ai of the workflow, else default.'),
  output: z
    .record(z.string(), json)
    .optional()
    .describe('The JSON Schema of what is to be found out.'),
  values: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(10_000))
    .optional()
    .describe(
      'Texts that the goal speaks of by name. They are data to the model, and what is kept for the next run has the names in their place.',
    ),
  secrets: z
    .array(secretName)
    .max(20)
    .optional()
    .describe('Names of secrets that may be filled in; the model never sees their values.'),
  limits: limits.optional(),
})

type Input = z.output<typeof input>

/** What says that the goal was not met; anything else is an error. */
const unmet: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['AI_GAVE_UP', 'AI_UNVERIFIED'])

/** Has a model reach a goal in the browser of the session. */
export function createAiExecutor(options: AiExecutorOptions): Executor<Input> {
  const { loop, browser, schemas, hasSecret } = options
  return {
    name: 'ai',
    description: 'Has an AI reach a goal in the browser, one checked action at a time.',
    input,
    foreignFields: ['output'],
    keepsInput: true,
    usesBrowser: true,
    // While it asks one, in the middle of its work.
    waitsForPeople: true,
    safeToRepeat: () => false,
    estimateMs: () => 30_000,
    check: ({ connection, output, secrets, limits: given }: JsonObject) => [
      ...browserFaults(browser),
      ...connectionFaults(loop, connection),
      ...schemaFaults('output', output, schemas),
      ...secretFaults(secrets, hasSecret),
      ...limitFaults(given, loop),
    ],
    async ready({ connection }, { browser: { ai }, signal }) {
      const named = [connection, ai].find((each) => typeof each === 'string')
      if (typeof named === 'string' && named.includes('{{')) return
      await loop.check(typeof named === 'string' ? named : undefined, signal)
    },
    async execute(given, context) {
      if (browser === undefined) {
        throw new StepstreamError('BROWSER_UNAVAILABLE', 'this service has no browser')
      }
      const request = requestOf(given)
      try {
        return outcomeOf(
          await browser.during(context, (work) => loop.pursue(context, work, request)),
        )
      } catch (error) {
        context.signal.throwIfAborted()
        if (!(error instanceof StepstreamError)) throw error
        const outcome = toErrorOutcome(error)
        return unmet.has(error.code) ? ({ ...outcome, status: 'failed' } as Outcome) : outcome
      }
    },
  }
}

function requestOf({ limits: given = {}, ...rest }: Input): PursueRequest {
  const { call, time, ...counts } = given
  const found = {
    ...counts,
    ...(call === undefined ? {} : { callMs: call }),
    ...(time === undefined ? {} : { timeMs: time }),
  }
  const defined = Object.entries(found).filter(([, value]) => value !== undefined)
  return { ...rest, limits: Object.fromEntries(defined) } as PursueRequest
}

function outcomeOf(pursuit: Awaited<ReturnType<AiLoop['pursue']>>): Outcome {
  if (pursuit.status === 'waiting') return pursuit
  const { summary, output, actions } = pursuit
  const ofOutput = output === undefined ? {} : { output }
  return { status: 'succeeded', output: { summary, ...ofOutput, actions } }
}

function browserFaults(browser: BrowserSteps | undefined): readonly InputFault[] {
  const missing = browser === undefined ? 'this service has no browser' : browser.missing
  if (missing === undefined) return []
  return [{ path: [], code: 'NO_BROWSER', message: `An ai step needs a browser: ${missing}` }]
}

function connectionFaults(loop: AiLoop, connection: Json | undefined): readonly InputFault[] {
  // Which one an expression names shows only when the step begins.
  if (typeof connection === 'string' && connection.includes('{{')) return []
  const missing = loop.missing(typeof connection === 'string' ? connection : undefined)
  if (missing === undefined) return []
  const path = connection === undefined ? [] : ['connection']
  return [{ path, code: 'AI_NEEDED', message: missing }]
}

function secretFaults(
  secrets: Json | undefined,
  hasSecret: (name: string) => boolean,
): readonly InputFault[] {
  if (!Array.isArray(secrets)) return []
  return secrets.flatMap((name: Json, index): InputFault[] => {
    if (typeof name !== 'string' || hasSecret(name)) return []
    const message = `There is no secret ${name}: set SECRET_${name}`
    return [{ path: ['secrets', index], code: 'UNKNOWN_SECRET', message }]
  })
}

function limitFaults(given: Json | undefined, { caps }: AiLoop): readonly InputFault[] {
  const read = limits.safeParse(given ?? {})
  if (!read.success) return []
  const { actions, promptTokens, time, call } = read.data
  const faults: InputFault[] = []
  const refuse = (field: string, most: string, setting: string) => {
    const message = `At most ${most} here, as ${setting} says`
    faults.push({ path: ['limits', field], code: 'INVALID_VALUE', message })
  }
  if ((actions ?? 0) > caps.actions) refuse('actions', `${caps.actions}`, 'AI_STEP_MAX_ACTIONS')
  if ((promptTokens ?? 0) > caps.promptTokens) {
    refuse('promptTokens', `${caps.promptTokens}`, 'AI_STEP_MAX_TOKENS')
  }
  if ((time ?? 0) > caps.timeMs) refuse('time', formatDuration(caps.timeMs), 'AI_STEP_MAX_TIME')
  if ((call ?? 0) > caps.callMs) refuse('call', formatDuration(caps.callMs), 'AI_TIMEOUT')
  return faults
}
