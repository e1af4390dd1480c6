import type { Completion } from './completion.ts'
import type { Connection } from './connection.ts'
import type { AiMessage, AiUsage } from './types.ts'

/** How many characters of English, or of JSON, make a token, roughly. */
const CHARS_PER_TOKEN = 4

/** What a call has used, by the server's count, or else by the length of the texts. */
export function usageOf(
  { name, settings }: Connection,
  messages: readonly AiMessage[],
  { usage, content }: Completion,
  durationMs: number,
): AiUsage {
  const promptTokens = usage?.prompt_tokens ?? tokensIn(messages.map((each) => each.content))
  const completionTokens = usage?.completion_tokens ?? tokensIn([content])
  const cachedTokens = usage?.prompt_tokens_details?.cached_tokens ?? undefined
  const { promptPrice, completionPrice } = settings
  const cost = (promptTokens * promptPrice + completionTokens * completionPrice) / 1_000_000
  return {
    connection: name,
    model: settings.model,
    promptTokens,
    completionTokens,
    ...(cachedTokens === undefined ? {} : { cachedTokens }),
    ...(promptPrice + completionPrice === 0 ? {} : { cost }),
    ...(usage === undefined ? { estimated: true } : {}),
    durationMs,
  }
}

/** Two calls as one. */
export function sumOf(one: AiUsage, other: AiUsage): AiUsage {
  const cached = (one.cachedTokens ?? 0) + (other.cachedTokens ?? 0)
  const isCounted = one.cachedTokens !== undefined || other.cachedTokens !== undefined
  return {
    ...one,
    ...other,
    promptTokens: one.promptTokens + other.promptTokens,
    completionTokens: one.completionTokens + other.completionTokens,
    ...(isCounted ? { cachedTokens: cached } : {}),
    ...(one.cost === undefined ? {} : { cost: one.cost + (other.cost ?? 0) }),
    durationMs: one.durationMs + other.durationMs,
  }
}

function tokensIn(texts: readonly string[]): number {
  return Math.ceil(texts.reduce((chars, text) => chars + text.length, 0) / CHARS_PER_TOKEN)
}
