import type { Command } from 'commander'
import { addOutputOptions, outputOf } from './output/output.ts'
import { readId } from './service/arguments.ts'
import { addServiceOptions, calling } from './service/calling.ts'
import { addChangeOptions, type ChangeOptions, changesOf } from './service/changes.ts'
import { forEachId } from './service/for-each-id.ts'
import { unwrap } from './service/unwrap.ts'

interface Options extends ChangeOptions {
  readonly from: string
}

/** `stepstream fork`: a new session that keeps what came before a step, and runs the rest. */
export function defineFork(command: Command): void {
  command
    .argument('<session...>', 'ids of sessions; - reads them from standard input')
    .requiredOption('--from <step>', 'the first step that runs again', readId)
  addOutputOptions(addServiceOptions(addChangeOptions(command))).action((ids: string[]) =>
    calling<Options>(command, async ({ service, options }) => {
      const body = { fromStep: options.from, ...(await changesOf(command, options)) }
      await forEachId(
        { command, ids, output: outputOf(command) },
        {
          run: (id) =>
            unwrap(service.api.POST('/v1/sessions/{id}/fork', { params: { path: { id } }, body })),
          idOf: ({ sessionId }) => sessionId,
          aboutOf: ({ status }, id) => [status, id],
        },
      )
    }),
  )
}
