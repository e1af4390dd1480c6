import { useQueryClient } from '@tanstack/react-query'
import { WifiOff } from 'lucide-react'
import { useEffect } from 'react'
import { onReached, useConnection } from '../live/connection.ts'
import { duration } from '../parts/format.ts'
import { useNow } from '../parts/use-now.ts'

/** Says when the service cannot be reached; all that is shown is asked for anew once it can. */
export function ConnectionBanner() {
  const queries = useQueryClient()
  const { lostSince } = useConnection()
  const now = useNow(lostSince !== undefined)
  useEffect(() => onReached(() => void queries.invalidateQueries()), [queries])
  return (
    <div aria-live="polite">
      {lostSince === undefined ? null : (
        <div className="banner">
          <WifiOff size={16} aria-hidden="true" />
          <span>
            Disconnected for {duration(Math.max(0, now - lostSince))}. What you see may be out of
            date; it goes on by itself.
          </span>
        </div>
      )}
    </div>
  )
}
