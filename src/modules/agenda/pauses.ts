import type { Document } from '../../store/documents.ts'

/** The first pause after a failure; doubled each time, up to the longest. */
const FAILED_MS = 1000
const MAX_FAILED_MS = 5 * 60_000

/** How long a document rests that its handler left as it was, so that it is not asked without end. */
const UNCHANGED_MS = 1000

interface Pause {
  readonly failures: number
  readonly until: number
  readonly version: number
}

/** Which documents are left alone for a while, though they are due. */
export class Pauses {
  readonly #pauses = new Map<string, Pause>()

  failed(document: Document, now: number): void {
    const key = keyOf(document)
    const failures = (this.#pauses.get(key)?.failures ?? 0) + 1
    const pauseMs = Math.min(FAILED_MS * 2 ** (failures - 1), MAX_FAILED_MS)
    this.#pauses.set(key, { failures, until: now + pauseMs, version: document.version })
  }

  succeeded(document: Document, now: number): void {
    const { version } = document
    this.#pauses.set(keyOf(document), { failures: 0, until: now + UNCHANGED_MS, version })
  }

  /** Until when it is left alone, ms since the epoch; undefined: it is not. */
  until(document: Document): number | undefined {
    const pause = this.#pauses.get(keyOf(document))
    if (pause === undefined) return undefined
    const isChanged = pause.failures === 0 && pause.version !== document.version
    return isChanged ? undefined : pause.until
  }

  /** Forgets what has not come again: others have seen to it. */
  prune(now: number): void {
    for (const [key, { failures, until }] of this.#pauses) {
      if (until + (failures === 0 ? 0 : MAX_FAILED_MS) < now) this.#pauses.delete(key)
    }
  }
}

/** Tells documents apart. */
export function keyOf({ tenant, kind, id }: Document): string {
  return JSON.stringify([tenant, kind, id])
}
