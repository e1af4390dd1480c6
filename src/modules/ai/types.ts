import type { Json, JsonObject } from '../../json.ts'

export interface AiMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** One question to a model, whose answer is JSON of a schema. */
export interface AiRequest {
  /** The name of a connection. Default: default. */
  readonly connection?: string
  readonly messages: readonly AiMessage[]
  /** In the part of JSON Schema that strict servers take: every property required, nothing beside them. */
  readonly schema: { readonly name: string; readonly json: JsonObject }
  /** What the answer must be; what it says is told to the model once. Throws where it is not. */
  readonly parse: (answer: Json) => unknown
  readonly signal: AbortSignal
  /** Limit of one call, in ms. Default: 60,000. */
  readonly timeoutMs?: number
  readonly maxOutputTokens?: number
  /** Pieces of the model's reasoning as they come. */
  readonly onReasoning?: (text: string) => void
  /** What each call has used, also those whose answer was none of the schema. */
  readonly onUsage?: (usage: AiUsage) => void
}

export interface AiUsage {
  readonly connection: string
  readonly model: string
  readonly promptTokens: number
  readonly completionTokens: number
  readonly cachedTokens?: number
  /** By the connection's prices; absent where it has none. */
  readonly cost?: number
  /** The server does not count: so many there are by the length of the texts. */
  readonly estimated?: true
  readonly durationMs: number
}

export interface AiAnswer<T> {
  readonly value: T
  /** Of all calls that it took. */
  readonly usage: AiUsage
  /** How often the model had to be asked again for an answer of the schema. */
  readonly repairs: number
}

/** The AI connections that the settings name: OpenAI-compatible chat endpoints. */
export interface AiConnections {
  readonly names: readonly string[]
  has(name?: string): boolean
  /** Asks whether it answers, at most once a minute. @throws StepstreamError AI_UNAVAILABLE, AI_REFUSED */
  check(name: string | undefined, signal: AbortSignal): Promise<void>
  /**
   * @throws StepstreamError AI_UNAVAILABLE (not reached, 5xx, 429, after retries), AI_REFUSED (401, 403, 404, 400,
   * a model that will not), AI_ANSWER_INVALID, AI_NEEDED (no such connection), ADDRESS_REFUSED; another Error once
   * `signal` has aborted
   */
  ask<T>(request: AiRequest & { readonly parse: (answer: Json) => T }): Promise<AiAnswer<T>>
}
