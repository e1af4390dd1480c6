import { type Command, InvalidArgumentError, Option } from 'commander'
import { withService } from './embedded/with-service.ts'
import { getSession } from './live/following.ts'
import { exitHelp, formOptions } from './live/form-options.ts'
import { formOf, showSession } from './live/show-session.ts'
import { addServiceOptions } from './service/calling.ts'

interface Options {
  readonly after?: number
  readonly fromNow?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
}

/** `stepstream follow`: shows a session from its first event, or from another one, to its end. */
export function defineFollow(command: Command): void {
  addServiceOptions(command)
    .argument('<session>', 'the id of the session')
    .addOption(
      new Option('--after <seq>', 'begin behind the event with this number')
        .argParser(readSeq)
        .conflicts('fromNow'),
    )
    .option('--from-now', 'begin with what happens from now on')
  formOptions(command)
    .addHelpText('after', exitHelp)
    .action((sessionId: string) => follow(command, sessionId))
}

function follow(command: Command, sessionId: string): Promise<void> {
  const { after = 0, fromNow, ...options } = command.opts<Options>()
  return withService(command, {}, async (reached) => {
    // Whoever names no session, or no service, is told at once: what follows waits for both.
    const { stream } = await getSession({ ...reached, sessionId })
    const from = fromNow ? stream.next - 1 : Math.min(after, stream.next - 1)
    return showSession({ ...reached, sessionId, after: from, isEmbedded: false }, formOf(options))
  })
}

function readSeq(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected the number of an event.')
}
