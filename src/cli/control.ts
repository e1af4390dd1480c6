import type { Command } from 'commander'
import type { components } from '../client/index.ts'
import { addOutputOptions, outputOf } from './output/output.ts'
import { readId } from './service/arguments.ts'
import { addServiceOptions, calling } from './service/calling.ts'
import { forEachId } from './service/for-each-id.ts'
import { unwrap } from './service/unwrap.ts'

type Status = components['schemas']['SessionStatus']

interface Options {
  readonly reason?: string
  readonly step?: string
}

/** What can be asked of sessions, and of steps of theirs. */
type Action = 'pause' | 'resume' | 'cancel'

/** `stepstream pause`: nothing new begins. */
export function definePause(command: Command): void {
  addStepOption(command, 'hold this step only')
  define(command, 'pause')
}

/** `stepstream resume`: what is paused goes on. */
export function defineResume(command: Command): void {
  addStepOption(command, 'let this step go on, which was held')
  define(command, 'resume')
}

/** `stepstream cancel`: ends sessions where they are. */
export function defineCancel(command: Command): void {
  define(command, 'cancel')
}

function addStepOption(command: Command, description: string): void {
  command.option('--step <id>', description, readId)
}

function define(command: Command, action: Action): void {
  command
    .argument('<session...>', 'ids of sessions; - reads them from standard input')
    .option('--reason <text>', 'why, for whoever reads the log')
  addOutputOptions(addServiceOptions(command)).action((ids: string[]) =>
    calling<Options>(command, async ({ service, options: { reason, step } }) => {
      const body = reason === undefined ? null : { reason }
      await forEachId(
        { command, ids, output: outputOf(command) },
        {
          run: (id) => unwrap(ask(id)),
          idOf: ({ sessionId }) => sessionId,
          aboutOf: ({ status }: Status) => [status],
        },
      )

      function ask(id: string) {
        if (step !== undefined && action !== 'cancel') {
          const params = { path: { id, stepId: step } }
          return service.api.POST(`/v1/sessions/{id}/steps/{stepId}/${action}`, { params, body })
        }
        return service.api.POST(`/v1/sessions/{id}/${action}`, { params: { path: { id } }, body })
      }
    }),
  )
}
