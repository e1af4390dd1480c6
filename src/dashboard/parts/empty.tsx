import type { ReactNode } from 'react'

/** There is nothing to show, and what to do so that there is. */
export function Empty({
  title,
  children,
}: {
  readonly title: string
  readonly children?: ReactNode
}) {
  return (
    <div className="empty">
      <strong>{title}</strong>
      {children}
    </div>
  )
}

export function Loading() {
  return (
    <div className="empty" role="status">
      Loading…
    </div>
  )
}
