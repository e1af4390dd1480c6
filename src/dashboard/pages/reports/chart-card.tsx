import type { ReactElement } from 'react'
import { ResponsiveContainer } from 'recharts'

const HEIGHT_PX = 240

/** How a tooltip looks, in light and dark. */
export const tooltipLook = {
  contentStyle: { background: 'var(--raised)', borderColor: 'var(--line)', borderRadius: 6 },
  itemStyle: { color: 'var(--text)' },
} as const

/** The colours of a legend's words are those of its lines, which are too light for text. */
export function legendText(name: string | undefined) {
  return <span className="soft">{name}</span>
}

/** A chart, with its figures as a table for whoever cannot see it. */
export function ChartCard({
  title,
  columns,
  rows,
  children,
}: {
  readonly title: string
  readonly columns: readonly string[]
  /** Each with its name first. */
  readonly rows: readonly (readonly string[])[]
  readonly children: ReactElement
}) {
  return (
    <figure className="card padded stack-small chart">
      <figcaption>
        <h2>{title}</h2>
      </figcaption>
      <div aria-hidden="true">
        <ResponsiveContainer width="100%" height={HEIGHT_PX}>
          {children}
        </ResponsiveContainer>
      </div>
      <table className="visually-hidden">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">Time (UTC)</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map((cell, index) => (
                <td key={columns[index]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}
