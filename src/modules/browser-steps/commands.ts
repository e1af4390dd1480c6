import { StepstreamError } from '../../errors.ts'
import type { JsonObject } from '../../json.ts'
import type { BrowserOptions, BrowserSession } from '../browser/types.ts'
import { type ActionName, type BrowserAction, inWords } from '../browser-actions/types.ts'
import type { ExecutorContext } from '../executors/types.ts'
import type { ActResult, Observation, PageActor } from '../page/types.ts'
import type { Attendance } from './attendance.ts'
import type { Keeper } from './keeper.ts'
import type { PageSecrets } from './secrets.ts'
import type { BrowserWork, Performance } from './types.ts'

export interface CommandsOptions {
  readonly session: BrowserSession
  readonly actor: PageActor
  readonly attendance: Attendance
  readonly keeper: Keeper
  readonly context: ExecutorContext
  readonly pictures: NonNullable<BrowserOptions['screenshots']>
  readonly secrets: PageSecrets
}

/** An attempt's work that can also show how the page looks. */
export interface Commands extends BrowserWork {
  /** Whether something was done that cookies, storage or addresses may have changed by. */
  readonly hasChanged: boolean
  picture(reason: 'failure' | 'navigation' | 'each', commandId?: number): Promise<void>
}

/** What leaves a page as it is. */
const looks: ReadonlySet<ActionName> = new Set<ActionName>([
  'assert',
  'extract',
  'screenshot',
  'waitFor',
  'scroll',
  'dialog',
])

/** Does actions for an attempt: each is told before and after, with its pictures and files. */
export function createCommands(options: CommandsOptions): Commands {
  const { session, actor, attendance, keeper, context, pictures, secrets } = options
  const { signal } = context
  let count = 0
  let hasChanged = false
  return {
    observe,
    perform,
    url,
    picture,
    get hasChanged() {
      return hasChanged
    },
  }

  async function observe(budgetChars?: number): Promise<Observation> {
    const budget = budgetChars === undefined ? {} : { budgetChars }
    return secrets.mask(await actor.observe(session, { ...budget, signal }))
  }

  async function url(): Promise<string> {
    return (await session.page()).url()
  }

  async function perform(action: BrowserAction, how: Performance): Promise<ActResult> {
    const commandId = ++count
    hasChanged ||= !looks.has(action.do)
    const told = { commandId, do: action.do }
    const startedAt = context.now()
    context.observe({
      type: 'browser.command_started',
      data: {
        ...told,
        description: inWords(action),
        source: how.source,
        action: action as unknown as JsonObject,
      },
    })
    try {
      const result = await act(action, how)
      await tellResult(result, told, how)
      return result
    } catch (error) {
      const data = { ...told, description: inWords(action), failure: failureOf(error) }
      const durationMs = context.now() - startedAt
      context.observe({ type: 'browser.command_failed', data: { ...data, durationMs } })
      throw error
    }
  }

  function act(action: BrowserAction, { elements, patienceMs }: Performance): Promise<ActResult> {
    const work = () =>
      actor.act({
        action,
        session,
        signal,
        ...(elements === undefined ? {} : { elements }),
        ...(patienceMs === undefined ? {} : { patienceMs }),
        secret: (name, origin) => secrets.value(name, origin),
        file: (artifact) => keeper.file(artifact),
      })
    return action.do === 'download' ? attendance.whileDownloading(work) : work()
  }

  async function tellResult(
    result: ActResult,
    told: { readonly commandId: number; readonly do: string },
    { source }: Performance,
  ): Promise<void> {
    const { description, target, evidence, durationMs, candidates } = result
    if (source === 'sentence' && candidates.length > 0) tellReading(result)
    const data = {
      ...told,
      description,
      ...(target === undefined ? {} : { code: target.code }),
      ...(evidence === undefined ? {} : { evidence }),
      url: await url(),
      durationMs,
    }
    context.observe({ type: 'browser.command_completed', data })
    await keepFiles(result, told.commandId)
  }

  /** How the sentence was read, and its element chosen: the derivation as it was. */
  function tellReading({ description, target, candidates }: ActResult): void {
    const [best] = candidates
    const others = candidates.length - 1
    const chosen = target === undefined ? description : `${description}: ${target.code}`
    const why = best === undefined ? '' : `, ${best.why}`
    const thought = `“${context.text ?? description}” means ${chosen}${why}${
      others > 0 ? `; ${others} more came into question` : ''
    }`
    context.observe({
      type: 'ai.reasoning',
      data: { source: 'sentence', thought, candidates: candidates.slice(0, 10) },
    })
  }

  async function keepFiles(result: ActResult, commandId: number): Promise<void> {
    if (result.download !== undefined) await attendance.keep(result.download)
    if (result.picture !== undefined) {
      await keeper.picture({
        ...result.picture,
        url: await url(),
        reason: 'requested',
        commandId,
      })
    } else if (pictures === 'each') await picture('each', commandId)
    else if (pictures === 'onFailure' && result.navigated) await picture('navigation', commandId)
  }

  async function picture(
    reason: 'failure' | 'navigation' | 'each',
    commandId = count,
  ): Promise<void> {
    if (pictures === 'never') return
    const taken = await actor.picture(session, {})
    await keeper.picture({ ...taken, url: await url(), reason, commandId })
  }
}

function failureOf(error: unknown) {
  if (!(error instanceof StepstreamError)) {
    const message = error instanceof Error ? error.message : String(error)
    return { code: 'EXECUTOR_FAILED', message }
  }
  const { candidates } = error.details ?? {}
  const { code, message } = error
  if (!Array.isArray(candidates)) return { code, message }
  const named = candidates as unknown as readonly { role: string; name: string }[]
  return { code, message, candidates: named.map(({ role, name }) => ({ role, name })) }
}
