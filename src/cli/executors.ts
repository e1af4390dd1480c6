import type { Command } from 'commander'
import { addOutputOptions, outputOf } from './output/output.ts'
import { printList } from './output/print-list.ts'
import { addServiceOptions, calling } from './service/calling.ts'
import { unwrap } from './service/unwrap.ts'

/** `stepstream executors`: the kinds of step, with their JSON Schemas in `--json`. */
export function defineExecutors(command: Command): void {
  addOutputOptions(addServiceOptions(command)).action(() =>
    calling(command, async ({ service }) => {
      const { executors } = await unwrap(service.api.GET('/v1/executors'))
      await printList(outputOf(command), executors, {
        columns: [
          { title: 'KIND', text: ({ name }) => name },
          { title: 'DESCRIPTION', text: ({ description }) => description, gives: true },
        ],
        idOf: ({ name }) => name,
        none: 'No kinds of step.',
      })
    }),
  )
}
