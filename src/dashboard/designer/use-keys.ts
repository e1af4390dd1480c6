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
