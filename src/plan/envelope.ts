import type { PostedBody } from './body.ts'
import type { Faults } from './faults.ts'
import { addIssues } from './issues.ts'
import { type Envelope, envelopeSchema } from './workflow.ts'

/** The workflow's own fields; of one with a fault what expressions name, so that the steps are still read. */
export function readEnvelope(posted: PostedBody, faults: Faults): Partial<Envelope> {
  const parsed = envelopeSchema.safeParse(posted.workflow)
  if (parsed.success) return parsed.data
  const { workflow } = posted
  // What stands in `steps`, or is missing there, is reported with the steps.
  const issues = parsed.error.issues.filter(({ path: [field] }) => field !== 'steps')
  addIssues(issues, workflow, posted.workflowAt, faults)
  return {
    ...readable(workflow, 'inputs'),
    ...readable(workflow, 'vars'),
    ...readable(workflow, 'pages'),
    ...readable(workflow, 'phrases'),
  }
}

/** A field alone, so that what refers to what it declares is not reported as well. */
function readable(
  workflow: PostedBody['workflow'],
  field: 'inputs' | 'vars' | 'pages' | 'phrases',
): Partial<Envelope> {
  const parsed = envelopeSchema.shape[field].safeParse(workflow[field])
  return parsed.success && parsed.data !== undefined ? { [field]: parsed.data } : {}
}

/** The steps as they were posted; none when there are none or too many. */
export function readStepList(
  { workflow, stepsAt }: PostedBody,
  maxSteps: number,
  faults: Faults,
): readonly unknown[] {
  const { steps } = workflow
  if (Array.isArray(steps) && steps.length > maxSteps) {
    faults.add(stepsAt, 'TOO_MANY_STEPS', `${steps.length} steps; ${maxSteps} are allowed`)
  } else if (Array.isArray(steps) && steps.length > 0) return steps
  else if (steps === undefined) faults.add(stepsAt, 'MISSING_FIELD', 'a workflow needs "steps"')
  else if (Array.isArray(steps)) faults.add(stepsAt, 'NO_STEPS', 'there are no steps')
  else faults.add(stepsAt, 'WRONG_TYPE', 'expected an array of steps')
  return []
}
