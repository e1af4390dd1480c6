import { type Command, Option } from 'commander'
import type { Stepstream } from '../client/index.ts'
import { addOutputOptions, outputOf } from './output/output.ts'
import { readId } from './service/arguments.ts'
import { addServiceOptions, calling } from './service/calling.ts'
import { addChangeOptions, type ChangeOptions, changesOf } from './service/changes.ts'
import { forEachId } from './service/for-each-id.ts'
import { readValue } from './service/read-document.ts'
import { unwrap } from './service/unwrap.ts'

interface Options extends ChangeOptions {
  readonly step?: string
  readonly skip?: true
  readonly complete?: string | true
  readonly fail?: true
  readonly reason?: string
}

/** What the service says of the session that goes on. */
interface Told {
  readonly sessionId: string
  readonly status: string
}

/** `stepstream retry`: a new session that goes on from an ended one, or what becomes of one step. */
export function defineRetry(command: Command): void {
  command.argument('<session...>', 'ids of ended sessions; - reads them from standard input')
  addChangeOptions(command)
    .option('--step <id>', 'of a session that has not ended: try this step again', readId)
    .addOption(new Option('--skip', 'with --step: skip it instead').conflicts(['complete', 'fail']))
    .addOption(
      new Option(
        '--complete [json]',
        'with --step: complete it instead, with an output; @file reads it',
      ).conflicts('fail'),
    )
    .option('--fail', 'with --step: have it fail instead')
    .option('--reason <text>', 'with --step: why, for whoever reads the log')
  addOutputOptions(addServiceOptions(command)).action((ids: string[]) =>
    calling<Options>(command, async ({ service, options }) => {
      checkOptions(command, options)
      const again = await (options.step === undefined
        ? retrying(command, service, options)
        : settling(command, service, options.step, options))
      await forEachId({ command, ids, output: outputOf(command) }, again)
    }),
  )
}

function checkOptions(command: Command, { step, ...options }: Options): void {
  const ofStep = ['skip', 'complete', 'fail', 'reason'] as const
  const ofSession = ['input', 'inputs', 'change'] as const
  const wrong = (step === undefined ? ofStep : ofSession).find((name) => name in options)
  if (wrong === undefined) return
  const rule = step === undefined ? 'goes with --step' : 'does not go with --step'
  command.error(`error: --${wrong} ${rule}`)
}

async function retrying(command: Command, service: Stepstream, options: Options) {
  const body = await changesOf(command, options)
  return {
    run: (id: string) =>
      unwrap(service.api.POST('/v1/sessions/{id}/retry', { params: { path: { id } }, body })),
    idOf: ({ sessionId }: Told) => sessionId,
    aboutOf: ({ status }: Told, id: string) => [status, id],
  }
}

async function settling(command: Command, service: Stepstream, stepId: string, options: Options) {
  const { skip, complete, fail, reason } = options
  const output = typeof complete === 'string' ? await readValue(command, complete) : undefined
  const why = reason === undefined ? {} : { reason }
  const body = output === undefined ? why : { ...why, output }
  const action = complete ? 'complete' : skip ? 'skip' : fail ? 'fail' : 'retry'
  return {
    run: (id: string) => {
      const params = { path: { id, stepId } }
      return unwrap(
        service.api.POST(`/v1/sessions/{id}/steps/{stepId}/${action}`, { params, body }),
      )
    },
    idOf: ({ sessionId }: Told) => sessionId,
    aboutOf: ({ status }: Told) => [status],
  }
}
