/** A percentile by nearest rank: a value that did occur; 0 of none. @param sorted ascending */
export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0
}
