import type { Document } from '../../store/documents.ts'
import type { Claimant } from './claims.ts'
import type { HeldInteraction } from './types.ts'
import { isFree, type Waiter } from './waiter.ts'

export interface LineOptions {
  /** The oldest tickets of the queue. */
  list(limit: number): Promise<readonly Document[]>
  take(ticket: Document, claimant: Claimant): Promise<HeldInteraction | undefined>
  /** Told when the last of those who waited has gone. */
  onEmpty(): void
}

/** How many tickets are dealt at once, at most. */
const PAGE = 100

/**
 * Those who wait at a queue in this process, in the order in which they came. Tickets are dealt like
 * cards, the oldest first: each of them gets one before anybody gets a second.
 */
export class Line {
  readonly #options: LineOptions
  #waiters: Waiter[] = []
  /** Tickets that were dealt. */
  readonly #dealt = new Set<string>()
  /** Those that nobody could have; they are tried again when something has happened. */
  readonly #passedOver = new Set<string>()
  #looking = false
  /** How often something has happened. */
  #wakes = 0
  #again = false

  constructor(options: LineOptions) {
    this.#options = options
  }

  get length(): number {
    return this.#waiters.length
  }

  /** Waits for what there is, until the signal aborts. */
  join(
    claimant: Claimant,
    { max, stays, signal }: { max: number; stays: boolean; signal: AbortSignal },
  ): Promise<readonly HeldInteraction[]> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiter.isLeaving = true
        this.#settle(waiter)
      }
      const done =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          signal.removeEventListener('abort', leave)
          settle(value)
        }
      const waiter: Waiter = {
        claimant,
        max,
        stays,
        isLeaving: signal.aborted,
        got: [],
        pending: 0,
        resolve: done(resolve),
        reject: done(reject),
      }
      this.#waiters.push(waiter)
      if (waiter.isLeaving) return leave()
      signal.addEventListener('abort', leave, { once: true })
      this.wake()
    })
  }

  /** There may be something to have. */
  wake(): void {
    this.#wakes += 1
    this.#passedOver.clear()
    this.#lookAgain()
  }

  /** What comes while it looks may have been missed, so it looks again. */
  #lookAgain(): void {
    this.#again = true
    if (!this.#looking) void this.#look()
  }

  async #look(): Promise<void> {
    this.#looking = true
    while (this.#again && this.#waiters.length > 0) {
      this.#again = false
      // Whoever comes while the tickets are read may come too late for them.
      const here = this.#waiters.filter(isFree)
      try {
        await this.#dealTo(here)
      } catch (error) {
        for (const waiter of here) {
          if (!waiter.stays) this.#leave(waiter, () => waiter.reject(error))
        }
      }
    }
    this.#looking = false
  }

  async #dealTo(here: readonly Waiter[]): Promise<void> {
    const wanted = Math.min(
      here.reduce((sum, { max }) => sum + max, 0),
      PAGE,
    )
    if (wanted === 0) return
    const known = this.#dealt.size + this.#passedOver.size
    const listed = await this.#options.list(wanted + known)
    const fresh = listed.filter(({ id }) => !this.#dealt.has(id) && !this.#passedOver.has(id))
    this.#dealOut(fresh.slice(0, wanted), here.filter(isFree))
    // The next look finds more, or nobody who wants any.
    if (fresh.length >= wanted) this.#again = true
    else this.#sendAway(here)
  }

  /** One round after the other; whoever has as many as it takes is left out. */
  #dealOut(tickets: readonly Document[], waiters: readonly Waiter[]): void {
    let round = waiters
    let next = 0
    while (next < tickets.length && round.length > 0) {
      for (const waiter of round) {
        const ticket = tickets[next++]
        if (ticket !== undefined) this.#deal(waiter, ticket)
      }
      round = round.filter(({ pending, max }) => pending < max)
    }
  }

  /** Those who do not stay go when there was nothing for them. */
  #sendAway(here: readonly Waiter[]): void {
    for (const waiter of here) {
      if (!waiter.stays && isFree(waiter)) this.#leave(waiter, () => waiter.resolve([]))
    }
  }

  #deal(waiter: Waiter, ticket: Document): void {
    const { id } = ticket
    const wakes = this.#wakes
    // What has happened meanwhile may have been that it is to be had now.
    const passOver = () => void (this.#wakes === wakes && this.#passedOver.add(id))
    this.#dealt.add(id)
    waiter.pending += 1
    this.#options
      .take(ticket, waiter.claimant)
      .then(
        (held) => {
          if (held === undefined) passOver()
          else waiter.got.push(held)
        },
        (error: unknown) => {
          passOver()
          const isAll = waiter.got.length === 0 && waiter.pending === 1
          if (isAll && !waiter.stays) this.#leave(waiter, () => waiter.reject(error))
        },
      )
      .finally(() => {
        this.#dealt.delete(id)
        waiter.pending -= 1
        this.#settle(waiter)
        // Whoever has nothing keeps its place: somebody elsewhere was faster.
        if (isFree(waiter)) this.#lookAgain()
      })
  }

  /** Lets one go that has something, or waits no longer, unless something is under way to it. */
  #settle(waiter: Waiter): void {
    const { got, pending, isLeaving } = waiter
    if (pending > 0 || (got.length === 0 && !isLeaving)) return
    this.#leave(waiter, () => waiter.resolve(got.toSorted(byAge)))
  }

  #leave(waiter: Waiter, tell: () => void): void {
    const others = this.#waiters.filter((other) => other !== waiter)
    const wasHere = others.length < this.#waiters.length
    this.#waiters = others
    if (!wasHere) return
    waiter.isLeaving = true
    tell()
    if (others.length === 0) this.#options.onEmpty()
  }
}

function byAge(a: HeldInteraction, b: HeldInteraction): number {
  return a.interaction.askedAt - b.interaction.askedAt
}
