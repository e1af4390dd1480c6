import type { HistoryEntry } from './types.ts'

/** How many entries are kept: the last. */
export const MAX_ENTRIES = 50

/** A history with one more entry; the same again in a row is counted, so that it crowds out nothing. */
export function withEntry(
  history: readonly HistoryEntry[],
  entry: HistoryEntry,
): readonly HistoryEntry[] {
  const last = history.at(-1)
  if (last === undefined || !isSame(last, entry)) return [...history, entry].slice(-MAX_ENTRIES)
  const count = (last.count ?? 1) + (entry.count ?? 1)
  return [...history.slice(0, -1), { ...last, lastAt: entry.lastAt ?? entry.at, count }]
}

function isSame(a: HistoryEntry, b: HistoryEntry): boolean {
  return a.kind === b.kind && a.message === b.message && !a.sessionId && !b.sessionId
}
