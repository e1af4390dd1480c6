import { z } from 'zod'
import type { Json } from '../../json.ts'
import type { Document, NewDocument } from '../../store/documents.ts'
import { browserActionSchema } from '../browser-actions/types.ts'
import { isWeak } from './keepable.ts'
import type { CachedSteps, CacheEntry } from './types.ts'

export const KIND = 'stepCache'

/** One more whenever what is kept changes its form: older bodies are as if they were not there. */
const FORMAT = 1

/** How often what is found by its place only must be found the same way before it is used. */
const CONFIRMATIONS = 2

const count = z.int().min(0)

const elementSchema = z.strictObject({
  selector: z.string().min(1),
  code: z.string(),
  role: z.string(),
  name: z.string(),
  weak: z.boolean(),
})

const recordSchema = z.strictObject({
  format: z.literal(FORMAT),
  text: z.string(),
  url: z.string(),
  steps: z.strictObject({
    actions: z
      .array(
        z.strictObject({
          action: browserActionSchema,
          target: elementSchema.optional(),
          to: elementSchema.optional(),
          evidence: z.string().optional(),
        }),
      )
      .min(1),
    done: z.record(z.string(), z.json()).optional(),
  }),
  /** How often the same was found and verified, by whoever had nothing to do again. */
  confirmations: count,
  hits: count,
  failures: count,
  /** ms since the epoch. */
  createdAt: count,
})

/** What is kept of a sequence. */
export interface CacheRecord extends Omit<z.output<typeof recordSchema>, 'format' | 'steps'> {
  readonly steps: CachedSteps
}

/** A document of the cache; without a record, one that cannot be read. */
export interface Held {
  readonly document: Document
  readonly record: CacheRecord | undefined
}

export function toHeld(document: Document): Held {
  return { document, record: readRecord(document.body) }
}

function readRecord(body: string): CacheRecord | undefined {
  const { success, data } = recordSchema.safeParse(parsed(body))
  if (!success) return undefined
  const { format: _, ...record } = data
  return record as CacheRecord
}

function parsed(body: string): Json | undefined {
  try {
    return JSON.parse(body) as Json
  } catch {
    return undefined
  }
}

/** @param lastUsedAt lists are sorted by it, and what is not used goes first */
export function toDocument(
  { tenant, id }: { readonly tenant: string; readonly id: string },
  record: CacheRecord,
  lastUsedAt: number,
  ttlMs: number,
): NewDocument {
  return {
    tenant,
    kind: KIND,
    id,
    body: JSON.stringify({ format: FORMAT, ...record }),
    createdAt: lastUsedAt,
    dueAt: null,
    sessionId: null,
    expiresAt: lastUsedAt + ttlMs,
  }
}

/** Whether it must be found once more before it is used. */
export function isPending({ steps, confirmations }: CacheRecord): boolean {
  return isWeak(steps) && confirmations < CONFIRMATIONS
}

export function toEntry({ document, record }: Held): readonly CacheEntry[] {
  if (record === undefined) return []
  const { text, url, steps, hits, failures, createdAt } = record
  const { id, createdAt: lastUsedAt } = document
  const pending = isPending(record)
  const actions = steps.actions.length
  return [{ id, text, url, actions, pending, hits, failures, createdAt, lastUsedAt }]
}
