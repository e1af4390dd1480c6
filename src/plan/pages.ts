import { z } from 'zod'
import { outboundUrl } from '../modules/outbound/types.ts'

/** How many pages a workflow may name. */
const MAX_PAGES = 200

const pageUrl = z
  .string()
  .min(1)
  .max(8192)
  .check(({ value, issues }) => {
    // What an expression comes to is checked when the page is opened.
    if (value.includes('{{')) return
    for (const { message } of outboundUrl.safeParse(value).error?.issues ?? []) {
      issues.push({ code: 'custom', message, input: value })
    }
  })

export const pagesSchema = z
  .record(z.string().min(1).max(200), pageUrl)
  .refine((pages) => Object.keys(pages).length <= MAX_PAGES, {
    message: `expected up to ${MAX_PAGES} pages`,
    params: { code: 'INVALID_VALUE' },
  })
  .describe('The addresses of pages by their names, for sentences such as "Open the login page".')

/** The pages as sentences name them: in lower case, without "the" and "page". */
export function pagesByName(
  pages: Readonly<Record<string, string>> | undefined,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(pages ?? {}).map(([name, url]) => {
      const words = name.trim().toLowerCase().split(/\s+/)
      const from = words.length > 1 && words[0] === 'the' ? 1 : 0
      const to = words.length - from > 1 && words.at(-1) === 'page' ? -1 : undefined
      return [words.slice(from, to).join(' '), url]
    }),
  )
}
