import { createHash } from 'node:crypto'
import type { Entry } from './entries.ts'

export interface Counts {
  readonly sessions: number
  readonly events: number
  readonly artifacts: number
  /** Of all artifacts together. */
  readonly bytes: number
}

/** Counts what goes by and digests its lines. */
export interface Tally {
  add(entry: Entry, line: string | Uint8Array): void
  readonly counts: Counts
  /** SHA-256 over all lines, in hex; once, at the end. */
  sha256(): string
}

export function createTally(): Tally {
  const counts = { sessions: 0, events: 0, artifacts: 0, bytes: 0 }
  const hash = createHash('sha256')
  return {
    counts,
    add(entry, line) {
      hash.update(line)
      if (entry.kind === 'session') counts.sessions += 1
      if (entry.kind === 'events') counts.events += entry.events.length
      if (entry.kind === 'artifact') {
        counts.artifacts += 1
        counts.bytes += entry.bytes
      }
    },
    sha256: () => hash.digest('hex'),
  }
}

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}
