import type { LoggedEvent } from '../../session/events.ts'
import { describeEvent } from './describe-event.ts'

/** Something that was said to the AI, that it thought, or that was done because of it. */
export interface Utterance {
  readonly seq: number
  /**
   * `task`: what it was told; `thought`: what it or a rule thought; `action`: a tool it called;
   * `question` and `answer`: what a person was asked, and said; `note`: beside all that; `end`: what
   * came of it.
   */
  readonly by: 'task' | 'thought' | 'action' | 'question' | 'answer' | 'note' | 'end'
  readonly stepId: string
  readonly attempt: number
  readonly at: number
  readonly text: string
  /** What the model told of its thinking on the way. */
  readonly reasoning?: string
  /** More of it is to come. */
  readonly isOpen?: true
  readonly turn?: number
  readonly source?: string
  readonly decision?: unknown
  readonly candidates?: readonly {
    readonly role: string
    readonly name: string
    readonly score: number
    readonly why: string
  }[]
  /** What asking the model took. */
  readonly usage?: Usage
  readonly durationMs?: number
  readonly isFailure?: true
}

export interface Usage {
  readonly model: string
  readonly promptTokens: number
  readonly completionTokens: number
  readonly cachedTokens?: number | undefined
  readonly cost?: number | undefined
  readonly isEstimated?: true
  readonly durationMs: number
}

/** What each step is told to reach, by its id; those without words have none. */
export type Tasks = ReadonlyMap<string, string>

/** What the AI was told, what it thought and what came of it, in order; the parts of one thought are one. */
export function conversation(
  events: readonly LoggedEvent[],
  seq: number,
  tasks: Tasks = new Map(),
): readonly Utterance[] {
  const thinking = new Set(
    events.flatMap((event) => (event.type.startsWith('ai.') ? [stepOf(event)] : [])),
  )
  const talk = new Talk(tasks)
  for (const event of events) {
    if (event.seq > seq) break
    if (thinking.has(stepOf(event))) talk.take(event)
  }
  return talk.said
}

class Talk {
  readonly said: Utterance[] = []
  readonly #tasks: Tasks
  /** Where what is still open stands, by the step, the attempt, and the turn or the command. */
  readonly #open = new Map<string, number>()
  /** What was asked of the model last, by the step. */
  readonly #used = new Map<string, Usage>()

  constructor(tasks: Tasks) {
    this.#tasks = tasks
  }

  take(event: LoggedEvent): void {
    switch (event.type) {
      case 'step.started': {
        const text = this.#tasks.get(stepOf(event)) ?? event.data.text
        return text === undefined ? undefined : this.#say(event, { by: 'task', text })
      }
      case 'ai.reasoning':
        return this.#think(event)
      case 'ai.usage':
        return this.#use(event)
      case 'browser.command_started': {
        const { commandId, description, source } = event.data
        return this.#change(event, `command ${commandId}`, {
          by: 'action',
          text: description,
          source,
          isOpen: true,
        })
      }
      case 'browser.command_completed': {
        const { commandId, description, evidence, durationMs } = event.data
        const text = evidence === undefined ? description : `${description}: ${evidence}`
        return this.#change(event, `command ${commandId}`, { by: 'action', text, durationMs })
      }
      case 'browser.command_failed': {
        const { commandId, description, failure, durationMs } = event.data
        const text = `${description}: ${failure.message}`
        const changes = { by: 'action', text, durationMs, isFailure: true } as const
        return this.#change(event, `command ${commandId}`, changes)
      }
      case 'browser.cache':
        return this.#say(event, {
          by: 'note',
          text: [memory[event.data.result], event.data.reason].filter(Boolean).join(': '),
        })
      case 'browser.blocked':
      case 'warning.issued':
        return this.#say(event, { by: 'note', text: describeEvent(event), isFailure: true })
      case 'interaction.created':
        return this.#say(event, { by: 'question', text: event.data.prompt ?? event.data.kind })
      case 'interaction.answered':
        return this.#say(event, { by: 'answer', text: describeEvent(event) })
      case 'step.retrying':
      case 'step.failed':
      case 'step.cancelled':
        this.#tellUsed(event)
        return this.#say(event, { by: 'end', text: describeEvent(event), isFailure: true })
      case 'step.completed':
        return this.#say(event, { by: 'end', text: describeEvent(event) })
    }
  }

  /** The model is asked before what it thought is known. */
  #use(event: Extract<LoggedEvent, { type: 'ai.usage' }>): void {
    this.#tellUsed(event)
    const { estimated, connection: _, ...data } = event.data
    this.#used.set(stepOf(event), { ...data, ...(estimated ? { isEstimated: true } : {}) })
  }

  /** What was asked to no end that can be read. */
  #tellUsed(event: LoggedEvent): void {
    const usage = this.#used.get(stepOf(event))
    if (usage === undefined) return
    this.#used.delete(stepOf(event))
    this.#say(event, { by: 'note', text: 'It was asked, and said nothing of use', usage })
  }

  #think(event: Extract<LoggedEvent, { type: 'ai.reasoning' }>): void {
    const { thought, turn, partial, source, decision, candidates } = event.data
    const key = `${stepOf(event)} ${event.attempt} turn ${turn ?? 0}`
    const before = this.said[this.#open.get(key) ?? -1]
    const reasoning = (before?.reasoning ?? '') + (partial ? thought : '')
    const usage = partial ? undefined : this.#used.get(stepOf(event))
    if (usage !== undefined) this.#used.delete(stepOf(event))
    this.#change(event, `turn ${turn ?? 0}`, {
      by: 'thought',
      ...(usage === undefined ? {} : { usage }),
      text: partial ? '' : thought,
      source,
      ...(reasoning === '' ? {} : { reasoning }),
      ...(turn === undefined ? {} : { turn }),
      ...(decision === undefined ? {} : { decision }),
      ...(candidates === undefined ? {} : { candidates }),
      ...(partial ? { isOpen: true as const } : {}),
    })
  }

  /** Says it, or what was open of the same anew. */
  #change(event: LoggedEvent, name: string, what: What): void {
    const { attempt = 0 } = event as { attempt?: number }
    const key = `${stepOf(event)} ${attempt} ${name}`
    const index = this.#open.get(key)
    const before = index === undefined ? undefined : this.said[index]
    if (index === undefined || before === undefined) {
      this.#say(event, what)
    } else {
      const { seq, at, source } = before
      const kept = source === undefined ? {} : { source }
      this.said[index] = { ...this.#whole(event, { ...kept, ...what }), seq, at }
    }
    if (what.isOpen) this.#open.set(key, index ?? this.said.length - 1)
    else this.#open.delete(key)
  }

  #say(event: LoggedEvent, what: What): void {
    this.said.push(this.#whole(event, what))
  }

  #whole(event: LoggedEvent, what: What): Utterance {
    const { attempt = 0 } = event as { attempt?: number }
    return { ...what, seq: event.seq, stepId: stepOf(event), attempt, at: Date.parse(event.at) }
  }
}

type What = Omit<Utterance, 'seq' | 'stepId' | 'attempt' | 'at'>

const memory = {
  hit: 'Done as before, without asking the model',
  miss: 'The model has to be asked',
  healed: 'What was kept from an earlier run was found anew',
  stored: 'Kept for the next run',
  evicted: 'What was kept failed too often, and is forgotten',
} as const

function stepOf(event: LoggedEvent): string {
  return (event as { stepId?: string }).stepId ?? ''
}

/** All that asking the model took. */
export function usageOf(said: readonly Utterance[]) {
  const total = { calls: 0, promptTokens: 0, completionTokens: 0, cost: 0 }
  for (const { usage } of said) {
    if (usage === undefined) continue
    total.calls += 1
    total.promptTokens += usage.promptTokens
    total.completionTokens += usage.completionTokens
    total.cost += usage.cost ?? 0
  }
  return total
}
