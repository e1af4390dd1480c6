import { chunkOf, filteredChunkOf } from './chunk.ts'
import type { StreamForm } from './form.ts'
import { encodeBookmark, encodeComment, encodeControl } from './frame.ts'
import { encodeGap } from './gap.ts'
import { encodeGoodbye, encodePause } from './goodbye.ts'

/** `text/event-stream`: for `EventSource` and programs. */
export const eventStreamForm: StreamForm = {
  representation: 'stream',
  hello: ({ first, next, resumed, ended }, random) =>
    encodePause('open', random) + encodeControl('stream.hello', { first, next, resumed, ended }),
  events: (events, filter) =>
    filter === undefined ? chunkOf(events) : filteredChunkOf(events, filter),
  heartbeat: encodeComment('keep-alive'),
  bookmark: encodeBookmark,
  gap: encodeGap,
  goodbye: (reason, _cursor, random) => encodeGoodbye(reason, random),
}
