/** Raised when a transfer cannot go on; its message is for the operator who started it. */
export class TransferError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'TransferError'
  }
}
