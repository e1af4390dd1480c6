import type { Json } from '../../json.ts'

/** A response body as a step's output shows it; `bodyEncoding` is there when the bytes are no text. */
export interface ReadBody {
  readonly body: Json
  readonly bodyEncoding?: 'base64'
}

/** Deeper JSON stays text, so that nothing behind has to recurse as deep as a stranger likes. */
const MAX_DEPTH = 100

/**
 * Parses JSON when the content type says so and it parses, else gives the text, else (bytes that are
 * not text in their charset) base64.
 * @param conceal replaces what must not show in an output
 */
export function readBody(
  bytes: Buffer,
  contentType: string | undefined,
  conceal: (text: string) => string,
): ReadBody {
  const decoded = decode(bytes, contentType)
  if (decoded === undefined) return { body: bytes.toString('base64'), bodyEncoding: 'base64' }
  const text = conceal(decoded)
  const value = isJson(contentType) ? parse(text) : undefined
  return { body: value === undefined ? text : value }
}

function decode(bytes: Buffer, contentType: string | undefined): string | undefined {
  try {
    const text = new TextDecoder(charsetOf(contentType), { fatal: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    // Not text in that charset, or a charset nobody knows: the bytes are kept as they are.
    return undefined
  }
}

function charsetOf(contentType: string | undefined): string {
  return /;\s*charset="?([^\s;"]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8'
}

/** application/json and every +json type (RFC 6839 §3.1). */
function isJson(contentType: string | undefined): boolean {
  return /^\s*[\w.-]+\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType ?? '')
}

function parse(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text)
    return isDeeperThan(value, MAX_DEPTH) ? undefined : value
  } catch {
    // What calls itself JSON and is not stays text.
    return undefined
  }
}

function isDeeperThan(value: Json, limit: number): boolean {
  let level: Json[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? Object.values(item) : [],
    )
  }
  return false
}
