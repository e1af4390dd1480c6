import { useEffect, useState } from 'react'
import type { LoggedEvent } from '../../session/events.ts'
import { Shares } from '../log/shares.ts'
import { listen } from './event-stream.ts'

/** Of larger ones each step would be too much to read for a list: what they tell now and then does. */
const SMALL_STEPS = 500

/** Unfinished sessions, as a list has them. */
export interface Unfinished {
  readonly sessionId: string
  readonly totalSteps: number
}

/** How far each of some unfinished sessions is, in percent, as their logs tell it live. */
export function useProgressOf(sessions: readonly Unfinished[]): ReadonlyMap<string, number> {
  const isSmall = ({ totalSteps }: Unfinished) => totalSteps <= SMALL_STEPS
  const small = useShares(sessions.filter(isSmall), 'step.*')
  const large = useShares(
    sessions.filter((one) => !isSmall(one)),
    'session.progress',
  )
  return new Map([...small, ...large])
}

function useShares(sessions: readonly Unfinished[], types: string): ReadonlyMap<string, number> {
  const [progress, setProgress] = useState<ReadonlyMap<string, number>>(new Map())
  const key = sessions
    .map(({ sessionId, totalSteps }) => `${sessionId} ${totalSteps}`)
    .toSorted()
    .join()
  useEffect(() => {
    if (key === '') return
    const ending = new AbortController()
    const pairs = key.split(',').map((pair) => pair.split(' ') as [string, string])
    const shares = new Shares(new Map(pairs.map(([id, total]) => [id, Number(total)])))
    const query = new URLSearchParams({ sessions: pairs.map(([id]) => id).join(), types })
    listen({
      path: `/v1/events?${query}`,
      signal: ending.signal,
      onState: () => {},
      onMessages: (messages) => {
        for (const { event, data } of messages) {
          if (event?.startsWith('stream.') === false) shares.take(JSON.parse(data) as LoggedEvent)
        }
        setProgress(shares.percents())
      },
    }).catch(() => {
      // One of them was removed meanwhile: the list, which is asked for again and again, says so.
    })
    return () => ending.abort()
  }, [key, types])
  return progress
}
