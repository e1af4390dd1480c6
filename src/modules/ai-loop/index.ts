import { randomBytes } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import type { Schemas } from '../../plan/types.ts'
import type { AiConnections } from '../ai/types.ts'
import type { BrowserOptions } from '../browser/types.ts'
import type { BrowserWork } from '../browser-steps/types.ts'
import type { ExecutorContext } from '../executors/types.ts'
import type { Interactions } from '../interactions/types.ts'
import type { StepCache } from '../step-cache/types.ts'
import { defaultLimits, Meter, type SessionLimits } from './limits.ts'
import { approvedFor, type Pending, pendingOf } from './pending.ts'
import { endOf, type Replay, replay } from './replay.ts'
import { keyOf } from './templates.ts'
import { Territory } from './territory.ts'
import { type End, takeTurns } from './turns.ts'
import type { AiLimits, AiLoop, PursueRequest, Pursuit } from './types.ts'
import { inWords } from './words.ts'
import { inTime, Work } from './work.ts'

export interface AiLoopOptions {
  readonly connections: AiConnections
  readonly interactions: Pick<Interactions, 'ask'>
  readonly schemas: Pick<Schemas, 'faultsOf'>
  /** Absent: nothing is kept for the next time. */
  readonly cache?: StepCache
  readonly caps: AiLimits
  readonly session: SessionLimits
  readonly clock: Clock
  /** What no page can guess. @default 16 random bytes */
  readonly boundary?: () => string
}

export function createAiLoop(options: AiLoopOptions): AiLoop {
  const { connections, interactions, clock, caps, cache } = options
  const { boundary = () => randomBytes(16).toString('hex') } = options

  return {
    missing,
    check: (connection, signal) => connections.check(connection, signal),
    caps,
    pursue,
    async isKept(context, browser, request) {
      const { cache: mode = 'readWrite' } = context.browser as BrowserOptions
      if (cache === undefined || mode === 'off') return false
      const key = keyOf(context.tenant, request, await browser.url())
      return (await cache.get(key)) !== undefined
    },
  }

  function missing(connection = 'default'): string | undefined {
    if (connections.has(connection)) return undefined
    if (connection === 'default') return 'there is no AI connection: set AI_BASE_URL and AI_MODEL'
    return `there is no AI connection ${connection}: name it in AI_CONNECTIONS`
  }

  async function pursue(
    context: ExecutorContext,
    browser: BrowserWork,
    request: PursueRequest,
  ): Promise<Pursuit> {
    const browserOptions = context.browser as BrowserOptions
    const connection = request.connection ?? browserOptions.ai ?? 'default'
    const fault = missing(connection)
    if (fault !== undefined) throw new StepstreamError('AI_NEEDED', fault)
    const approved = approvedFor(request.goal, context.answered)
    const limits = limitsOf(request.limits, caps)
    const meter = new Meter(limits, options.session, context.aiUsed, approved?.actions)
    const startedAt = clock.now()
    const usedBefore = approved?.usedMs ?? 0
    const over = new AbortController()
    const cancel = clock.setTimer(limits.timeMs - usedBefore, () => over.abort())
    const signal = AbortSignal.any([context.signal, over.signal])
    try {
      return await inTime({ meter, signal, context }, async () => {
        const startUrl = await begin(browser, request, approved)
        const work = new Work({
          connections,
          schemas: options.schemas,
          clock,
          context,
          browser,
          request,
          connection,
          options: browserOptions,
          meter,
          territory: new Territory(
            [request.goal, context.text ?? '', request.start ?? ''],
            browserOptions.allow ?? [],
            startUrl,
          ),
          boundary: boundary(),
          signal,
        })
        work.history.push(...(approved?.history ?? []))
        const mode = browserOptions.cache ?? 'readWrite'
        const isCached = cache !== undefined && mode !== 'off' && approved === undefined
        const kept: Replay | undefined = isCached
          ? { cache, key: keyOf(context.tenant, request, startUrl), mayWrite: mode === 'readWrite' }
          : undefined
        const replayed = kept && (await replay(work, kept))
        if (replayed !== undefined) return replayed
        const isFresh = work.done.length === 0
        const end = await takeTurns(work, approved)
        if (end.kind === 'ask') {
          return ask(work, end, startUrl, usedBefore + clock.now() - startedAt)
        }
        const { summary, output } = end.done
        if (kept?.mayWrite && isFresh) await store(work, kept, summary, end)
        const actions = work.done.length + (approved?.actions ?? 0)
        const ofOutput = output === undefined ? {} : { output }
        return { status: 'done', summary, ...ofOutput, actions, isReplay: false }
      })
    } finally {
      cancel()
    }
  }

  /** A person is asked, who sees what is to be done and why. */
  async function ask(
    work: Work,
    { act, page, kinds }: Extract<End, { kind: 'ask' }>,
    start: string,
    usedMs: number,
  ): Promise<Pursuit> {
    const { request, context, meter } = work.options
    const { goal } = request
    const { history } = work
    const more = { goal, start, history, actions: meter.actions, usedMs }
    const command = pendingOf(act, page, kinds, more)
    const prompt = [
      `The AI wants to do this on ${page.url}: ${inWords(act.action, act.target)} (${kinds.join(', ')}).`,
      `Why: ${act.thought.slice(0, 2000)}`,
      `Its goal: ${goal.slice(0, 2000)}`,
    ].join('\n')
    const outcome = await interactions.ask(
      { kind: 'approval', prompt, command, resumes: true },
      context,
    )
    if (outcome.status !== 'waiting') throw new Error('an approval that is not waited for')
    return outcome
  }
}

/** Opens the page that it begins at, and says where that is; what goes on finds it open, or loaded anew. */
async function begin(
  browser: BrowserWork,
  { start }: PursueRequest,
  approved: Pending | undefined,
): Promise<string> {
  const url = await browser.url()
  const isLost = url === 'about:blank' || url === ''
  const toOpen = approved === undefined ? start : isLost ? approved.url : undefined
  if (toOpen !== undefined) await browser.perform({ do: 'open', url: toOpen }, { source: 'step' })
  return approved?.start ?? browser.url()
}

async function store(
  work: Work,
  { cache, key }: Replay,
  summary: string,
  { evidence }: Extract<End, { kind: 'done' }>,
): Promise<void> {
  if (work.done.length === 0) return
  const result = await cache.put(key, endOf(work, summary, evidence))
  if (result !== 'stored') return
  work.options.context.observe({ type: 'browser.cache', data: { result } })
}

function limitsOf(given: Partial<AiLimits> = {}, caps: AiLimits): AiLimits {
  const names = Object.keys(defaultLimits) as (keyof AiLimits)[]
  const limits = names.map((name) => [
    name,
    Math.min(given[name] ?? defaultLimits[name], caps[name]),
  ])
  return Object.fromEntries(limits) as unknown as AiLimits
}
