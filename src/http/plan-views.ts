import { z } from 'zod'
import { formatDuration } from '../duration.ts'
import { aiNeedOf, aiNeeds, targetWords } from '../plan/browser-words.ts'
import type {
  PlannedGroup,
  PlannedRepeat,
  PlannedStep,
  PlannedUndo,
  RetryPolicy,
} from '../session/plan.ts'

const workFields = {
  uses: z.string(),
  text: z.string().optional().describe('The sentence it was compiled from'),
  with: z.record(z.string(), z.unknown()),
  target: z
    .string()
    .optional()
    .describe('The element of the page it acts on, in words; for steps of the browser'),
  ai: z
    .enum(aiNeeds)
    .describe(
      'Whether an AI decides: always; ifNotFound, where nothing on the page answers to its words and a connection is set; never',
    ),
  timeout: z.string(),
  retry: z.object({
    maxAttempts: z.int(),
    backoff: z.string(),
    delay: z.string(),
    maxDelay: z.string(),
    multiplier: z.number(),
    jitter: z.boolean(),
  }),
  onInterrupted: z.string(),
}

export const plannedStepSchema = z
  .object({
    id: z.string(),
    name: z.string().optional(),
    ...workFields,
    unlimited: z
      .literal(true)
      .optional()
      .describe('Whoever is asked has no limit; timeout is that of the asking'),
    dependsOn: z.array(z.string()),
    when: z.string().optional(),
    group: z.string().optional(),
    onFailure: z.string().optional().describe('Absent where its group’s or the plan’s holds'),
    undo: z.object(workFields).optional().describe('What takes back its effect'),
    finally: z.literal(true).optional().describe('It runs when all other steps have settled'),
    tolerant: z
      .literal(true)
      .optional()
      .describe('Its “when” asks how steps ended, so a failed parent does not skip it'),
    set: z.record(z.string(), z.string()).optional().describe('The variables it sets'),
    breakBefore: z.literal(true).optional().describe('It begins only when somebody lets it'),
    forEach: z
      .object({ items: z.string(), maxParallel: z.int(), maxFailures: z.int() })
      .optional()
      .describe('It runs for each item of a list'),
    repeat: z
      .object({ until: z.string(), delay: z.string(), maxTimes: z.int() })
      .optional()
      .describe('It is done again until a condition holds'),
    branches: z.object({ then: z.array(z.string()), else: z.array(z.string()) }).optional(),
  })
  .meta({ id: 'PlannedStep' })

export const plannedGroupSchema = z
  .object({
    maxParallel: z.int().optional(),
    waitForAll: z.boolean().optional(),
    onFailure: z.string().optional(),
    timeout: z.string().optional(),
  })
  .meta({ id: 'PlannedGroup' })

export function plannedStepView(step: PlannedStep): z.infer<typeof plannedStepSchema> {
  const { branches, dependsOn, undo, set, forEach, repeat, timeoutMs: _, ...rest } = step
  return {
    ...rest,
    ...workView(step),
    dependsOn: [...dependsOn],
    ...(undo === undefined ? {} : { undo: workView(undo) }),
    ...(set === undefined ? {} : { set: { ...set } }),
    ...(forEach === undefined ? {} : { forEach: { ...forEach } }),
    ...(repeat === undefined ? {} : { repeat: repeatView(repeat) }),
    ...(branches === undefined
      ? {}
      : { branches: { then: [...branches.then], else: [...branches.else] } }),
  }
}

export function plannedGroupView(group: PlannedGroup): z.infer<typeof plannedGroupSchema> {
  const { timeoutMs, ...rest } = group
  return { ...rest, ...(timeoutMs === undefined ? {} : { timeout: formatDuration(timeoutMs) }) }
}

function repeatView({ until, delayMs, maxTimes }: PlannedRepeat) {
  return { until, delay: formatDuration(delayMs), maxTimes }
}

/** What a step and an undo have in common. */
function workView({ uses, text, with: input, retry, timeoutMs, onInterrupted }: PlannedUndo) {
  const target = targetWords(uses, input)
  return {
    uses,
    with: input,
    ...(target === undefined ? {} : { target }),
    ai: aiNeedOf(uses, input, text),
    ...(text === undefined ? {} : { text }),
    timeout: formatDuration(timeoutMs),
    retry: retryView(retry),
    onInterrupted,
  }
}

function retryView({ maxAttempts, backoff, delayMs, maxDelayMs, multiplier, jitter }: RetryPolicy) {
  return {
    maxAttempts,
    backoff,
    delay: formatDuration(delayMs),
    maxDelay: formatDuration(maxDelayMs),
    multiplier,
    jitter,
  }
}
