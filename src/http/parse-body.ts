import type { z } from 'zod'
import { Faults } from '../plan/faults.ts'
import { addIssues } from '../plan/issues.ts'
import { checkSanity } from '../plan/sanity.ts'

/** A body by its schema, with every fault in it at once. @throws StepstreamError with them */
export function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
): z.output<Schema> {
  const faults = new Faults()
  if (body !== undefined) checkSanity(body, [], faults)
  faults.throwIfAny()
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  addIssues(parsed.error.issues, body, [], faults)
  return faults.fail()
}
