/** How many streams are written in one turn of the event loop, so that other work gets its share. */
const MAX_PER_TURN = 256

export interface Pumped {
  pump(): void
}

/** Gathers the streams that were woken, to write each once at the end of the turn, whatever woke it how often. */
export class TurnQueue {
  #waiting: Pumped[] = []

  add(stream: Pumped): void {
    if (this.#waiting.push(stream) === 1) setImmediate(() => this.#run())
  }

  #run(): void {
    const batch = this.#waiting.splice(0, MAX_PER_TURN)
    if (this.#waiting.length > 0) setImmediate(() => this.#run())
    for (const stream of batch) stream.pump()
  }
}
