import { z } from 'zod'
import type { PostedBody } from './body.ts'
import type { Faults } from './faults.ts'
import { addIssues } from './issues.ts'

/** How far a priority may be from 0, either way. */
const FARTHEST = 100

/** Which of the sessions that wait has its turn first. */
export const prioritySchema = z.int().min(-FARTHEST).max(FARTHEST).meta({
  id: 'Priority',
  description: 'Of the sessions that wait, those with a higher priority begin first. Default: 0.',
})

/** The priority of a plan: the one posted beside the workflow, or else the workflow’s, or else the one given. */
export function readPriority(
  ofWorkflow: number | undefined,
  { priority: posted }: Pick<PostedBody, 'priority'>,
  otherwise: number,
  faults: Faults,
): number {
  if (posted === undefined) return ofWorkflow ?? otherwise
  const parsed = prioritySchema.safeParse(posted)
  if (!parsed.success) addIssues(parsed.error.issues, posted, ['priority'], faults)
  return parsed.data ?? otherwise
}
