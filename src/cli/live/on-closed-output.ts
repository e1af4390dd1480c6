const closed: ReadonlySet<string | undefined> = new Set(['EPIPE', 'EIO'])

/**
 * Whoever read standard output has gone, as `head` does or a terminal window that is closed. What was
 * written before may fail much later, so this holds to the end of the process.
 */
export function onClosedOutput(then: () => void): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!closed.has(error.code)) throw error
    then()
  })
}
