import { z } from 'zod'
import { type EventType, eventData } from '../../session/events.ts'
import { sessionStatuses } from '../../session/status.ts'

/*
 * The lines of an export, format version 1: a header, then entries, then the end. Stores hold plans,
 * bodies and answers as JSON text; they stay text here, so that not a byte of them changes.
 */

export const FORMAT = 'stepstream-export'
export const VERSION = 1

const whole = z.int().min(0)
const time = whole.nullable()
const version = whole.nullable()
const eventType = z.enum(Object.keys(eventData) as [EventType, ...EventType[]])

export const headerSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  exportedAt: z.iso.datetime(),
  /** Where it comes from; for people. */
  store: z.enum(['sqlite', 'postgres']),
  schema: whole,
})
export type Header = z.infer<typeof headerSchema>

const eventSchema = z
  .tuple([whole, whole, eventType, z.string()])
  .transform(([seq, position, type, body]) => ({ seq, position, type, body }))

const entrySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('store'), position: whole }),
  z.strictObject({ kind: z.literal('setting'), name: z.string(), value: z.string() }),
  z.strictObject({
    kind: z.literal('workflow'),
    tenant: z.string(),
    name: z.string(),
    version: whole,
    firstVersion: whole,
    digest: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal('version'),
    tenant: z.string(),
    name: z.string(),
    version: whole,
    description: z.string().nullable(),
    totalSteps: whole,
    restoredFrom: version,
    createdAt: whole,
    digest: z.string(),
    definition: z.string(),
  }),
  z.strictObject({
    kind: z.literal('document'),
    tenant: z.string(),
    documentKind: z.string(),
    id: z.string(),
    version: whole,
    createdAt: whole,
    dueAt: time,
    sessionId: z.string().nullable(),
    expiresAt: time,
    body: z.string(),
  }),
  z.strictObject({
    kind: z.literal('session'),
    id: z.string(),
    tenant: z.string(),
    name: z.string().nullable(),
    status: z.enum(sessionStatuses),
    totalSteps: whole,
    workflow: z.string().nullable(),
    workflowVersion: version,
    createdAt: whole,
    wakeAt: time,
    endedAt: time,
    lastSeq: whole,
    correlation: z.string(),
    plan: z.string(),
  }),
  z.strictObject({ kind: z.literal('events'), events: z.array(eventSchema).min(1) }),
  z.strictObject({
    kind: z.literal('key'),
    key: z.string(),
    requestHash: z.string(),
    answer: z.string(),
    expiresAt: whole,
  }),
  z.strictObject({
    kind: z.literal('artifact'),
    id: z.string(),
    stepId: z.string().nullable(),
    name: z.string(),
    contentType: z.string(),
    bytes: whole,
    createdAt: whole,
  }),
  z.strictObject({ kind: z.literal('bytes'), base64: z.base64().min(1) }),
])

/** One thing of a store; versions follow their workflow, events, keys and artifacts their session, bytes their artifact. */
export type Entry = z.infer<typeof entrySchema>

export const endSchema = z.strictObject({
  kind: z.literal('end'),
  sessions: whole,
  events: whole,
  artifacts: whole,
  bytes: whole,
  /** Of all lines between the header and this one: the same for the same content. */
  sha256: z.hex(),
  headerSha256: z.hex(),
})
export type End = z.infer<typeof endSchema>

export const entryOrEndSchema = z.discriminatedUnion('kind', [entrySchema, endSchema])

/** What is written, and in which order, whatever a store's rows have besides. */
const fieldsOf = new Map(
  entrySchema.options.map(({ shape }) => [shape.kind.value, Object.keys(shape)]),
)

/** An entry as its line, with the newline. */
export function toLine(entry: Entry): string {
  if (entry.kind !== 'events') return `${JSON.stringify(entry, fieldsOf.get(entry.kind))}\n`
  const events = entry.events.map(({ seq, position, type, body }) => [seq, position, type, body])
  return `${JSON.stringify({ kind: entry.kind, events })}\n`
}
