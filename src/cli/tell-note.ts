/** Tells what is worth knowing beside the result, on standard error: standard output is for the result. */
export function tellNote(note: string): void {
  process.stderr.write(`stepstream: ${note}\n`)
}
