import { type RefObject, useEffect, useRef } from 'react'

/** Keys pressed anywhere within an element. */
export function useKeys(
  element: RefObject<HTMLElement | null>,
  onKey: (event: KeyboardEvent) => void,
): void {
  const tell = useRef(onKey)
  tell.current = onKey
  useEffect(() => {
    const node = element.current
    const listen = (event: KeyboardEvent) => tell.current(event)
    node?.addEventListener('keydown', listen)
    return () => node?.removeEventListener('keydown', listen)
  }, [element])
}

/** How many frames something may take to be there, and how many it must keep the focus then. */
const MAX_FRAMES = 40
const SETTLED_FRAMES = 4

/**
 * Gives an element the focus once it is there and can be seen, and a dialog that closes has given
 * it back elsewhere. Returns what ends the waiting.
 */
export function focusOnce(find: () => HTMLElement | null | undefined): () => void {
  let frames = 0
  let kept = 0
  let next = requestAnimationFrame(look)
  return () => cancelAnimationFrame(next)

  function look() {
    const element = find()
    kept = element != null && document.activeElement === element ? kept + 1 : 0
    if (kept === SETTLED_FRAMES || ++frames === MAX_FRAMES) return
    if (kept === 0) element?.focus({ preventScroll: true })
    next = requestAnimationFrame(look)
  }
}
