import { type Command, Option } from 'commander'
import type { Stepstream } from '../client/index.ts'
import { oneLine } from '../session/line-text.ts'
import { explanationText } from './get/explanation-text.ts'
import { sessionLines } from './get/session-lines.ts'
import { sessionText } from './get/session-text.ts'
import { stepText } from './get/step-text.ts'
import { addOutputOptions, type Output, outputOf } from './output/output.ts'
import { printJson } from './output/print-list.ts'
import { readCount, readId } from './service/arguments.ts'
import { addServiceOptions, calling } from './service/calling.ts'
import { tell } from './service/tell-fault.ts'
import { unwrap } from './service/unwrap.ts'

interface Options {
  readonly step?: string
  readonly explain?: true
  readonly atSeq?: number
}

/** `stepstream get`: a session, a step of it, or why it stands where it does. */
export function defineGet(command: Command): void {
  command
    .argument('<session>', 'the id of a session', readId)
    .option('--step <id>', 'one step: all its tries, its whole output', readId)
    .addOption(new Option('--explain', 'why each step is where it is').conflicts(['step', 'atSeq']))
    .option('--at-seq <number>', 'as it was after this event of its log', readCount)
  addOutputOptions(addServiceOptions(command)).action((id: string) =>
    calling<Options>(command, async ({ service, options }) => {
      const output = outputOf(command)
      if (options.explain) await explain(service, id, output)
      else if (options.step !== undefined)
        await showStep(service, id, options.step, options, output)
      else await show(service, id, options, output)
    }),
  )
}

async function show(service: Stepstream, id: string, { atSeq }: Options, output: Output) {
  const params = { path: { id }, ...atOf(atSeq) }
  const session = await unwrap(service.api.GET('/v1/sessions/{id}', { params }))
  if (output.form === 'quiet') return output.write(`${oneLine(session.sessionId)}\n`)
  if (output.form === 'json') return printJson(output, session)
  if (output.form === 'lines') return output.write(sessionLines(session))
  // What goes on, and who must act, is asked for where it can still change.
  const [progress, explanation] =
    session.endedAt !== undefined
      ? []
      : await Promise.all([
          unwrap(service.api.GET('/v1/sessions/{id}/progress', { params })),
          atSeq === undefined
            ? unwrap(service.api.GET('/v1/sessions/{id}/explain', { params: { path: { id } } }))
            : undefined,
        ])
  output.write(sessionText({ session, progress, explanation }, output))
}

async function showStep(
  service: Stepstream,
  id: string,
  stepId: string,
  { atSeq }: Options,
  output: Output,
) {
  const params = { path: { id }, ...atOf(atSeq) }
  const [session, { steps }] = await Promise.all([
    unwrap(service.api.GET('/v1/sessions/{id}', { params })),
    unwrap(service.api.GET('/v1/sessions/{id}/steps', { params })),
  ])
  const step = session.steps.find((each) => each.id === stepId)
  const history = steps.find((each) => each.id === stepId)
  if (step === undefined || history === undefined) {
    const known = session.steps.map((each) => each.id)
    tell(
      `error: ${oneLine(id)} has no step ${oneLine(stepId)} (STEP_NOT_FOUND)`,
      oneLine(`It has ${known.join(', ')}.`),
    )
    process.exitCode = 1
    return
  }
  if (output.form === 'quiet') output.write(`${oneLine(step.id)}\n`)
  else if (output.form === 'json') printJson(output, { ...step, ...history })
  else output.write(stepText(step, history, output))
}

async function explain(service: Stepstream, id: string, output: Output) {
  const params = { path: { id } }
  const explanation = await unwrap(service.api.GET('/v1/sessions/{id}/explain', { params }))
  if (output.form === 'json') printJson(output, explanation)
  else if (output.form === 'quiet') output.write(`${id}\n`)
  else output.write(explanationText(explanation, output))
}

function atOf(atSeq: number | undefined) {
  return atSeq === undefined ? {} : { query: { atSeq } }
}
