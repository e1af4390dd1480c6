import { type RefObject, useEffect, useRef } from 'react'

/** Keys pressed within an element, or nowhere: what had the focus may just have gone. */
export function useKeys(
  element: RefObject<HTMLElement | null>,
  onKey: (event: KeyboardEvent) => void,
): void {
  const tell = useRef(onKey)
  tell.current = onKey
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const { target } = event
      const isWithin = target instanceof Node && element.current?.contains(target) === true
      if (isWithin || target === document.body) tell.current(event)
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [element])
}

/** How many frames something may take to be there, and how many it must keep the focus then. */
const MAX_FRAMES = 40
const SETTLED_FRAMES = 4

/**
 * Gives an element the focus once it is there and can be seen, and a dialog that closes has given
 * it back elsewhere.
 */
export function focusOnce(find: () => HTMLElement | null | undefined): void {
  let frames = 0
  let kept = 0
  let hadIt = false
  requestAnimationFrame(look)

  function look() {
    const element = find()
    const active = document.activeElement
    const isInDialog = active?.closest('[role=dialog]') != null
    // Somebody has gone on meanwhile, to a field or to another dialog.
    if (isInDialog ? hadIt : active?.matches('input, textarea, select')) return
    kept = element != null && active === element ? kept + 1 : 0
    hadIt ||= kept > 0
    if (kept === SETTLED_FRAMES || ++frames === MAX_FRAMES) return
    if (kept === 0) element?.focus({ preventScroll: true })
    requestAnimationFrame(look)
  }
}
