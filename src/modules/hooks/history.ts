import type { HookEntry } from './types.ts'

/** How many entries are kept: the last. */
const MAX_ENTRIES = 50

/**
 * A history with one more entry; the same again in a row is counted, so that it crowds out nothing.
 * What several processes found out about one event stands in it once: the same history comes back.
 */
export function withEntry(history: readonly HookEntry[], entry: HookEntry): readonly HookEntry[] {
  if (history.some((one) => isAboutSame(one, entry))) return history
  const last = history.at(-1)
  if (last === undefined || !isRepeated(last, entry)) return [...history, entry].slice(-MAX_ENTRIES)
  const { at: lastAt, ...again } = entry
  return [...history.slice(0, -1), { ...again, at: last.at, lastAt, count: (last.count ?? 1) + 1 }]
}

function isAboutSame(a: HookEntry, b: HookEntry): boolean {
  if (a.sessionId !== undefined && a.sessionId === b.sessionId) return true
  if (a.event === undefined || b.event === undefined) return false
  return a.event.sessionId === b.event.sessionId && a.event.seq === b.event.seq
}

function isRepeated(a: HookEntry, b: HookEntry): boolean {
  return a.kind === b.kind && a.message === b.message && !a.sessionId && !b.sessionId
}
