import { createHash } from 'node:crypto'
import type { Json } from './json.ts'

/** What somebody decided, and what they say about it. */
export interface Decided {
  readonly decision: string
  readonly output?: Json | undefined
  readonly toStep?: string | undefined
  readonly note?: string | undefined
}

/** The same for the same decision, whoever takes it, and by whichever way it comes. */
export function digestOfDecision({ decision, output, toStep, note }: Decided): string {
  const given = JSON.stringify(['decision', decision, output ?? null, toStep ?? null, note ?? null])
  return createHash('sha256').update(given).digest('base64url')
}
