import { z } from 'zod'

/** An OpenAI-compatible endpoint with the model that is asked there. */
export const aiConnectionSchema = z.strictObject({
  baseUrl: z.string().regex(/^https?:\/\/\S+$/, 'a URL that begins with http:// or https://'),
  model: z.string().min(1),
  apiKey: z.string().default(''),
  /** What a million tokens cost; 0: not known. */
  promptPrice: z.number().min(0).default(0),
  completionPrice: z.number().min(0).default(0),
})

export type AiConnectionSettings = z.output<typeof aiConnectionSchema>

const schema = z.record(
  z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/i, 'a name of letters, digits, _ and -'),
  aiConnectionSchema,
)

/** Reads `AI_CONNECTIONS`; a fault names the place, never the value, which holds keys. */
export function readAiConnections(
  text: string,
  context: z.RefinementCtx,
): ReadonlyMap<string, AiConnectionSettings> {
  const parsed = schema.safeParse(text === '' ? {} : parseJson(text))
  if (parsed.success) return new Map(Object.entries(parsed.data))
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'it'}: ${message}`,
  )
  context.addIssue({
    code: 'custom',
    message: `not the JSON object it is to be: ${faults.join('; ')}`,
  })
  return z.NEVER
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The connections that the settings name. */
export function aiConnectionsOf(config: {
  readonly AI_BASE_URL: string
  readonly AI_MODEL: string
  readonly AI_API_KEY: string
  readonly AI_PROMPT_PRICE: number
  readonly AI_COMPLETION_PRICE: number
  readonly AI_CONNECTIONS: ReadonlyMap<string, AiConnectionSettings>
}): ReadonlyMap<string, AiConnectionSettings> {
  if (config.AI_BASE_URL === '') return config.AI_CONNECTIONS
  const first: AiConnectionSettings = {
    baseUrl: config.AI_BASE_URL,
    model: config.AI_MODEL,
    apiKey: config.AI_API_KEY,
    promptPrice: config.AI_PROMPT_PRICE,
    completionPrice: config.AI_COMPLETION_PRICE,
  }
  return new Map([['default', first], ...config.AI_CONNECTIONS])
}
