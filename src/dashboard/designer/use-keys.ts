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
 * it back elsewhere; not to somebody who has gone on meanwhile.
 */
export function focusOnce(find: () => HTMLElement | null | undefined): void {
  const hasGoneOn = new AbortController()
  const { signal } = hasGoneOn
  for (const type of ['keydown', 'pointerdown']) {
    addEventListener(type, () => hasGoneOn.abort(), { capture: true, signal })
  }
  let frames = 0
  let kept = 0
  requestAnimationFrame(look)

  function look() {
    const element = find()
    const active = document.activeElement
    const isInDialog = active?.closest('[role=dialog]') != null
    const isInField = !isInDialog && active?.matches('input, textarea, select') === true
    kept = element != null && active === element ? kept + 1 : 0
    if (kept === SETTLED_FRAMES || ++frames === MAX_FRAMES || isInField) hasGoneOn.abort()
    if (signal.aborted) return
    if (kept === 0) element?.focus({ preventScroll: true })
    requestAnimationFrame(look)
  }
}
