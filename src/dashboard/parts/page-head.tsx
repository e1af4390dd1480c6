import { type ReactNode, useEffect } from 'react'

/** The title of a page, of its tab too, with what can be done beside it. */
export function PageHead({
  title,
  children,
  lead,
}: {
  readonly title: string
  readonly lead?: ReactNode
  readonly children?: ReactNode
}) {
  useEffect(() => {
    document.title = `${title} · Stepstream`
  }, [title])
  return (
    <header className="page-head">
      <div className="grow">
        <h1>{title}</h1>
        {lead === undefined ? null : <div className="soft">{lead}</div>}
      </div>
      {children}
    </header>
  )
}
