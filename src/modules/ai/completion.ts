import { createParser } from 'eventsource-parser'
import { z } from 'zod'
import type { OutboundHead, OutboundResponse } from '../outbound/types.ts'
import { splitThinking } from './read-json.ts'

/** What a model answered. */
export interface Completion {
  readonly content: string
  readonly refusal: string
  /** `stop`, `length`, `content_filter`; empty where the server does not say. */
  readonly finish: string
  readonly usage?: z.output<typeof usageSchema>
}

const text = z.string().nullish()

const usageSchema = z.looseObject({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  prompt_tokens_details: z.looseObject({ cached_tokens: z.number().nullish() }).nullish(),
})

const part = z
  .looseObject({ content: text, reasoning_content: text, reasoning: text, refusal: text })
  .nullish()

/** A whole answer, or a piece of one: they differ in the name of the part alone. */
const answerSchema = z.looseObject({
  choices: z.array(z.looseObject({ delta: part, message: part, finish_reason: text })).nullish(),
  usage: usageSchema.nullish().catch(undefined),
  error: z.unknown().optional(),
})

/** An answer that breaks off, or is none of the protocol; asking again may help. */
export class BrokenAnswerError extends Error {}

/** Puts the answer of a model together from what arrives, streamed or not. */
export class CompletionReader {
  #content = ''
  #refusal = ''
  #finish = ''
  #isOver = false
  #thought = ''
  #usage: Completion['usage'] | undefined
  readonly #onReasoning: (text: string) => void
  readonly #decoder = new TextDecoder()
  readonly #parser = createParser({
    onEvent: ({ data }) => {
      if (data.trim() === '[DONE]') this.#isOver = true
      else this.#take(data)
    },
  })

  constructor(onReasoning: (text: string) => void = () => {}) {
    this.#onReasoning = onReasoning
  }

  /** Takes a piece of a body as it arrives; what is no stream is left for the end. */
  feed(piece: Uint8Array, head: OutboundHead): void {
    if (isStream(head)) this.#parser.feed(this.#decoder.decode(piece, { stream: true }))
  }

  /** What the whole of it came to. @throws BrokenAnswerError */
  end(response: OutboundResponse): Completion {
    if (!isStream(response)) this.#take(response.body.toString())
    else if (!this.#isOver && this.#finish === '') throw new BrokenAnswerError('it broke off')
    const { thought, answer } = splitThinking(this.#content)
    if (thought !== '' && this.#thought === '') this.#onReasoning(thought)
    return {
      content: answer,
      refusal: this.#refusal,
      finish: this.#finish,
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
    }
  }

  #take(json: string): void {
    const { choices, usage, error } = parse(json)
    if (error !== undefined && error !== null) {
      throw new BrokenAnswerError(`it tells of a fault: ${JSON.stringify(error).slice(0, 300)}`)
    }
    if (usage !== undefined && usage !== null) this.#usage = usage
    const [choice] = choices ?? []
    const { content, reasoning_content, reasoning, refusal } =
      choice?.delta ?? choice?.message ?? {}
    this.#content += content ?? ''
    this.#refusal += refusal ?? ''
    this.#finish = choice?.finish_reason ?? this.#finish
    const thought = reasoning_content ?? reasoning ?? ''
    if (thought === '') return
    this.#thought += thought
    this.#onReasoning(thought)
  }
}

function isStream({ status, headers }: OutboundHead): boolean {
  return status === 200 && String(headers['content-type']).startsWith('text/event-stream')
}

function parse(json: string): z.output<typeof answerSchema> {
  try {
    return answerSchema.parse(JSON.parse(json))
  } catch (error) {
    throw new BrokenAnswerError('it is no chat completion', { cause: error })
  }
}
