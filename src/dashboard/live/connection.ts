import { useSyncExternalStore } from 'react'

/** Whether the service can be reached: what every request and stream tells, in one place. */
export interface Connection {
  /** ms since the epoch; undefined: it can be reached. */
  readonly lostSince: number | undefined
}

const PROBE_EVERY_MS = 1500
const PROBE_TIMEOUT_MS = 5000

let connection: Connection = { lostSince: undefined }
let probing = false
const listeners = new Set<() => void>()
const waiting = new Set<() => void>()

/** The service did not answer: from now on it is asked until it does. */
export function noteLost(): void {
  if (connection.lostSince === undefined) set({ lostSince: Date.now() })
  if (!probing) void probe()
}

/** The service has answered: whoever waits for it goes on at once. */
export function noteReached(): void {
  if (connection.lostSince === undefined) return
  set({ lostSince: undefined })
  for (const goOn of [...waiting]) goOn()
}

/** Resolves when the service can be reached, after the time at the latest, or when it is cut short. */
export function untilReached(atMostMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const goOn = () => {
      clearTimeout(timer)
      waiting.delete(goOn)
      signal.removeEventListener('abort', goOn)
      resolve()
    }
    const timer = setTimeout(goOn, atMostMs)
    waiting.add(goOn)
    signal.addEventListener('abort', goOn)
    if (signal.aborted) goOn()
  })
}

export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, () => connection)
}

/** Calls back each time the service can be reached again. */
export function onReached(listener: () => void): () => void {
  let wasLost = connection.lostSince !== undefined
  return subscribe(() => {
    const isLost = connection.lostSince !== undefined
    if (wasLost && !isLost) listener()
    wasLost = isLost
  })
}

async function probe(): Promise<void> {
  probing = true
  while (connection.lostSince !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS))
    try {
      const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS)
      if ((await fetch('/healthz', { signal, cache: 'no-store' })).ok) noteReached()
    } catch {
      // Still away: the banner says so already.
    }
  }
  probing = false
}

function set(next: Connection): void {
  connection = next
  for (const listener of [...listeners]) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
