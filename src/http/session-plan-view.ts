import { z } from 'zod'
import { plannedStepSchema } from './plan-views.ts'
import { sessionViewSchema } from './views.ts'

const { name, workflow, labels, metadata, startedBy, createdAt } = sessionViewSchema.shape

/** What a session runs, which never changes. */
export const sessionPlanSchema = z
  .object({
    sessionId: z.string(),
    name,
    workflow,
    labels,
    metadata,
    startedBy,
    createdAt,
    inputs: z.record(z.string(), z.unknown()),
    vars: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('What variables begin with; absent where there are none'),
    steps: z.array(plannedStepSchema),
  })
  .meta({ id: 'SessionPlan' })
