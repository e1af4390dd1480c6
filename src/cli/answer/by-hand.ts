import { log } from '@clack/prompts'
import { ProblemError } from '../../client/index.ts'
import { oneLine, outputLines } from '../../session/line-text.ts'
import { jsonText } from '../output/json-text.ts'
import type { Result } from '../output/print-one.ts'
import { tellProblem } from '../service/tell-fault.ts'
import { askValue } from './ask-value.ts'
import { Cancelled, prompts } from './prompts.ts'
import type { Answer, Interaction } from './send.ts'

/** As shells have it for Ctrl-C. */
const CANCELLED = 130

/**
 * Asks at the terminal what the answer is, until the service takes one: what is wrong with a value is told,
 * and asked for again. Undefined where nothing was answered; the exit code says so.
 */
export async function askUntilTaken(
  interaction: Interaction,
  send: (answer: Answer) => Promise<Result>,
): Promise<Result | undefined> {
  show(interaction)
  for (;;) {
    try {
      return await send(await ask(interaction))
    } catch (error) {
      if (error instanceof Cancelled) {
        process.exitCode = CANCELLED
        return undefined
      }
      if (!(error instanceof ProblemError) || error.status !== 400) throw error
      tellProblem(error)
    }
  }
}

function show({ sessionId, stepId, prompt, failure, signal, command }: Interaction): void {
  const lines = [
    `${stepId} of ${sessionId}`,
    ...(prompt === undefined ? [] : outputLines(prompt)),
    ...(failure === undefined ? [] : [`${failure.code}: ${oneLine(failure.message)}`]),
    ...(signal === undefined ? [] : [`It waits for the signal ${oneLine(signal)}.`]),
    ...(command === undefined ? [] : jsonText(command, 2).split('\n')),
  ]
  log.message(lines.join('\n'))
}

function ask(interaction: Interaction): Promise<Answer> {
  switch (interaction.kind) {
    case 'approval':
      return askApproval(interaction)
    case 'escalation':
      return askEscalation(interaction)
    case 'signal':
      return askSignal(interaction)
    case 'client':
    case 'worker':
      return askResult(interaction)
  }
}

async function askApproval({ resultSchema }: Interaction): Promise<Answer> {
  const decision = await prompts.choose('What do you decide?', [
    { value: 'approve', label: 'approve' },
    { value: 'reject', label: 'reject', hint: 'the step fails' },
    { value: 'push_back', label: 'push back', hint: 'an earlier step runs again' },
  ] as const)
  const output =
    decision === 'approve' && resultSchema !== undefined
      ? { output: await askValue(prompts, resultSchema, '') }
      : {}
  const toStep =
    decision === 'push_back'
      ? await prompts.line('Back to which step? (may be left out: the one before)')
      : ''
  const back = toStep === '' ? {} : { toStep }
  return { kind: 'decision', body: { decision, ...output, ...back, ...(await askNote()) } }
}

async function askEscalation({ resultSchema }: Interaction): Promise<Answer> {
  const decision = await prompts.choose('What is to become of the step?', [
    { value: 'retry', label: 'retry' },
    { value: 'skip', label: 'skip', hint: 'go on without it' },
    { value: 'complete', label: 'complete', hint: 'go on with an output' },
    { value: 'fail', label: 'fail' },
  ] as const)
  const output =
    decision === 'complete' ? { output: await askValue(prompts, resultSchema ?? {}, 'output') } : {}
  return { kind: 'decision', body: { decision, ...output, ...(await askNote()) } }
}

async function askNote(): Promise<{ note?: string }> {
  const note = await prompts.line('What is to be said about it? (may be left out)')
  return note === '' ? {} : { note }
}

async function askSignal({ resultSchema, signal = '' }: Interaction): Promise<Answer> {
  const payload = await askValue(prompts, resultSchema ?? {}, `payload of ${signal}`)
  return { kind: 'signal', payload }
}

async function askResult({ resultSchema, worker }: Interaction): Promise<Answer> {
  const status = await prompts.choose('What came of it?', [
    { value: 'ok', label: 'ok' },
    { value: 'warning', label: 'warning' },
    { value: 'error', label: 'error', hint: 'it is tried again, or fails' },
  ] as const)
  const who = worker === undefined ? {} : { workerId: worker }
  if (status === 'error') {
    const message = await prompts.line('What went wrong?', { faultOf: missing })
    return { kind: 'result', body: { status, error: { message }, ...who } }
  }
  const warning =
    status === 'warning'
      ? { error: { message: await prompts.line('What is the warning?', { faultOf: missing }) } }
      : {}
  const output = await askValue(prompts, resultSchema ?? {}, 'output')
  return { kind: 'result', body: { status, output, ...warning, ...who } }
}

function missing(text: string): string | undefined {
  return text.trim() === '' ? 'Say it in a few words' : undefined
}
