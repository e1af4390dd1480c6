import type { JsonObject } from '../../json.ts'
import type { AiMessage, AiRequest } from './types.ts'

/** What a server understands of the protocol; found out by what it refuses. */
export interface Dialect {
  /** How it is told what form the answer has; `text`: in words alone. */
  readonly format: 'json_schema' | 'json_object' | 'text'
  readonly limit: 'max_tokens' | 'max_completion_tokens'
  readonly streams: boolean
  /** Whether it counts the tokens of an answer that it streams. */
  readonly countsStreams: boolean
}

export const fullDialect: Dialect = {
  format: 'json_schema',
  limit: 'max_tokens',
  streams: true,
  countsStreams: true,
}

export interface Refusal {
  readonly status: number
  readonly message: string
}

/** A dialect with less in it, and whether the server will need it again; undefined: the refusal is about something else. */
export function lesserDialect(
  dialect: Dialect,
  { status, message }: Refusal,
): { readonly dialect: Dialect; readonly isLasting: boolean } | undefined {
  if (status !== 400 && status !== 422) return undefined
  if (dialect.countsStreams && /stream_options|include_usage/i.test(message)) {
    return { dialect: { ...dialect, countsStreams: false }, isLasting: true }
  }
  if (dialect.limit === 'max_tokens' && /max_completion_tokens/i.test(message)) {
    return { dialect: { ...dialect, limit: 'max_completion_tokens' }, isLasting: true }
  }
  if (/response_format|json_schema|json_object|structured output|grammar/i.test(message)) {
    // A schema that it does not like says nothing about the next one.
    const isLasting = !/invalid schema/i.test(message)
    if (dialect.format === 'json_schema') {
      return { dialect: { ...dialect, format: 'json_object' }, isLasting }
    }
    if (dialect.format === 'json_object') {
      return { dialect: { ...dialect, format: 'text' }, isLasting }
    }
  }
  if (dialect.streams && /\bstream(ing)?\b/i.test(message)) {
    return { dialect: { ...dialect, streams: false }, isLasting: true }
  }
  return undefined
}

/** The body of a request in a dialect. Source: the chat completions of the OpenAI API. */
export function bodyIn(
  dialect: Dialect,
  model: string,
  messages: readonly AiMessage[],
  { schema, maxOutputTokens }: Pick<AiRequest, 'schema' | 'maxOutputTokens'>,
): JsonObject {
  const { format, limit, streams, countsStreams } = dialect
  return {
    model,
    messages: (format === 'json_schema'
      ? messages
      : [...messages, inWords(schema.json)]) as unknown as JsonObject[],
    ...(format === 'json_schema'
      ? {
          response_format: {
            type: 'json_schema',
            json_schema: { name: schema.name, strict: true, schema: schema.json },
          },
        }
      : {}),
    ...(format === 'json_object' ? { response_format: { type: 'json_object' } } : {}),
    ...(streams ? { stream: true } : {}),
    ...(streams && countsStreams ? { stream_options: { include_usage: true } } : {}),
    ...(maxOutputTokens === undefined ? {} : { [limit]: maxOutputTokens }),
  }
}

function inWords(schema: JsonObject): AiMessage {
  const content = `Answer with one JSON object and nothing else, in a \`\`\`json fence. It must fit this JSON Schema:\n${JSON.stringify(schema)}`
  return { role: 'system', content }
}
