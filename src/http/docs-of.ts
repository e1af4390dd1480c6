import type { ErrorCode } from '../errors.ts'
import { errors } from '../errors.ts'
import { problemSchema } from './problem.ts'

type Problems = Record<number, { description: string; content: object }>

/** The error answers of a route, for its documentation: one entry per status. */
export function problemsOf(...codes: readonly ErrorCode[]): Problems {
  const answers: Problems = {}
  for (const code of [...codes, ...everywhere]) {
    const { status } = errors[code]
    const known = answers[status]?.description
    answers[status] = {
      description: known === undefined ? code : `${known}, ${code}`,
      content: { 'application/problem+json': { schema: problemSchema } },
    }
  }
  return answers
}

/** What any route can answer. */
const everywhere: readonly ErrorCode[] = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'HOST_NOT_ALLOWED',
  'STORAGE_UNAVAILABLE',
  'INTERNAL',
]
