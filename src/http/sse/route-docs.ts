import { z } from 'zod'
import { problemsOf } from '../docs-of.ts'
import { eventSchema } from '../event-schema.ts'

/** What every stream of events takes. */
export const eventsQueryFields = {
  lastEventId: z
    .string()
    .optional()
    .describe('Where to go on, for clients that cannot send Last-Event-ID.'),
  types: z
    .string()
    .optional()
    .describe(
      'Only these types: names or families such as step.*, separated by commas, 25 at most; with a - before it, all but these.',
    ),
  after: z.string().optional().describe('JSON pages: the next of the page before.'),
  limit: z.string().optional().describe('JSON pages: how many events, 1 to 5000, by default 100.'),
}

/** A log, or several, as JSON. */
export const eventPageSchema = z.object({
  events: z.array(eventSchema),
  next: z.int().describe('The after of the following page.'),
  upToDate: z.boolean().describe('Whether there was nothing after this page when it was read.'),
  ended: z.boolean().describe('Whether the session has ended, or all that were named.'),
})

/** A page of one log. */
const logPageSchema = eventPageSchema.extend({
  last: z.int().describe('The seq of the last event of the log when the page was read.'),
})

/**
 * What the API description says about the route. It documents and checks nothing: the route reads
 * its query itself, since a stream answers a bad cursor with a gap, and its bodies are ready text.
 */
export const eventsRouteDocs = {
  schema: {
    operationId: 'followSession',
    tags: ['sessions'],
    summary: 'Follow a session',
    description:
      'The log as Server-Sent Events from the first event, or from after Last-Event-ID; as lines for people with Accept: text/plain, as JSON pages with Accept: application/json. A resumed stream of an ended session answers 204.',
    params: z.object({ id: z.string() }),
    querystring: z.object(eventsQueryFields),
    response: {
      200: {
        description: 'The events',
        content: {
          'text/event-stream': { schema: z.string() },
          'text/plain': { schema: z.string() },
          'application/json': { schema: logPageSchema },
        },
      },
      204: z.null().describe('The session has ended and the client has every event.'),
      ...problemsOf(
        'SESSION_NOT_FOUND',
        'INVALID_QUERY',
        'INVALID_CURSOR',
        'NOT_ACCEPTABLE',
        'RATE_LIMITED',
        'SHUTTING_DOWN',
      ),
    },
  },
  validatorCompiler: () => (value: unknown) => ({ value }),
  serializerCompiler: () => (value: unknown) =>
    typeof value === 'string' ? value : JSON.stringify(value),
}
