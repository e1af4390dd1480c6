import type { Clock } from '../../clock.ts'

export interface WheelEntry {
  /** Called when its time has come; returns when it wants to be called next, in ms since the epoch. */
  onDue(now: number): number
}

/** Many coarse timers on one: entries that fall due within the same tick are called together. */
export class TimerWheel {
  readonly #clock: Clock
  readonly #tickMs: number
  readonly #slots = new Map<number, Set<WheelEntry>>()
  readonly #places = new Map<WheelEntry, number>()
  #cancel: (() => void) | undefined

  /** @param tickMs how late an entry may be called, at most */
  constructor(clock: Clock, tickMs: number) {
    this.#clock = clock
    this.#tickMs = tickMs
  }

  get size(): number {
    return this.#places.size
  }

  add(entry: WheelEntry, dueAt: number): void {
    this.remove(entry)
    const place = Math.ceil(dueAt / this.#tickMs)
    const slot = this.#slots.get(place)
    if (slot === undefined) this.#slots.set(place, new Set([entry]))
    else slot.add(entry)
    this.#places.set(entry, place)
    this.#cancel ??= this.#schedule()
  }

  remove(entry: WheelEntry): void {
    const place = this.#places.get(entry)
    if (place === undefined) return
    this.#places.delete(entry)
    const slot = this.#slots.get(place)
    slot?.delete(entry)
    if (slot?.size === 0) this.#slots.delete(place)
    if (this.#places.size > 0) return
    this.#cancel?.()
    this.#cancel = undefined
  }

  #schedule(): () => void {
    const now = this.#clock.now()
    const nextTick = (Math.floor(now / this.#tickMs) + 1) * this.#tickMs
    return this.#clock.setTimer(nextTick - now, () => this.#turn())
  }

  #turn(): void {
    this.#cancel = this.#schedule()
    const now = this.#clock.now()
    for (const [place, slot] of [...this.#slots]) {
      if (place * this.#tickMs <= now) this.#callAll([...slot], place, now)
    }
  }

  /** An entry that left during its call is not put back, and none is called twice in one tick. */
  #callAll(entries: readonly WheelEntry[], place: number, now: number): void {
    for (const entry of entries) {
      if (this.#places.get(entry) !== place) continue
      const dueAt = entry.onDue(now)
      if (this.#places.get(entry) === place) this.add(entry, Math.max(dueAt, now + 1))
    }
  }
}
