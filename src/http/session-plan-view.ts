import { z } from 'zod'
import { plannedGroupSchema, plannedStepSchema } from './plan-views.ts'
import { sessionViewSchema } from './views.ts'

const { title, name, workflow, labels, metadata, startedBy, createdAt } = sessionViewSchema.shape

/** What a session runs, which never changes. */
export const sessionPlanSchema = z
  .object({
    sessionId: z.string(),
    title,
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
    groups: z
      .record(z.string(), plannedGroupSchema)
      .optional()
      .describe('What holds for all steps of a group together; absent where the plan says nothing'),
    steps: z.array(plannedStepSchema),
  })
  .meta({ id: 'SessionPlan' })
