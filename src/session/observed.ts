import { z } from 'zod'
import type { Json } from '../json.ts'

/** Any JSON value; documented as such, since only what is JSON already gets here. */
const json = z.unknown() as z.ZodType<Json>

const text = z.string()

const source = z
  .enum(['step', 'sentence', 'cache', 'ai'])
  .describe(
    'Who chose it: the step itself, its sentence, what was kept from an earlier run, or the AI',
  )

const command = {
  commandId: z.int().describe('1 for the first of the attempt'),
  do: text.describe('The action, such as click'),
  description: text.describe('In words'),
}

/** What a running attempt tells about its work while it is at it: the data by the event's type. */
export const observedData = {
  'browser.command_started': z.object({
    ...command,
    source,
    action: z.record(z.string(), json).describe('With its fields; of a secret the name only'),
  }),
  'browser.command_completed': z.object({
    ...command,
    code: text.optional().describe('How the element is found, as code'),
    evidence: text.optional().describe('What shows that it was done'),
    url: text.optional().describe('Of the page afterwards'),
    durationMs: z.number(),
  }),
  'browser.command_failed': z.object({
    ...command,
    failure: z.object({
      code: text,
      message: text,
      candidates: z
        .array(z.object({ role: text, name: text }))
        .optional()
        .describe('The elements that came into question'),
    }),
    durationMs: z.number(),
  }),
  'browser.navigated': z.object({ url: text, status: z.int().optional(), title: text.optional() }),
  'browser.dialog': z.object({
    type: z.enum(['alert', 'confirm', 'prompt', 'beforeunload']),
    message: text,
    accepted: z.boolean(),
  }),
  'browser.tab': z.object({ change: z.enum(['opened', 'closed']), url: text }),
  'browser.downloaded': z.object({ artifact: text, name: text, bytes: z.int() }),
  'browser.blocked': z.object({
    url: text.describe('What the page wanted to reach'),
    reason: text,
  }),
  'browser.cache': z.object({
    result: z
      .enum(['hit', 'miss', 'healed', 'stored', 'evicted'])
      .describe(
        'hit: it is done again without the AI; miss: there is nothing that may be used; healed: a part of it was found anew; stored: it is kept for the next time; evicted: it failed too often',
      ),
    reason: text.optional(),
  }),
  'screenshot.captured': z.object({
    artifact: text.describe('Id; fetch it from /v1/artifacts/:id'),
    contentType: text,
    bytes: z.int(),
    url: text.describe('Of the page'),
    reason: z.enum(['navigation', 'failure', 'each', 'requested']),
    commandId: z.int().optional().describe('The command that it was taken after'),
    name: text.optional(),
  }),
  'artifact.captured': z.object({
    artifact: text,
    contentType: text,
    bytes: z.int(),
    name: text,
    kind: z.enum(['trace', 'video', 'file']),
  }),
  'ai.reasoning': z.object({
    source: z.enum(['sentence', 'cache', 'ai']).describe('Whose reasoning it is'),
    thought: text,
    turn: z.int().optional().describe('Of the AI’s loop, from 1'),
    partial: z.literal(true).optional().describe('More of the same thought follows'),
    decision: z.record(z.string(), json).optional().describe('What it came to'),
    candidates: z
      .array(z.object({ role: text, name: text, score: z.number(), why: text }))
      .optional()
      .describe('The elements that came into question, the best first'),
  }),
  'ai.usage': z.object({
    connection: text,
    model: text,
    promptTokens: z.int(),
    completionTokens: z.int(),
    cachedTokens: z.int().optional(),
    cost: z.number().optional().describe('By the prices of the connection'),
    estimated: z
      .literal(true)
      .optional()
      .describe('The server does not count: so many there are by the length of the texts'),
    durationMs: z.number(),
  }),
  'warning.issued': z.object({ code: text, message: text }),
} as const

export type ObservedType = keyof typeof observedData

/** One thing that an attempt tells. */
export type Observed = {
  [T in ObservedType]: { readonly type: T; readonly data: z.infer<(typeof observedData)[T]> }
}[ObservedType]

export function isObserved(event: { readonly type: string }): event is Observed {
  return Object.hasOwn(observedData, event.type)
}
