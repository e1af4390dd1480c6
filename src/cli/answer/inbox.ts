import type { components, Stepstream } from '../../client/index.ts'
import type { Output } from '../output/output.ts'
import { printList } from '../output/print-list.ts'
import type { Column } from '../output/table.ts'
import { fromNow } from '../output/times.ts'
import { type PageOptions, pages } from '../service/pages.ts'
import { unwrap } from '../service/unwrap.ts'

export type InboxItem = components['schemas']['InboxItem']

/** Which of all that waits. */
export interface Inbox {
  readonly kind?: string
  readonly session?: string
  readonly workflow?: string
}

/** What waits for somebody, newest first. */
export function waiting(
  service: Stepstream,
  { kind, session, workflow, ...page }: Inbox & PageOptions,
): AsyncGenerator<InboxItem, void> {
  const filter = {
    ...(kind === undefined ? {} : { kind }),
    ...(session === undefined ? {} : { sessionId: session }),
    ...(workflow === undefined ? {} : { workflow }),
  }
  return pages(page, async (query) => {
    const params = { query: { ...filter, ...query } }
    const { interactions, next } = await unwrap(service.api.GET('/v1/interactions', { params }))
    // Those that were answered come only where they are asked for.
    return { items: interactions as InboxItem[], next }
  })
}

export function printInbox(
  output: Output,
  service: Stepstream,
  asked: Inbox & PageOptions,
): Promise<void> {
  return printList(output, waiting(service, asked), {
    columns: columns(),
    idOf: ({ interactionId }) => interactionId,
    none: 'Nothing waits for an answer.',
  })
}

/** What it is about, in a line. */
export function aboutOf({ prompt, failure, signal, preview, queue, step }: InboxItem): string {
  if (prompt !== undefined) return prompt
  if (failure !== undefined) return `${failure.code}: ${failure.message}`
  if (signal !== undefined) return `waits for the signal ${signal}`
  return `${queue === undefined ? '' : `${queue}: `}${preview ?? step ?? ''}`
}

function columns(): Column<InboxItem>[] {
  return [
    { title: 'INTERACTION', text: ({ interactionId }) => interactionId },
    { title: 'KIND', text: ({ kind }) => kind },
    { title: 'SESSION', text: ({ sessionId }) => sessionId },
    { title: 'STEP', text: ({ stepId }) => stepId },
    {
      title: 'ASKED',
      text: ({ askedAt }) => fromNow(askedAt),
      plain: ({ askedAt }) => askedAt,
    },
    { title: 'ABOUT', text: aboutOf, gives: true },
  ]
}
