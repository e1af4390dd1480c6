import { createHash, type Hash } from 'node:crypto'
import type { Entry } from './entries.ts'

export interface SessionDigest {
  readonly id: string
  readonly sha256: string
}

/** Digests each session's lines: its record, its log and all that is its. */
export interface SessionDigests {
  /** Gives the digest of the session before, if there is one, when the next one begins. */
  add(entry: Entry, line: string | Uint8Array): readonly SessionDigest[]
  /** Gives the digest of the last session, if there is one. */
  end(): readonly SessionDigest[]
}

export function createSessionDigests(): SessionDigests {
  let open: { readonly id: string; readonly hash: Hash } | undefined

  return {
    add(entry, line) {
      const before = entry.kind === 'session' ? this.end() : []
      if (entry.kind === 'session') open = { id: entry.id, hash: createHash('sha256') }
      open?.hash.update(line)
      return before
    },
    end() {
      if (open === undefined) return []
      const ended = { id: open.id, sha256: open.hash.digest('base64') }
      open = undefined
      return [ended]
    },
  }
}
