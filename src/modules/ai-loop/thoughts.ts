import type { ExecutorContext } from '../executors/types.ts'
import type { Decision } from './decision.ts'
import { decisionIn } from './words.ts'

/** How much of a thought that comes bit by bit makes an event. */
const THOUGHT_CHARS = 400

/** Gathers the thought of a turn that comes bit by bit into few events. */
export class Thoughts {
  readonly #context: Pick<ExecutorContext, 'observe'>
  readonly #turn: number
  #gathered = ''

  constructor(context: Pick<ExecutorContext, 'observe'>, turn: number) {
    this.#context = context
    this.#turn = turn
  }

  add(text: string): void {
    this.#gathered += text
    if (this.#gathered.length >= THOUGHT_CHARS) this.#tell()
  }

  /** What it came to. */
  end(decision: Decision): void {
    this.#tell()
    const { thought } = decision
    const data = {
      source: 'ai',
      thought,
      turn: this.#turn,
      decision: decisionIn(decision),
    } as const
    this.#context.observe({ type: 'ai.reasoning', data })
  }

  #tell(): void {
    const data = { source: 'ai', thought: this.#gathered, turn: this.#turn, partial: true } as const
    if (this.#gathered !== '') this.#context.observe({ type: 'ai.reasoning', data })
    this.#gathered = ''
  }
}
