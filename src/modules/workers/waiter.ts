import type { Claimant } from './claims.ts'
import type { HeldInteraction } from './types.ts'

/** A claim that stands in line. */
export interface Waiter {
  readonly claimant: Claimant
  readonly max: number
  /** Whether it stays when there is nothing for it. */
  readonly stays: boolean
  /** It waits no longer, and gets no more than is under way to it. */
  isLeaving: boolean
  readonly got: HeldInteraction[]
  /** How many tickets it was dealt of which it is not known yet whether it gets them. */
  pending: number
  resolve(got: readonly HeldInteraction[]): void
  reject(error: unknown): void
}

/** Whether it waits, and nothing is under way to it. */
export function isFree({ got, pending, isLeaving }: Waiter): boolean {
  return !isLeaving && got.length === 0 && pending === 0
}
