import { z } from 'zod'
import type { JsonObject } from '../json.ts'
import type { Plan } from '../session/plan.ts'
import { isObject, type PostedBody } from './body.ts'
import type { Faults } from './faults.ts'
import { addIssues } from './issues.ts'

/** How many labels a session may have; a list can ask for as many at once. */
export const MAX_LABELS = 20
export const MAX_LABEL_VALUE_CHARS = 255
const MAX_METADATA_BYTES = 16_384

export const labelKeyPattern = /^[A-Za-z0-9._/-]{1,63}$/

const tooManyLabels = `expected up to ${MAX_LABELS} labels`
const tooMuchMetadata = `expected up to ${MAX_METADATA_BYTES} bytes of metadata as JSON`

/** What sessions are found by. */
export const labelsSchema = z
  .record(
    z
      .string()
      .regex(labelKeyPattern, 'Expected a key of up to 63 letters, digits, ".", "_", "/" or "-"'),
    z.string().max(MAX_LABEL_VALUE_CHARS),
  )
  .refine(hasFewLabels, { message: tooManyLabels, params: { code: 'INVALID_VALUE' } })

/** What a caller keeps with a session; it is never searched. */
export const metadataSchema = z
  .unknown()
  .refine(isObject, { message: 'expected an object', params: { code: 'WRONG_TYPE' } })
  .refine((value) => !isObject(value) || isSmall(value), {
    message: tooMuchMetadata,
    params: { code: 'INVALID_VALUE' },
  })
  .meta({ type: 'object', additionalProperties: true })

type Marks = Pick<Plan, 'labels' | 'metadata'>

/** The labels and the metadata of a plan: the workflow's, those posted beside it put over them. */
export function readMarks(
  workflow: { readonly labels?: Plan['labels']; readonly metadata?: unknown },
  { labels: postedLabels, metadata: postedMetadata }: Pick<PostedBody, 'labels' | 'metadata'>,
  faults: Faults,
): Marks {
  const labels = { ...workflow.labels, ...parse('labels', labelsSchema, postedLabels, faults) }
  const metadata = {
    ...(workflow.metadata as JsonObject | undefined),
    ...(parse('metadata', metadataSchema, postedMetadata, faults) as JsonObject | undefined),
  }
  // Each was within its bounds; together they may not be.
  if (!hasFewLabels(labels)) {
    faults.add(['labels'], 'INVALID_VALUE', `${tooManyLabels}, the workflow’s included`)
  }
  if (!isSmall(metadata)) {
    faults.add(['metadata'], 'INVALID_VALUE', `${tooMuchMetadata}, the workflow’s included`)
  }
  return {
    ...(isEmpty(labels) ? {} : { labels }),
    ...(isEmpty(metadata) ? {} : { metadata }),
  }
}

function parse<T>(
  field: string,
  schema: z.ZodType<T>,
  value: unknown,
  faults: Faults,
): T | undefined {
  if (value === undefined) return undefined
  const parsed = schema.safeParse(value)
  if (!parsed.success) addIssues(parsed.error.issues, value, [field], faults)
  return parsed.data
}

function hasFewLabels(labels: Readonly<Record<string, string>>): boolean {
  return Object.keys(labels).length <= MAX_LABELS
}

function isSmall(metadata: Readonly<Record<string, unknown>>): boolean {
  return Buffer.byteLength(JSON.stringify(metadata)) <= MAX_METADATA_BYTES
}

function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0
}
