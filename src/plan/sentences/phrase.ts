import type { ErrorCode } from '../../errors.ts'
import type { JsonObject } from '../../json.ts'

/** What a sentence says to do. */
export interface PhraseStep {
  readonly uses: string
  readonly with: JsonObject
  /** The limit of an attempt that the sentence gives. */
  readonly timeout?: string
}

/** Why a sentence that has the right form still cannot be a step. */
export interface Complaint {
  readonly code: ErrorCode
  readonly message: string
}

/** One form a sentence may have. */
export interface Phrase {
  /** The form as people see it, with an example in the place of what varies. */
  readonly form: string
  /** The words a sentence of this form begins with, in lower case. */
  readonly verbs: readonly string[]
  /** Anchored at both ends, case-insensitive, linear in the length of the sentence. */
  readonly pattern: RegExp
  /** Undefined when the sentence turns out to have another form. */
  toStep(match: RegExpExecArray): PhraseStep | Complaint | undefined
}

export function isComplaint(reading: PhraseStep | Complaint): reading is Complaint {
  return 'code' in reading
}
