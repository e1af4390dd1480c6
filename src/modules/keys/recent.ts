import type { Clock } from '../../clock.ts'

/** How long an answer is good: so long something works on after another process has ended it. */
const TTL_MS = 2000

/** How many answers are kept. */
const MAX_KEPT = 10_000

/** Answers of the store, so that it is not asked each time, and several who ask at once wait for one. */
export interface Recent<T> {
  look(name: string, ask: () => Promise<T>): Promise<T>
  /** After every change of this process, so that nobody here is let in by what was. @default all */
  forget(name?: string): void
}

interface Kept<T> {
  readonly askedAt: number
  readonly found: Promise<T>
}

export function createRecent<T>(clock: Pick<Clock, 'now'>): Recent<T> {
  const kept = new Map<string, Kept<T>>()

  return {
    look(name, ask) {
      const known = kept.get(name)
      if (known !== undefined && isFresh(known)) return known.found
      const asked = { askedAt: clock.now(), found: ask() }
      // In the order in which they were asked, so that the oldest is the first.
      kept.delete(name)
      kept.set(name, asked)
      asked.found.catch(() => {
        if (kept.get(name) === asked) kept.delete(name)
      })
      const [oldest] = kept.keys()
      if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest)
      return asked.found
    },
    forget(name) {
      if (name === undefined) kept.clear()
      else kept.delete(name)
    },
  }

  function isFresh({ askedAt }: Kept<T>): boolean {
    const age = clock.now() - askedAt
    return age >= 0 && age < TTL_MS
  }
}
