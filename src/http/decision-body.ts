import { z } from 'zod'
import type { Json } from '../json.ts'
import { decisions } from '../session/events.ts'

/** What a person decides, without who it is. */
export const decisionFields = {
  decision: z
    .enum(decisions)
    .describe(
      'Of an approval: approve, reject or push_back; of an escalation: retry, skip, complete or fail',
    ),
  output: (z.unknown() as z.ZodType<Json>)
    .optional()
    .describe('What goes with approve, or the output of a step that is completed'),
  toStep: z
    .string()
    .max(100)
    .optional()
    .describe('Where push_back goes back to. Default: the one step before the approval.'),
  note: z.string().max(10_000).optional().describe('What is to be said about it'),
}

export const decisionSchema = z
  .strictObject({
    ...decisionFields,
    actor: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('The person who decides. Default: the name of the key'),
  })
  .meta({ id: 'Decision' })

/** What a decision is answered with. */
export const acceptedDecisionSchema = z
  .object({
    interactionId: z.string(),
    sessionId: z.string(),
    stepId: z.string(),
    decision: z.enum(decisions),
  })
  .meta({ id: 'AcceptedDecision' })
