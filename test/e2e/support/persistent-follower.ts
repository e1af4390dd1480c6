import { setTimeout as pause } from 'node:timers/promises'
import { finalEventTypes } from '../../../src/session/events.ts'
import { messages } from '../../support/follow.ts'
import { isCut, type Target } from './service-under-fire.ts'

/** What one follower saw of a session over all its connections. */
export interface Followed {
  readonly sessionId: string
  /** The frames that carry an id, in the order in which they came. */
  readonly frames: readonly { readonly id: string; readonly type: string; readonly data: string }[]
  readonly connections: number
  /** Frames that say that something was missed. */
  readonly gaps: number
}

/** How long a follower waits before it connects again. */
const AGAIN_MS = 20

/** Follows a session to its end, resuming by `Last-Event-ID` whenever the connection breaks or was long enough. */
export async function followThrough(service: Target, sessionId: string): Promise<Followed> {
  const frames: { id: string; type: string; data: string }[] = []
  let connections = 0
  let gaps = 0
  for (;;) {
    const url = await service.url()
    const last = frames.at(-1)
    connections += 1
    try {
      const signal = service.streamLimit?.()
      const options = {
        ...(last === undefined ? {} : { after: Number(last.id) }),
        ...(signal === undefined ? {} : { signal }),
      }
      for await (const { id, event = '', data } of messages(url, sessionId, options)) {
        if (id !== undefined && data !== '') frames.push({ id, type: event, data })
        else if (event === 'stream.gap') gaps += 1
      }
    } catch (error) {
      if (!isCut(error)) throw error
    }
    const type = frames.at(-1)?.type
    if (finalEventTypes.has(type as never)) return { sessionId, frames, connections, gaps }
    await pause(AGAIN_MS)
  }
}
