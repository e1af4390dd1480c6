import { z } from 'zod'
import { problemsOf } from '../docs-of.ts'
import { sessionFilterFields } from '../session-filter.ts'
import { eventPageSchema, eventsQueryFields } from './route-docs.ts'

/** What sessions are found by; not by status or times, which would change what belongs to a stream. */
const { status, createdAfter, createdBefore, ...coverageFields } = sessionFilterFields

const mergedQuery = z.strictObject({
  sessions: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('Session ids, separated by commas, 100 at most; nothing else can be given then.'),
  ...coverageFields,
  ...eventsQueryFields,
  after: z
    .string()
    .optional()
    .describe(
      '`latest`: only what is written from now on, unless a cursor is sent. JSON pages: the next of the page before.',
    ),
})

export type MergedQuery = z.output<typeof mergedQuery>

/** By what the sessions of a stream can be told. */
export const coverageNames = ['sessions', ...Object.keys(coverageFields)]

/** What the API description says about the route. Its bodies are ready text, so nothing serialises them. */
export const mergedRouteDocs = {
  schema: {
    operationId: 'followSessions',
    tags: ['sessions'],
    summary: 'Follow several sessions on one connection',
    description:
      'The logs of several sessions as one, in the order of commits, as Server-Sent Events; as JSON pages with Accept: application/json. The id of an event is its commit position; `sessionId` and `seq` are in its data. Sessions that are named end the stream when all of them have ended, and a resumed stream answers 204 then; a filter takes in sessions that are created later and never ends, but for a batch: its stream ends when it has started all its sessions and all of them have ended.',
    querystring: mergedQuery,
    response: {
      200: {
        description: 'The events',
        content: {
          'text/event-stream': { schema: z.string() },
          'application/json': { schema: eventPageSchema },
        },
      },
      204: z
        .null()
        .describe(
          'All sessions named, or of the batch, have ended and the client has every event.',
        ),
      ...problemsOf(
        'SESSION_NOT_FOUND',
        'BATCH_NOT_FOUND',
        'INVALID_QUERY',
        'INVALID_CURSOR',
        'NOT_ACCEPTABLE',
        'RATE_LIMITED',
      ),
    },
  },
  serializerCompiler: () => (value: unknown) =>
    typeof value === 'string' ? value : JSON.stringify(value),
}
