import stringWidth from 'string-width'
import { oneLine } from '../../session/line-text.ts'
import type { Output } from './output.ts'

/** A name and what it is; left out where it is nothing. */
export type Field = readonly [name: string, value: string | number | null | undefined]

/** One below the other, the values in a column. Values may be painted: they are written as they are. */
export function fieldLines(fields: readonly Field[], { paint }: Pick<Output, 'paint'>): string[] {
  const given = fields.filter(([, value]) => value !== undefined && value !== null && value !== '')
  const width = Math.max(0, ...given.map(([name]) => stringWidth(name)))
  return given.map(([name, value]) => `${paint('dim', name.padEnd(width))}  ${value}`)
}

/** The same for programs: a tab between name and value. */
export function plainFields(fields: readonly Field[]): string[] {
  return fields
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${name}\t${oneLine(String(value), 4000)}`)
}
