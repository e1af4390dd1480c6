import { z } from 'zod'
import type { Json, JsonObject } from '../../json.ts'
import { type ActionName, browserActions } from '../browser-actions/types.ts'
import { strictSchema } from './strict-schema.ts'

/** What a model has no use for, or no business with: files that it cannot know, code, and brute force. */
export const left: Partial<Record<ActionName, readonly string[]>> = {
  open: ['page'],
  click: ['force'],
  waitFor: ['timeout'],
  assert: ['timeout'],
}

export const leftOut: ReadonlySet<ActionName> = new Set<ActionName>(['upload'])

const ref = z.string().describe('The ref of an element of the page, such as e17.')

export const done = z
  .strictObject({
    do: z.literal('done'),
    summary: z.string().describe('What was done, in a sentence.'),
    evidence: z
      .array(z.strictObject({ text: z.string().optional(), ref: ref.optional() }))
      .describe(
        'What on the page shows that the goal is reached: a text that stands there, word by word, or a ref. It is looked up.',
      ),
  })
  .describe('The goal is reached, and the page shows it.')

const fail = z
  .strictObject({ do: z.literal('fail'), reason: z.string() })
  .describe('The goal cannot be reached.')

/** The form of an answer: one action of the closed list by refs, or the end. */
export function decisionSchema(output: JsonObject | undefined): JsonObject {
  const actions = (Object.keys(browserActions) as ActionName[]).filter((name) => !leftOut.has(name))
  const ofOutput = output === undefined ? undefined : (strictSchema(output) ?? asText)
  const choices = [...actions.map(actionSchema), doneSchema(ofOutput), strictly(fail)]
  return {
    type: 'object',
    properties: {
      thought: { type: 'string', description: 'Why this comes next, in a sentence or two.' },
      next: { anyOf: choices },
    },
    required: ['thought', 'next'],
    additionalProperties: false,
  }
}

const asText: JsonObject = {
  type: 'string',
  description: 'The output as JSON, by its schema in the instructions.',
}

function doneSchema(output: JsonObject | undefined): JsonObject {
  const schema = strictly(done)
  if (output === undefined) return schema
  const properties = { ...(schema['properties'] as JsonObject), output }
  return { ...schema, properties, required: Object.keys(properties) }
}

/** An action of the closed list with refs in place of words for elements. */
function actionSchema(name: ActionName): JsonObject {
  const { shape } = browserActions[name]
  const fields: Record<string, z.ZodType> = { do: z.literal(name) }
  for (const [field, schema] of Object.entries(shape) as [string, z.ZodType][]) {
    if (left[name]?.includes(field)) continue
    const isOptional = schema.safeParse(undefined).success
    if (field === 'target') fields['ref'] = isOptional ? ref.optional() : ref
    else if (field === 'to') fields['toRef'] = ref
    else fields[field] = schema
  }
  return strictly(z.strictObject(fields))
}

function strictly(schema: z.ZodType): JsonObject {
  const json = strictSchema(z.toJSONSchema(schema, { io: 'input' }) as Json)
  if (json === undefined) throw new Error('the closed list says what strict schemas cannot')
  return json
}
