import type { LoggedEvent } from '../../session/events.ts'

/** Something that was thought, or done because of it. */
export interface Utterance {
  readonly seq: number
  readonly by: 'thought' | 'action' | 'usage'
  readonly stepId: string
  readonly attempt: number
  readonly at: number
  readonly text: string
  readonly turn?: number
  readonly source?: string
  readonly decision?: unknown
  readonly candidates?: readonly {
    readonly role: string
    readonly name: string
    readonly score: number
    readonly why: string
  }[]
  readonly isFailure?: true
}

/** What the AI thought and what came of it, in order; the parts of one thought are one. */
export function conversation(events: readonly LoggedEvent[], seq: number): readonly Utterance[] {
  const said: Utterance[] = []
  let open: { key: string; index: number } | undefined
  for (const event of events) {
    if (event.seq > seq) break
    if (!isPart(event)) continue
    const { stepId = '', attempt = 0 } = event
    const common = { seq: event.seq, stepId, attempt, at: Date.parse(event.at) }
    if (event.type === 'ai.reasoning') {
      const { thought, turn, partial, source, decision, candidates } = event.data
      const key = `${stepId} ${attempt} ${turn ?? 0}`
      const before = open?.key === key ? said[open.index] : undefined
      const utterance: Utterance = {
        ...common,
        ...(before === undefined ? {} : { seq: before.seq, at: before.at }),
        by: 'thought',
        text: before === undefined ? thought : before.text + thought,
        source,
        ...(turn === undefined ? {} : { turn }),
        ...(decision === undefined ? {} : { decision }),
        ...(candidates === undefined ? {} : { candidates }),
      }
      const index = open !== undefined && before !== undefined ? open.index : said.length
      said[index] = utterance
      open = partial ? { key, index } : undefined
    } else if (event.type === 'ai.usage') {
      const { model, promptTokens, completionTokens, durationMs } = event.data
      const tokens = `${promptTokens.toLocaleString()} + ${completionTokens.toLocaleString()} tokens`
      said.push({
        ...common,
        by: 'usage',
        text: `${model}, ${tokens}, ${Math.round(durationMs)} ms`,
      })
    } else if (event.type === 'browser.command_failed') {
      const { description, failure } = event.data
      said.push({
        ...common,
        by: 'action',
        text: `${description}: ${failure.message}`,
        isFailure: true,
      })
    } else {
      const { description, evidence } = event.data
      const text = evidence === undefined ? description : `${description}: ${evidence}`
      said.push({ ...common, by: 'action', text })
    }
  }
  return said
}

type Part = Extract<
  LoggedEvent,
  { type: 'ai.reasoning' | 'ai.usage' | 'browser.command_completed' | 'browser.command_failed' }
>

const parts: ReadonlySet<LoggedEvent['type']> = new Set<LoggedEvent['type']>([
  'ai.reasoning',
  'ai.usage',
  'browser.command_completed',
  'browser.command_failed',
])

function isPart(event: LoggedEvent): event is Part {
  return parts.has(event.type)
}
