import type { Clock } from '../../clock.ts'

/** How long a thing rests that had nothing to do: many ends in a row are looked at together. */
const REST_MS = 50

interface Turn {
  again: boolean
  running: Promise<void> | undefined
  cancelRest: () => void
}

/**
 * Runs something for a key, never twice at once: who asks while it runs, or rests, has it run again.
 */
export class Pump {
  readonly #turns = new Map<string, Turn>()
  readonly #work: (key: string) => Promise<boolean>
  readonly #onFault: (error: unknown) => void
  readonly #clock: Clock
  #stopped = false

  /**
   * @param work says whether there was anything to do
   * @param onFault told what a run throws that nobody waits for
   */
  constructor(
    work: (key: string) => Promise<boolean>,
    onFault: (error: unknown) => void,
    clock: Clock,
  ) {
    this.#work = work
    this.#onFault = onFault
    this.#clock = clock
  }

  /** Resolves when the run that is under way, or begins now, is over. @throws what the work throws */
  wake(key: string): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    const turn = this.#turns.get(key)
    if (turn === undefined) return this.#run(key)
    turn.again = true
    return turn.running ?? Promise.resolve()
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const { cancelRest } of this.#turns.values()) cancelRest()
    await Promise.allSettled([...this.#turns.values()].map(({ running }) => running))
  }

  #run(key: string): Promise<void> {
    const turn: Turn = { again: false, running: undefined, cancelRest: () => {} }
    this.#turns.set(key, turn)
    turn.running = this.#work(key).then(
      (hasActed) => this.#rest(key, turn, hasActed ? 0 : REST_MS),
      (error: unknown) => {
        this.#rest(key, turn, REST_MS)
        throw error
      },
    )
    return turn.running
  }

  #rest(key: string, turn: Turn, ms: number): void {
    turn.running = undefined
    const wakeUp = () => {
      this.#turns.delete(key)
      if (turn.again) this.wake(key).catch(this.#onFault)
    }
    if (this.#stopped) this.#turns.delete(key)
    else if (ms === 0) wakeUp()
    else turn.cancelRest = this.#clock.setTimer(ms, wakeUp)
  }
}
