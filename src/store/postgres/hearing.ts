/**
 * Keeps account of what was heard of a log whose positions are dense and told in order. `heard` is
 * the position up to which everything was heard, or lies after what is noted as missed.
 */
export interface Hearing {
  readonly heard: number
  /** A message told of what lies after `from` up to `to`; says whether something before it was missed. */
  hear(from: number, to: number): boolean
  /** The log is this far, and what was not heard until now will not be. */
  skipTo(position: number): void
  /** The log has lost its end. */
  goBackTo(position: number): void
  /** No more messages come: of the last one parts may be missing. */
  breakOff(): void
  /** What follows this position must be read. */
  miss(after: number): void
  /** The position after which the log must be read; whoever takes it reads, or notes it again. */
  takeMissed(): number | undefined
}

export function createHearing(start: number): Hearing {
  let heard = start
  /** Up to here no part of a message can be missing. */
  let complete = start
  let missed: number | undefined

  return {
    get heard() {
      return heard
    },
    hear(from, to) {
      if (to <= heard) return false
      const gap = from > heard
      if (gap) miss(heard)
      complete = heard
      heard = to
      return gap
    },
    skipTo(position) {
      if (position <= heard) return
      miss(heard)
      heard = position
    },
    goBackTo(position) {
      heard = position
      complete = position
      missed = undefined
    },
    breakOff: () => miss(complete),
    miss,
    takeMissed() {
      const after = missed
      missed = undefined
      // All up to here is there to be read by now.
      if (after !== undefined) complete = heard
      return after
    },
  }

  function miss(after: number): void {
    missed = Math.min(missed ?? after, after)
  }
}
