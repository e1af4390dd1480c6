import { useEffect, useState, useSyncExternalStore } from 'react'
import { type Followed, SessionFollower } from './session-follower.ts'

/** Follows a session for as long as the page is shown. */
export function useSession(id: string): Followed & { readonly follower: SessionFollower } {
  const [follower, setFollower] = useState(() => new SessionFollower(id))
  useEffect(() => {
    const own = new SessionFollower(id)
    setFollower(own)
    void own.run()
    return () => own.end()
  }, [id])
  const followed = useSyncExternalStore(follower.subscribe, follower.get)
  return { ...followed, follower }
}
