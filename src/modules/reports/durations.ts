import { percentile } from '../../percentile.ts'
import type { Durations } from './types.ts'

/** Null of none. */
export function durationsOf(ms: readonly number[]): Durations | null {
  const sorted = ms.toSorted((a, b) => a - b)
  const max = sorted.at(-1)
  return max === undefined
    ? null
    : { p50: percentile(sorted, 50), p95: percentile(sorted, 95), max }
}
