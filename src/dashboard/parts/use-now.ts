import { useEffect, useState } from 'react'

/** The time, again and again while something is under way. */
export function useNow(isMoving: boolean, everyMs = 1000): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!isMoving) return
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [isMoving, everyMs])
  return now
}
