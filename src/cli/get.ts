import { type Command, Option } from 'commander'
import { oneLine } from '../session/line-text.ts'
import { explanationText } from './get/explanation-text.ts'
import { sessionLines } from './get/session-lines.ts'
import { sessionText } from './get/session-text.ts'
import { stepText } from './get/step-text.ts'
import { addOutputOptions, type Output, outputOf } from './output/output.ts'
import { printJson } from './output/print-list.ts'
import { readCount, readId } from './service/arguments.ts'
import { addServiceOptions, type Call, calling } from './service/calling.ts'
import { optionFor } from './service/options.ts'
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
    calling<Options>(command, async (call) => {
      const output = outputOf(command)
      const { explain, step } = call.options
      if (explain) await showExplanation(call, id, output)
      else if (step !== undefined) await showStep(call, id, step, output)
      else await show(call, id, output)
    }),
  )
}

async function show(
  { service, url, options: { atSeq } }: Call<Options>,
  id: string,
  output: Output,
) {
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
  const option = optionFor(url)
  output.write(sessionText({ session, progress, explanation, option }, output))
}

async function showStep(
  { service, options: { atSeq } }: Call<Options>,
  id: string,
  stepId: string,
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

async function showExplanation({ service, url }: Call<Options>, id: string, output: Output) {
  const params = { path: { id } }
  const explanation = await unwrap(service.api.GET('/v1/sessions/{id}/explain', { params }))
  if (output.form === 'json') printJson(output, explanation)
  else if (output.form === 'quiet') output.write(`${id}\n`)
  else {
    const where = { sessionId: id, option: optionFor(url) }
    output.write(explanationText(explanation, where, output))
  }
}

function atOf(atSeq: number | undefined) {
  return atSeq === undefined ? {} : { query: { atSeq } }
}
