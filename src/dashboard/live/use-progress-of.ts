import { useEffect, useState } from 'react'
import type { LoggedEvent } from '../../session/events.ts'
import { listen } from './event-stream.ts'

/** How far each of some unfinished sessions is, in percent, as their logs tell it live. */
export function useProgressOf(sessionIds: readonly string[]): ReadonlyMap<string, number> {
  const [progress, setProgress] = useState<ReadonlyMap<string, number>>(new Map())
  const key = sessionIds.toSorted().join()
  useEffect(() => {
    if (key === '') return
    const ending = new AbortController()
    const query = new URLSearchParams({ sessions: key, types: 'session.progress' })
    listen({
      path: `/v1/events?${query}`,
      signal: ending.signal,
      onState: () => {},
      onMessages: (messages) => {
        const news = messages
          .filter(({ event }) => event === 'session.progress')
          .map(({ data }) => JSON.parse(data) as LoggedEvent)
        const pairs = news.flatMap(({ type, sessionId, data }): [string, number][] =>
          type === 'session.progress' ? [[sessionId, data.percent]] : [],
        )
        if (pairs.length > 0) setProgress((before) => new Map([...before, ...pairs]))
      },
    }).catch(() => {
      // One of them was removed meanwhile: the list, which is asked for again and again, says so.
    })
    return () => ending.abort()
  }, [key])
  return progress
}
