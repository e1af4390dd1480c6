import { StepstreamError } from '../../errors.ts'

export interface BatchOptions<Ask, Answer> {
  /** How many asks go into one statement. */
  readonly size: number
  readonly one: (ask: Ask) => Promise<Answer>
  /** Answers in the order of the asks; never asked for fewer than two. */
  readonly many: (asks: readonly Ask[]) => Promise<readonly Answer[]>
}

interface Entry<Ask, Answer> {
  readonly ask: Ask
  readonly resolve: (answer: Answer) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Reads by one statement what is asked for in one go: whoever claims sessions by the hundred reads
 * them all at once, and a statement for each costs more than the reading itself.
 */
export function createBatch<Ask, Answer>({
  size,
  one,
  many,
}: BatchOptions<Ask, Answer>): (ask: Ask) => Promise<Answer> {
  let waiting: Entry<Ask, Answer>[] = []

  return (ask) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) queueMicrotask(flush)
      waiting.push({ ask, resolve, reject })
    })

  function flush(): void {
    const entries = waiting
    waiting = []
    for (let from = 0; from < entries.length; from += size) {
      void answer(entries.slice(from, from + size))
    }
  }

  async function answer(entries: readonly Entry<Ask, Answer>[]): Promise<void> {
    if (entries.length === 1) return answerEach(entries)
    try {
      const answers = await many(entries.map(({ ask }) => ask))
      for (const [index, entry] of entries.entries()) entry.resolve(answers[index] as Answer)
    } catch (error) {
      // Either the database is away from all of them, or one ask is at fault and the others are not.
      if (error instanceof StepstreamError) for (const { reject } of entries) reject(error)
      else answerEach(entries)
    }
  }

  function answerEach(entries: readonly Entry<Ask, Answer>[]): void {
    for (const { ask, resolve, reject } of entries) one(ask).then(resolve, reject)
  }
}
