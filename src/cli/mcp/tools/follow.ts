import { z } from 'zod'
import { sessionId } from '../arguments.ts'
import { followSession, untils } from '../follow.ts'
import { defineTool, reads } from '../tool.ts'
import { whileWaiting } from '../while-waiting.ts'

const MAX_WAIT_SECONDS = 300

const follow = defineTool({
  name: 'follow_session',
  title: 'Follow a session',
  description:
    'Waits for what happens in a session, and answers with its events after `after`, its status, and `attention`: the steps that wait for somebody to act, such as you. Pass `next` of the answer as `after` of the next call. `ended: true` says that nothing more comes; `more: true` that there are further events to read at once. A wait that ends without news is no fault: follow on, or look at `sentence`.',
  input: {
    sessionId,
    after: z
      .int()
      .min(0)
      .default(0)
      .describe('The seq of the last event you know; 0: from the first'),
    waitSeconds: z
      .number()
      .min(0)
      .max(MAX_WAIT_SECONDS)
      .default(20)
      .describe('How long to wait at most; many clients give up on a call after 60 seconds'),
    until: z
      .enum(untils)
      .default('attention')
      .describe(
        'attention: the session has ended, is paused, or waits for somebody to act; news: as soon as there is any event; end: only its end',
      ),
    types: z
      .string()
      .optional()
      .describe(
        'Only these events, such as "step.*,session.waiting"; final ones always come. Default: all but session.progress.',
      ),
    limit: z.int().min(1).max(1000).default(100).describe('How many events to answer with'),
  },
  hints: reads,
  run: ({ waitSeconds, types, ...request }, call) =>
    whileWaiting(call, `following ${request.sessionId}`, () =>
      followSession({ ...request, types, waitMs: waitSeconds * 1000 }, call),
    ),
})

export const followTools = [follow]
