/** Writes a line for whoever operates the worker. */
export function tell(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`)
}
