import type { Command } from 'commander'
import type { Started } from '../client/index.ts'
import type { Start } from './definition/start-options.ts'
import { addStartingOptions, post, starting } from './definition/starting.ts'
import { tellWarnings } from './definition/tell-plan-faults.ts'
import type { Reached } from './embedded/with-service.ts'
import type { Form } from './live/following.ts'
import { exitHelp, formOptions } from './live/form-options.ts'
import { formOf, showSession } from './live/show-session.ts'
import { tellNote } from './tell-note.ts'

interface Options {
  readonly url?: string
  readonly detach?: boolean
  readonly idempotencyKey?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

/** `stepstream run`: starts a session and follows it to its end. */
export function defineRun(command: Command): void {
  addStartingOptions(command)
    .option('--detach', 'print the id of the session and leave; needs a service that runs', false)
    .option('--idempotency-key <key>', 'a start that is repeated with it starts nothing new')
  formOptions(command)
    .addHelpText('after', exitHelp)
    .action((file: string | undefined) => {
      const options = command.opts<Options>()
      if (options.detach && options.url === undefined) {
        command.error(
          'error: --detach needs a service that goes on: name it by --url or STEPSTREAM_URL',
        )
      }
      return starting(command, file, {}, (start, reached) => run(start, reached, options))
    })
}

async function run(start: Start, reached: Reached, options: Options): Promise<number> {
  const { idempotencyKey: key, detach, json } = options
  const form = formOf(options)
  const headers = key === undefined ? {} : { 'idempotency-key': key }
  const started = await post<Started>(reached, '/v1/sessions', start, headers)
  if (detach) {
    process.stdout.write(`${json ? JSON.stringify(started) : started.sessionId}\n`)
    return 0
  }
  if (form === 'live' || form === 'lines') tellStarted(start, started, reached, form)
  const isEmbedded = reached.embeddedIn !== undefined
  return showSession({ ...reached, sessionId: started.sessionId, after: 0, isEmbedded }, form)
}

function tellStarted(
  start: Start,
  { sessionId, warnings }: Started,
  { url, embeddedIn }: Reached,
  form: Form,
): void {
  tellWarnings(start, warnings)
  if (embeddedIn !== undefined) tellNote(`own service at ${url}, data in ${embeddedIn}`)
  if (form === 'lines') tellNote(`session ${sessionId}`)
}
