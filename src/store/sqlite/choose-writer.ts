import type { SyncCommitter } from './committer.ts'

/** Where commits run: in the event loop, or in a thread of their own. */
export type Writer = 'loop' | 'thread'

const TRIALS = 5

/** A commit that takes longer than this is worth the way to another thread and back. */
const SLOW_COMMIT_MS = 0.5

/**
 * The better place for commits on this disk, by trying a few. On a fast disk the way to a thread
 * costs a lone session more than it saves; where an fsync takes milliseconds, the event loop serves
 * requests and decides steps meanwhile.
 */
export function chooseWriter(committer: SyncCommitter): Writer {
  const durations = Array.from({ length: TRIALS }, () => timeCommit(committer))
  const median = durations.toSorted((a, b) => a - b)[Math.floor(TRIALS / 2)] ?? 0
  return median > SLOW_COMMIT_MS ? 'thread' : 'loop'
}

function timeCommit(committer: SyncCommitter): number {
  const startedAt = performance.now()
  committer.commit([{ kind: 'setting', name: 'store.trial', value: String(startedAt) }])
  return performance.now() - startedAt
}
