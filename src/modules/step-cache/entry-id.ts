import { createHash } from 'node:crypto'
import playwright from 'playwright-core/package.json' with { type: 'json' }
import { normalisedText } from './text.ts'
import type { CacheKey } from './types.ts'
import { urlTemplate } from './url-template.ts'

/** What an id looks like. */
export const entryIdPattern = /^[0-9a-f]{64}$/

/**
 * What an entry is found by. Selectors are Playwright's own, so another version finds none of them.
 * @param version of what turns texts into actions
 */
export function entryId({ tenant, text, url }: CacheKey, version: string): string {
  const parts = [tenant, normalisedText(text), urlTemplate(url), version, playwright.version]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
