import pg from 'pg'
import type { Outcome } from '../write.ts'

/** The database could not be reached or would not write; the statement is not at fault. */
export class WriteFault extends Error {
  /** Whether the statement may have gone through nevertheless. */
  readonly doubtful: boolean

  constructor(cause: Error, doubtful: boolean) {
    super(cause.message, { cause })
    this.name = 'WriteFault'
    this.doubtful = doubtful
  }
}

const UNIQUE_VIOLATION = '23505'

/** Wrong data, violated constraints, and values that are too large. */
const FAULTS_OF_A_WRITE = /^(21|22|23|54)/

/** Whether one write of a group is at fault, so that the others would be taken without it. */
export function isFaultOfAWrite(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return FAULTS_OF_A_WRITE.test(error.code ?? '')
  return !(error instanceof WriteFault)
}

/** What a write met whose statement failed. */
export function failed(error: unknown): Outcome {
  if (error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION) {
    return { kind: 'conflict' }
  }
  const cause = error instanceof WriteFault ? error.cause : error
  return { kind: 'failed', storage: !isFaultOfAWrite(error), cause }
}
