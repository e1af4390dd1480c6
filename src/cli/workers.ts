import type { Command } from 'commander'
import { addOutputOptions, outputOf } from './output/output.ts'
import { printList } from './output/print-list.ts'
import { fromNow } from './output/times.ts'
import { addServiceOptions, calling } from './service/calling.ts'
import { addPageOptions, type PageOptions, pages } from './service/pages.ts'
import { unwrap } from './service/unwrap.ts'

/** `stepstream workers`: who serves queues. */
export function defineWorkers(command: Command): void {
  addOutputOptions(addServiceOptions(addPageOptions(command))).action(() =>
    calling<PageOptions>(command, ({ service, options }) => {
      const workers = pages(options, async (query) => {
        const { workers, next } = await unwrap(
          service.api.GET('/v1/workers', { params: { query } }),
        )
        return { items: workers, next }
      })
      return printList(outputOf(command), workers, {
        columns: [
          { title: 'WORKER', text: ({ workerId }) => workerId },
          { title: 'QUEUES', text: ({ queues }) => queues.join(',') },
          {
            title: 'SEEN',
            text: ({ lastSeenAt }) => fromNow(lastSeenAt),
            plain: ({ lastSeenAt }) => lastSeenAt,
          },
          { title: 'HOLDS', text: ({ holds }) => holds.length },
          {
            title: 'STEPS',
            text: ({ holds }) =>
              holds.map(({ sessionId, stepId }) => `${sessionId}/${stepId}`).join(','),
            gives: true,
          },
        ],
        idOf: ({ workerId }) => workerId,
        none: 'No workers. Start one with stepstream worker --queue NAME.',
      })
    }),
  )
}
