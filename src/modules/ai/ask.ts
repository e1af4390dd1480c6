import { StepstreamError } from '../../errors.ts'
import type { Json } from '../../json.ts'
import { type CallOptions, call } from './call.ts'
import type { Completion } from './completion.ts'
import type { Connection } from './connection.ts'
import { readJson } from './read-json.ts'
import type { AiAnswer, AiMessage, AiRequest, AiUsage } from './types.ts'
import { sumOf, usageOf } from './usage.ts'

export interface AskOptions extends CallOptions {
  /** Takes secrets out of what is sent. */
  readonly maskText: (text: string) => string
}

/** How often a model is told what is wrong with its answer. */
const MAX_REPAIRS = 1

/** How much of a wrong answer is shown to the model again, and of what is wrong with it. */
const MAX_SHOWN = 4000
const MAX_FAULT = 1000

/** Asks for an answer of a schema; one that is none of it is told so once. @throws as `AiConnections.ask` */
export async function ask<T>(
  connection: Connection,
  request: AiRequest & { readonly parse: (answer: Json) => T },
  options: AskOptions,
): Promise<AiAnswer<T>> {
  const { parse, onUsage, ...rest } = request
  let messages: readonly AiMessage[] = request.messages.map(({ role, content }) => ({
    role,
    content: options.maskText(content),
  }))
  let limit = request.maxOutputTokens
  let usage: AiUsage | undefined
  for (let repairs = 0; ; repairs += 1) {
    const startedAt = options.clock.now()
    const completion = await call(
      connection,
      messages,
      { ...rest, ...(limit === undefined ? {} : { maxOutputTokens: limit }) },
      options,
    )
    const used = usageOf(connection, messages, completion, options.clock.now() - startedAt)
    usage = usage === undefined ? used : sumOf(usage, used)
    onUsage?.(used)
    refuseRefusal(connection, completion)
    const read = readAnswer(completion, parse)
    if ('value' in read) return { value: read.value, usage, repairs }
    if (repairs === MAX_REPAIRS) throw invalid(connection, read.fault)
    messages = [...messages, ...repairTurn(completion, read.fault, options)]
    // What was cut off needs more room, not only better words.
    if (completion.finish === 'length' && limit !== undefined) limit *= 2
  }
}

/** @throws StepstreamError AI_REFUSED */
function refuseRefusal({ name }: Connection, { refusal, finish, content }: Completion): void {
  const isFiltered = finish === 'content_filter' && content.trim() === ''
  if (refusal === '' && !isFiltered) return
  const why = refusal === '' ? 'its server filters the answer' : refusal.slice(0, MAX_FAULT)
  throw new StepstreamError('AI_REFUSED', `the model of AI connection ${name} refuses: ${why}`)
}

function readAnswer<T>(
  { content, finish }: Completion,
  parse: (answer: Json) => T,
): { readonly value: T } | { readonly fault: string } {
  if (content.trim() === '') return { fault: 'it is empty' }
  try {
    return { value: parse(readJson(content)) }
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error)
    const isCut = finish === 'length'
    return { fault: isCut ? 'it was cut off at the limit of its length: be shorter' : fault }
  }
}

function repairTurn(
  { content }: Completion,
  fault: string,
  { maskText }: AskOptions,
): readonly AiMessage[] {
  const answered = content.trim() === '' ? '(nothing)' : content.slice(0, MAX_SHOWN)
  const complaint = `That answer cannot be used: ${maskText(fault).slice(0, MAX_FAULT)}. Answer again with one JSON object of the schema, and nothing else.`
  return [
    { role: 'assistant', content: answered },
    { role: 'user', content: complaint },
  ]
}

function invalid({ name }: Connection, fault: string): StepstreamError {
  const message = `the model of AI connection ${name} did not answer in the form asked for, twice: ${fault.slice(0, MAX_FAULT)}`
  return new StepstreamError('AI_ANSWER_INVALID', message)
}
