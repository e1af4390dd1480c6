import { z } from 'zod'
import type { ErrorCode } from '../errors.ts'
import { problemsOf } from './docs-of.ts'

/** What a page of a list is asked for by: fields of a query. */
export function pageFields({ usual = 50, most = 200 } = {}) {
  return {
    limit: z.coerce.number().int().min(1).max(most).default(usual),
    cursor: z.string().optional().describe('`next` of the page before'),
  }
}

const next = z.string().nullable().describe('The cursor of the next page')

/** The answers of a route that lists. @param items what a page has beside where the list goes on */
export function pageAnswers<Shape extends z.ZodRawShape>(
  items: Shape,
  ...codes: readonly ErrorCode[]
) {
  return {
    200: pageOf(items).describe('A page'),
    ...problemsOf('INVALID_QUERY', 'INVALID_CURSOR', ...codes),
  }
}

export function pageOf<Shape extends z.ZodRawShape>(items: Shape) {
  return z.object({ ...items, next })
}
