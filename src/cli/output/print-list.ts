import { oneLine } from '../../session/line-text.ts'
import { jsonText } from './json-text.ts'
import type { Output } from './output.ts'
import { type Column, plainLines, tableLines } from './table.ts'

export interface Listing<Item> {
  readonly columns: readonly Column<Item>[]
  /** What `--quiet` writes. */
  readonly idOf: (item: Item) => string
  /** What people are told where there is nothing. */
  readonly none: string
}

/**
 * Writes a list in the form that is asked for; as JSON one array. All but the table is written while the
 * pages come.
 */
export async function printList<Item>(
  output: Output,
  items: AsyncIterable<Item> | readonly Item[],
  { columns, idOf, none }: Listing<Item>,
): Promise<void> {
  switch (output.form) {
    case 'quiet':
      for await (const item of items) output.write(`${oneLine(idOf(item))}\n`)
      return
    case 'lines':
      for await (const item of items) output.write(`${plainLines([item], columns).join('\n')}\n`)
      return
    case 'json': {
      let before = '['
      for await (const item of items) {
        output.write(`${before}${before === '[' ? '' : '\n'}${jsonText(item)}`)
        before = ','
      }
      output.write(before === '[' ? '[]\n' : ']\n')
      return
    }
    case 'table': {
      const all: Item[] = []
      for await (const item of items) all.push(item)
      const lines = all.length === 0 ? [none] : tableLines(all, columns, output)
      output.write(`${lines.join('\n')}\n`)
    }
  }
}

/** Writes one value as the API has it: on one line for programs, indented for people. */
export function printJson(output: Output, value: unknown): void {
  output.write(`${jsonText(value, Number.isFinite(output.width) ? 2 : undefined)}\n`)
}
