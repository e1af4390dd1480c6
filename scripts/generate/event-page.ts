import { z } from 'zod'
import {
  artifactRefSchema,
  type EventType,
  eventData,
  finalEventTypes,
  stepErrorSchema,
} from '../../src/session/events.ts'
import { type Document, generatedNote, table } from './document.ts'
import { eventCatalogue } from './event-catalogue.ts'
import { describeType, fieldsOf, nameShape } from './json-schema.ts'

const head = `${generatedNote}

# Events

A session's log is a list of events: facts, in the order in which they became true. It is what
\`GET /v1/sessions/:id/events\` streams, and what the same address gives as pages of JSON. Each event is

    { seq, type, at, sessionId, stepId?, attempt?, data }

- \`seq\` counts from 1 without holes and is the \`id\` of the Server-Sent Event: send it back as
  \`Last-Event-ID\` and the stream goes on after it.
- \`at\` is an ISO 8601 time in UTC.
- \`stepId\` is there when the event is about one step, \`attempt\` (from 1) when it is about one try at it.
- \`data\` depends on \`type\`, as below. Readers should ignore types and fields they do not know.

An event is visible only after it is on disk. Exactly one final event ends a session, and it is the last
of its log: ${listFinalTypes()}.
`

export const eventPage: Document = {
  path: 'docs/events.md',
  render: async () =>
    [
      head,
      ...(Object.keys(eventData) as EventType[]).map(renderEvent),
      renderShape('Error', 'Why a step or a session failed, and what to do about it.', errorShape),
      renderShape('Counts', 'How many steps of the session are in which status.', countsShape),
      renderShape('Artifact', 'Stands for a value that is too large for an event.', artifactShape),
    ]
      .map((part) => part.trim())
      .join('\n\n')
      .concat('\n'),
}

const errorShape = toShape(stepErrorSchema)
const countsShape = toShape(eventData['session.completed'].shape.steps)
const artifactShape = toShape(artifactRefSchema)
nameShape(errorShape, '[error](#error)')
nameShape(countsShape, '[counts](#counts)')
nameShape(artifactShape, '[artifact](#artifact)')

function toShape(schema: z.ZodType): z.core.JSONSchema.JSONSchema {
  return z.toJSONSchema(schema)
}

function renderEvent(type: EventType): string {
  const { meaning, example } = eventCatalogue[type]
  // An example that its own schema refuses must not reach the page.
  eventData[type].parse(example.data)
  return [
    `## \`${type}\``,
    meaning,
    renderFields(toShape(eventData[type])),
    `\`\`\`json\n${JSON.stringify(example)}\n\`\`\``,
  ].join('\n\n')
}

function renderShape(title: string, meaning: string, shape: z.core.JSONSchema.JSONSchema): string {
  return [`## ${title}`, meaning, renderFields(shape)].join('\n\n')
}

function renderFields(shape: z.core.JSONSchema.JSONSchema): string {
  const fields = fieldsOf(shape)
  if (fields.length === 0) return '`data` is empty.'
  const explained = fields.some(({ schema }) => schema.description !== undefined)
  const header = explained ? ['field', 'type', 'meaning'] : ['field', 'type']
  return table(
    header,
    fields.map(({ name, schema, required }) =>
      [
        `\`${name}\`${required ? '' : ' (optional)'}`,
        describeType(schema),
        schema.description ?? '',
      ].slice(0, header.length),
    ),
  )
}

function listFinalTypes(): string {
  return [...finalEventTypes].map((type) => `\`${type}\``).join(', ')
}
