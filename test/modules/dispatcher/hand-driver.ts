import { expect } from 'vitest'
import type { Drive, Parked, Turn } from '../../../src/modules/dispatcher/types.ts'

/** How long a condition is waited for before it counts as never coming. */
export const soon = { timeout: 10_000, interval: 5 } as const

/** One drive, which goes on until the test ends it. */
export interface HandDrive {
  readonly sessionId: string
  readonly turn: Turn
  /** ms since the epoch. */
  readonly beganAt: number
  letGo(parked: Parked): void
  fail(error: Error): void
}

/** Drives sessions by the test's hand; each drive looks once when it begins. */
export class HandDriver {
  /** In the order in which they began. */
  readonly drives: HandDrive[] = []
  readonly #under = new Map<string, number>()
  #mostAtOnce = 0
  #mostOfOneSession = 0
  #released = false

  get mostAtOnce(): number {
    return this.#mostAtOnce
  }

  get mostOfOneSession(): number {
    return this.#mostOfOneSession
  }

  readonly drive: Drive = async (turn) => {
    this.#enter(turn.sessionId)
    turn.look()
    try {
      return await new Promise<Parked>((letGo, fail) => {
        const { sessionId } = turn
        this.drives.push({ sessionId, turn, beganAt: Date.now(), letGo, fail })
        if (this.#released) letGo({})
      })
    } finally {
      this.#leave(turn.sessionId)
    }
  }

  of(sessionId: string): readonly HandDrive[] {
    return this.drives.filter((drive) => drive.sessionId === sessionId)
  }

  /** The nth drive of a session, once it has begun. */
  async begun(sessionId: string, nth = 1): Promise<HandDrive> {
    await expect
      .poll(() => this.of(sessionId).length, { ...soon, message: `drive ${nth} of ${sessionId}` })
      .toBeGreaterThanOrEqual(nth)
    return this.of(sessionId)[nth - 1]!
  }

  /** The test is over: every drive lets go, and those that begin later do so at once. */
  release(): void {
    this.#released = true
    for (const drive of this.drives) drive.letGo({})
  }

  #enter(sessionId: string): void {
    const ofSession = (this.#under.get(sessionId) ?? 0) + 1
    this.#under.set(sessionId, ofSession)
    const all = [...this.#under.values()].reduce((sum, count) => sum + count, 0)
    this.#mostOfOneSession = Math.max(this.#mostOfOneSession, ofSession)
    this.#mostAtOnce = Math.max(this.#mostAtOnce, all)
  }

  #leave(sessionId: string): void {
    this.#under.set(sessionId, (this.#under.get(sessionId) ?? 0) - 1)
  }
}
