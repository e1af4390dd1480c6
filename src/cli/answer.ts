import { type Command, Option } from 'commander'
import type { Stepstream } from '../client/index.ts'
import { type AnswerOptions, readAnswer } from './answer/answer-of.ts'
import { type Inbox, printInbox, waiting } from './answer/inbox.ts'
import { type Answer, send } from './answer/send.ts'
import { addOutputOptions, type Output, outputOf } from './output/output.ts'
import { printOne, type Result } from './output/print-one.ts'
import { readId } from './service/arguments.ts'
import { addServiceOptions, type Call, calling } from './service/calling.ts'
import { addPageOptions, type PageOptions } from './service/pages.ts'
import { unwrap } from './service/unwrap.ts'

interface Options extends AnswerOptions, PageOptions, Inbox {
  readonly list?: true
}

const decisions = ['approve', 'reject', 'pushBack', 'retry', 'skip', 'complete', 'fail', 'status']

/** `stepstream answer`: what a person decides, what came of work, or a list of all that waits for it. */
export function defineAnswer(command: Command): void {
  command
    .argument('[interaction]', 'what is answered; without it, all that waits is listed', readId)
    .addOption(deciding('--approve', 'an approval: yes'))
    .addOption(deciding('--reject', 'an approval: no, the step fails'))
    .addOption(deciding('--push-back', 'an approval: not yet, an earlier step runs again'))
    .option('--to-step <id>', 'where --push-back goes back to', readId)
    .addOption(deciding('--retry', 'a step that failed: try it again'))
    .addOption(deciding('--skip', 'a step that failed: go on without it'))
    .addOption(deciding('--complete', 'a step that failed: go on with an output'))
    .addOption(deciding('--fail', 'a step that failed: leave it so'))
    .addOption(
      deciding('--status <status>', 'what came of work').choices(['ok', 'warning', 'error']),
    )
    .option('--with <json>', 'the values of the answer; @file reads them')
    .addOption(new Option('--output <json>', 'the same, of work; @file reads it').conflicts('with'))
    .option('--reason <text>', 'what is to be said about it; of work, what went wrong')
    .option('--actor <name>', 'the person who decides, if not the holder of the key')
    .option('--worker <id>', 'who has claimed it, for work of a queue')
    .option('--list', 'list what waits, and ask nothing')
    .option('--kind <kinds>', 'list only: client, worker, approval, signal, escalation')
    .option('--session <id>', 'list only what this session asks for')
    .option('--workflow <name>', 'list only what sessions of a saved workflow ask for')
  addOutputOptions(addServiceOptions(addPageOptions(command))).action((id: string | undefined) =>
    calling<Options>(command, (call) => answer(command, id, call)),
  )
}

function deciding(flags: string, description: string): Option {
  const option = new Option(flags, description)
  return option.conflicts(decisions.filter((name) => name !== option.attributeName()))
}

async function answer(command: Command, id: string | undefined, call: Call<Options>) {
  const { service, options } = call
  const output = outputOf(command)
  const asks = output.form === 'table' && process.stdin.isTTY && !options.list
  if (id === undefined) {
    if (decisions.some((name) => name in options) || options.with || options.output) {
      command.error('error: say which interaction is answered; stepstream answer lists them')
    }
    if (!asks) return printInbox(output, service, options)
    const { choose } = await import('./answer/choose.ts')
    const chosen = await choose(await waiting(service, options))
    return chosen === undefined ? undefined : answerByHand(service, chosen, output)
  }
  const given = await readAnswer(command, options)
  if (given === undefined && asks) return answerByHand(service, id, output)
  if (given === undefined) {
    command.error(
      'error: say what the answer is: --approve, --reject, --push-back, --retry, --skip, --complete, --fail, --status or --with',
    )
  }
  printOne(output, await give(service, id, given))
}

async function answerByHand(service: Stepstream, id: string, output: Output) {
  const params = { path: { id } }
  const interaction = await unwrap(service.api.GET('/v1/interactions/{id}', { params }))
  const { askUntilTaken } = await import('./answer/by-hand.ts')
  const answered = await askUntilTaken(interaction, (taken) => send(service, interaction, taken))
  if (answered !== undefined) printOne(output, answered)
}

/** Values alone are for a signal, whose session and name the interaction tells. */
async function give(service: Stepstream, id: string, given: Answer): Promise<Result> {
  if (given.kind !== 'signal') return send(service, { interactionId: id }, given)
  const params = { path: { id } }
  return send(service, await unwrap(service.api.GET('/v1/interactions/{id}', { params })), given)
}
