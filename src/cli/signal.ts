import type { Command } from 'commander'
import { addOutputOptions, outputOf } from './output/output.ts'
import { printOne } from './output/print-one.ts'
import { readId } from './service/arguments.ts'
import { addServiceOptions, calling } from './service/calling.ts'
import { readValue } from './service/read-document.ts'
import { unwrap } from './service/unwrap.ts'

interface Options {
  readonly with?: string
  readonly id?: string
}

/** `stepstream signal`: something happened outside that a session waits for. */
export function defineSignal(command: Command): void {
  command
    .argument('<session>', 'the id of a session', readId)
    .argument('<name>', 'what the signal is called', readId)
    .option('--with <json>', 'its payload, which the step has as its output; @file reads it')
    .option('--id <id>', 'of your own: sent again, it changes nothing')
  addOutputOptions(addServiceOptions(command)).action((id: string, name: string) =>
    calling<Options>(command, async ({ service, options }) => {
      const body = {
        ...(options.with === undefined ? {} : { payload: await readValue(command, options.with) }),
        ...(options.id === undefined ? {} : { id: options.id }),
      }
      const params = { path: { id, name } }
      const sent = await unwrap(
        service.api.POST('/v1/sessions/{id}/signals/{name}', { params, body }),
      )
      const { sessionId, name: signal, signalId } = sent
      printOne(outputOf(command), { json: sent, id: signalId, about: [signal, sessionId] })
    }),
  )
}
