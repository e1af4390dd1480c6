import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import type { Json, JsonObject } from '../../json.ts'
import type { Schemas } from '../../plan/types.ts'
import type { AiConnections } from '../ai/types.ts'
import type { BrowserOptions } from '../browser/types.ts'
import type { BrowserWork } from '../browser-steps/types.ts'
import type { ExecutorContext } from '../executors/types.ts'
import type { ActResult, Observation } from '../page/types.ts'
import type { CachedAction } from '../step-cache/types.ts'
import { type Decision, readDecision } from './decision.ts'
import { decisionSchema } from './decision-schema.ts'
import { type Meter, reached } from './limits.ts'
import type { Act } from './pending.ts'
import { type Line, promptOf } from './prompt.ts'
import { type ApprovalKind, risksOf } from './risks.ts'
import { Stall } from './stall.ts'
import type { Territory } from './territory.ts'
import { Thoughts } from './thoughts.ts'
import type { PursueRequest } from './types.ts'
import { inWords } from './words.ts'

export interface WorkOptions {
  readonly connections: AiConnections
  readonly schemas: Pick<Schemas, 'faultsOf'>
  readonly clock: Clock
  readonly context: ExecutorContext
  readonly browser: BrowserWork
  readonly request: PursueRequest
  readonly connection: string
  readonly options: BrowserOptions
  readonly meter: Meter
  readonly territory: Territory
  readonly boundary: string
  /** Aborts when the attempt does, and when the pursuit has had its time. */
  readonly signal: AbortSignal
}

/** After these no other action can help. */
const hopeless: ReadonlySet<string> = new Set([
  'BROWSER_LOST',
  'BROWSER_UNAVAILABLE',
  'STORAGE_UNAVAILABLE',
])

/** What one pursuit sees, asks and does. */
export class Work {
  readonly options: WorkOptions
  readonly history: Line[] = []
  /** What was done with success, in order. */
  readonly done: CachedAction[] = []
  readonly stall = new Stall()
  readonly #schema: JsonObject
  #turn = 0
  #isChecked = false

  constructor(options: WorkOptions) {
    this.options = options
    this.#schema = decisionSchema(options.request.output)
  }

  /** The page as it is now, no longer than the next prompt has room for. */
  async look(notices: readonly string[] = [], goal = this.options.request.goal) {
    const { meter, browser } = this.options
    meter.mayAsk()
    const prompt = this.#promptWith(notices, goal)
    const page = await browser.observe(meter.pageChars(prompt.chars))
    return { page, messages: prompt.messages(page) }
  }

  /** What the model would do next. */
  async decide({ page, messages }: Awaited<ReturnType<Work['look']>>): Promise<Decision> {
    const { connections, connection, request, schemas, meter, signal, context } = this.options
    if (!this.#isChecked) await connections.check(connection, signal)
    this.#isChecked = true
    this.#turn += 1
    const thoughts = new Thoughts(context, this.#turn)
    const rules = {
      observation: page,
      output: request.output,
      secrets: new Set(request.secrets),
      schemas,
    }
    const { value, repairs } = await connections.ask({
      connection,
      messages,
      schema: { name: 'next_action', json: this.#schema },
      parse: (answer: Json) => readDecision(answer, rules),
      signal,
      timeoutMs: meter.limits.callMs,
      onReasoning: (text) => thoughts.add(text),
      onUsage: (usage) => {
        meter.used(usage)
        context.observe({ type: 'ai.usage', data: usage })
      },
    })
    thoughts.end(value)
    meter.repaired(repairs)
    return value
  }

  /** Why an action may not be done on a page at all. */
  refusalOf({ action }: Act, page: Observation): string | undefined {
    const refusal = this.options.territory.refusalOf(action, page.url)
    if (refusal === undefined) return undefined
    const url = action.do === 'open' ? (action.url ?? '') : page.url
    this.options.context.observe({ type: 'browser.blocked', data: { url, reason: refusal } })
    return refusal
  }

  /** What of an action a person has to approve. */
  toApprove({ action, target }: Act, page: Observation): readonly ApprovalKind[] {
    const { requireApproval = [] } = this.options.options
    const risks = risksOf(action, target, page)
    return requireApproval.filter((kind) => risks.has(kind))
  }

  /** Does what the model has decided; what fails is told to it. */
  async act({ action, target, to }: Act): Promise<ActResult | undefined> {
    const { meter, browser } = this.options
    meter.mayAct()
    this.stall.act(action, target?.node.ref)
    meter.actions += 1
    const elements = {
      ...(target?.node.ref === undefined ? {} : { target: { ref: target.node.ref } }),
      ...(to?.node.ref === undefined ? {} : { to: { ref: to.node.ref } }),
    }
    try {
      const result = await browser.perform(action, { source: 'ai', elements })
      this.did(action, result)
      meter.succeeded()
      return result
    } catch (error) {
      this.#failed(inWords(action, target), error)
      return undefined
    }
  }

  /** Notes what was done. */
  did(action: Act['action'], result: ActResult): void {
    const { target, to, evidence, description, navigated, output } = result
    this.done.push({
      action,
      ...(target === undefined ? {} : { target }),
      ...(to === undefined ? {} : { to }),
      ...(evidence === undefined ? {} : { evidence }),
    })
    const found = output === undefined ? '' : `: ${JSON.stringify(output)}`
    const came = evidence ?? (navigated ? 'another page opened' : 'done')
    this.history.push({ did: description, came: `${came}${found}` })
  }

  /** Notes what could not be done. @throws StepstreamError AI_LIMIT_REACHED after too many in a row */
  refused(act: Act, why: string): void {
    this.history.push({ did: inWords(act.action, act.target), came: `refused: ${why}` })
    this.options.meter.failed(why)
  }

  /** @throws whatever no other action can help against */
  #failed(did: string, error: unknown): void {
    const { meter, context } = this.options
    context.signal.throwIfAborted()
    if (!(error instanceof StepstreamError) || hopeless.has(error.code)) throw error
    const came = `failed: ${error.code}: ${error.message}`
    this.history.push({ did, came })
    meter.failed(`${did}: ${error.message}`)
  }

  #promptWith(notices: readonly string[], goal: string) {
    const { request, context, boundary, meter } = this.options
    const { values = {}, secrets = [], output } = request
    const circle = this.stall.notice()
    const isLast = meter.actions === meter.limits.actions - 1
    return promptOf({
      goal,
      values,
      secrets,
      variables: context.variableNames(),
      earlier: context.earlier(),
      history: this.history,
      notices: [
        ...notices,
        ...(circle === undefined ? [] : [circle]),
        ...(isLast ? ['One action is left to you, then only done or fail.'] : []),
      ],
      output,
      boundary,
    })
  }
}

/** When the time of a pursuit is over, whatever was under way says so in its own words. */
export async function inTime<T>(
  { meter, signal, context }: Pick<WorkOptions, 'meter' | 'signal' | 'context'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!signal.aborted || context.signal.aborted) throw error
    throw reached(`${meter.limits.timeMs} ms`)
  }
}
