import cliTruncate from 'cli-truncate'
import stringWidth from 'string-width'
import { oneLine } from '../../session/line-text.ts'
import type { Output, Style } from './output.ts'

/** One field of what is listed. Absent and empty ones are shown as `-`. */
export interface Column<Item> {
  readonly title: string
  /** What people read. */
  readonly text: (item: Item) => string | number | null | undefined
  /** What programs read, where that is something else: a time as it came, a span in ms. */
  readonly plain?: (item: Item) => string | number | null | undefined
  readonly style?: (item: Item) => Style | undefined
  /** Whether it is cut where the terminal is too narrow. */
  readonly gives?: true
}

/** No field is longer, whoever wrote it. */
const LONGEST = 4000

const GAP = '  '

/** A line for each item with tabs between the fields, whole and without titles: for `awk` and `cut`. */
export function plainLines<Item>(
  items: readonly Item[],
  columns: readonly Column<Item>[],
): string[] {
  return items.map((item) =>
    columns.map(({ text, plain = text }) => cellOf(plain(item))).join('\t'),
  )
}

/** The items below titles, in columns that fit the width as far as those that give way allow. */
export function tableLines<Item>(
  items: readonly Item[],
  columns: readonly Column<Item>[],
  { width, paint }: Pick<Output, 'width' | 'paint'>,
): string[] {
  const rows = items.map((item) => columns.map(({ text }) => cellOf(text(item))))
  const natural = columns.map(({ title }, index) =>
    Math.max(stringWidth(title), ...rows.map((cells) => stringWidth(cells[index] ?? ''))),
  )
  const widths = narrow(natural, columns, width)
  const lineOf = (cells: readonly string[], styles: readonly (Style | undefined)[]) =>
    cells
      .map((cell, index) => {
        const isLast = index === cells.length - 1
        const { text, padding } = fill(cell, widths[index] ?? 0)
        const style = styles[index]
        return (style === undefined ? text : paint(style, text)) + (isLast ? '' : padding)
      })
      .join(GAP)
  const titles = columns.map(({ title }) => title)
  return [
    lineOf(
      titles,
      titles.map(() => 'dim'),
    ),
    ...rows.map((cells, row) =>
      lineOf(
        cells,
        columns.map(({ style }) => style?.(items[row] as Item)),
      ),
    ),
  ]
}

function cellOf(value: string | number | null | undefined): string {
  return oneLine(String(value ?? ''), LONGEST) || '-'
}

/** The widest of the columns that give way gives most; none gives more than leaves room for its title. */
function narrow(
  natural: readonly number[],
  columns: readonly Column<never>[] | readonly Column<unknown>[],
  width: number,
): number[] {
  const widths = [...natural]
  const gaps = GAP.length * (widths.length - 1)
  let over = widths.reduce((sum, each) => sum + each, gaps) - width
  while (over > 0) {
    let widest = -1
    for (const [index, column] of columns.entries()) {
      const room = (widths[index] ?? 0) - stringWidth(column.title)
      if (!column.gives || room <= 0) continue
      if (widest < 0 || (widths[index] ?? 0) > (widths[widest] ?? 0)) widest = index
    }
    if (widest < 0) break
    widths[widest] = (widths[widest] ?? 0) - 1
    over -= 1
  }
  return widths
}

function fill(cell: string, width: number): { text: string; padding: string } {
  const text = cliTruncate(cell, width)
  return { text, padding: ' '.repeat(Math.max(0, width - stringWidth(text))) }
}
