import { eventLines } from '../../session/event-lines.ts'
import type { LoggedEvent } from '../../session/events.ts'
import type { StreamForm } from './form.ts'

/** `text/plain`: lines for people, as `curl -N` shows them. */
export const textForm: StreamForm = {
  representation: 'text',
  hello: () => '',
  events(events, filter) {
    const shown = filter === undefined ? events : events.filter(({ type }) => filter.has(type))
    const lines = shown.flatMap(({ body }) => eventLines(JSON.parse(body) as LoggedEvent))
    return lines.length === 0 ? undefined : Buffer.from(`${lines.join('\n')}\n`)
  },
  // A terminal shows nothing of it at the beginning of a line, and to a proxy it is traffic.
  heartbeat: '\r',
  bookmark: () => '',
  gap: ({ reason, requested }, { first }) =>
    `-- the events after ${requested} are not to be had (${reason}); it goes on with ${first}\n`,
  goodbye: (reason, cursor) =>
    `-- the stream ends before its session does (${reason}); go on with ?lastEventId=${cursor}\n`,
}
