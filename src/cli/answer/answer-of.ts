import type { Command } from 'commander'
import type { components } from '../../client/index.ts'
import { readValue } from '../service/read-document.ts'
import type { Answer } from './send.ts'

type Decision = components['schemas']['Decision']['decision']
type Result = components['schemas']['InteractionResult']

export interface AnswerOptions {
  readonly approve?: true
  readonly reject?: true
  readonly pushBack?: true
  readonly toStep?: string
  readonly retry?: true
  readonly skip?: true
  readonly complete?: true
  readonly fail?: true
  readonly status?: Result['status']
  readonly with?: string
  readonly output?: string
  readonly reason?: string
  readonly actor?: string
  readonly worker?: string
}

/** What the options say; undefined where they say nothing. Ends the process where they cannot be meant. */
export async function readAnswer(
  command: Command,
  options: AnswerOptions,
): Promise<Answer | undefined> {
  const decision = decisionOf(options)
  const text = options.with ?? options.output
  const value = text === undefined ? undefined : await readValue(command, text)
  const output = value === undefined ? {} : { output: value }
  const { toStep, reason, actor, worker, status } = options
  if (toStep !== undefined && decision !== 'push_back') {
    command.error('error: --to-step goes with --push-back')
  }
  if (decision !== undefined) {
    const note = reason === undefined ? {} : { note: reason }
    const who = actor === undefined ? {} : { actor }
    const back = toStep === undefined ? {} : { toStep }
    return { kind: 'decision', body: { decision, ...output, ...note, ...who, ...back } }
  }
  if (status !== undefined) {
    const error = reason === undefined ? {} : { error: { message: reason } }
    const who = worker === undefined ? {} : { workerId: worker }
    return { kind: 'result', body: { status, ...output, ...error, ...who } }
  }
  if (value !== undefined) return { kind: 'signal', payload: value }
  return undefined
}

function decisionOf({
  approve,
  reject,
  pushBack,
  toStep,
  retry,
  skip,
  complete,
  fail,
}: AnswerOptions): Decision | undefined {
  if (approve) return 'approve'
  if (reject) return 'reject'
  if (retry) return 'retry'
  if (skip) return 'skip'
  if (complete) return 'complete'
  if (fail) return 'fail'
  return pushBack || toStep !== undefined ? 'push_back' : undefined
}
