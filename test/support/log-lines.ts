/** A destination for the log that keeps its lines. */
export function logLines() {
  const lines: string[] = []
  return {
    write: (line: string) => void lines.push(line),
    text: () => lines.join(''),
    /** The lines that say a message, as objects. */
    of: (message: string): Record<string, unknown>[] =>
      lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === message),
  }
}
