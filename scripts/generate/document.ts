/** A committed file that is made from the code. */
export interface Document {
  /** From the project's root. */
  readonly path: string
  /** The whole content; the same for the same code. */
  render(): Promise<string>
}

/** Stands at the top of the pages that people would otherwise edit. */
export const generatedNote = '<!-- Made by `npm run generate`; edit the code instead. -->'

/** A Markdown table. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}
