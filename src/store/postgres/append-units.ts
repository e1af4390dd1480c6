import type { EncodedEvent, SessionSummary } from '../types.ts'
import type { AppendWrite } from '../write.ts'

/** A write and its place in the group. */
export interface Placed<Kind> {
  readonly index: number
  readonly write: Kind
}

/** Appends of a group that follow one another in one session: taken as a whole or not at all. */
export interface AppendUnit {
  readonly sessionId: string
  readonly tenant: string
  readonly claim: string | undefined
  readonly expectedSeq: number
  readonly events: readonly EncodedEvent[]
  /** The last one given. */
  readonly summary: SessionSummary | undefined
  readonly parts: readonly Placed<AppendWrite>[]
}

/**
 * Merges appends to units, in rounds: one statement changes a session once, so what does not
 * continue a session's first unit, because somebody else wrote it, is tried after that one.
 */
export function toRounds(appends: readonly Placed<AppendWrite>[]): AppendUnit[][] {
  const bySession = new Map<string, Placed<AppendWrite>[][]>()
  for (const append of appends) {
    const units = bySession.get(append.write.sessionId) ?? []
    bySession.set(append.write.sessionId, units)
    const last = units.at(-1)
    if (last !== undefined && continues(last, append.write)) last.push(append)
    else units.push([append])
  }
  const rounds: AppendUnit[][] = []
  for (const units of bySession.values()) {
    for (const [round, parts] of units.entries()) {
      const ofRound = rounds[round] ?? []
      rounds[round] = ofRound
      ofRound.push(toUnit(parts))
    }
  }
  return rounds
}

/** One unit of what was appended at once. */
export function toUnit(parts: readonly Placed<AppendWrite>[]): AppendUnit {
  const [{ write: first }] = parts as [Placed<AppendWrite>]
  const { sessionId, tenant, claim, expectedSeq } = first
  return {
    sessionId,
    tenant,
    claim,
    expectedSeq,
    events: parts.length === 1 ? first.events : parts.flatMap(({ write }) => write.events),
    summary: parts.findLast(({ write }) => write.summary !== undefined)?.write.summary,
    parts,
  }
}

function continues(parts: readonly Placed<AppendWrite>[], append: AppendWrite): boolean {
  const { write: last } = parts.at(-1) as Placed<AppendWrite>
  return (
    append.tenant === last.tenant &&
    append.claim === last.claim &&
    append.expectedSeq === last.expectedSeq + last.events.length
  )
}
