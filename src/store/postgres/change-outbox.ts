import { createListeners } from './listeners.ts'

/** Passes ids on to listeners, some at each turn of the event loop, so that many block nothing. */
export interface ChangeOutbox {
  onChange(listener: (sessionIds: readonly string[]) => void): void
  add(sessionIds: Iterable<string>): void
  tellAtOnce(sessionIds: readonly string[]): void
  /** Drops what was not told, and what is added later. */
  close(): void
}

const SLICE = 500

export function createChangeOutbox(): ChangeOutbox {
  const listeners = createListeners<[readonly string[]]>()
  const waiting = new Set<string>()
  let next: NodeJS.Immediate | undefined
  let closed = false

  return {
    onChange: listeners.add,
    add(sessionIds) {
      if (closed) return
      for (const id of sessionIds) waiting.add(id)
      if (waiting.size > 0) next ??= setImmediate(tellSome)
    },
    tellAtOnce: (sessionIds) => listeners.tell(sessionIds),
    close() {
      closed = true
      clearImmediate(next)
      waiting.clear()
    },
  }

  function tellSome(): void {
    const slice: string[] = []
    for (const id of waiting) {
      slice.push(id)
      waiting.delete(id)
      if (slice.length === SLICE) break
    }
    next = waiting.size > 0 ? setImmediate(tellSome) : undefined
    listeners.tell(slice)
  }
}
