import { z } from 'zod'
import {
  type Batch,
  type BatchStanding,
  batchFailures,
  batchStatuses,
  type CreatedBatch,
} from '../modules/batches/types.ts'
import { sessionStatuses } from '../session/status.ts'

const time = z.iso.datetime()

/** Sessions that were refused are named up to so many. */
const MAX_NAMED = 20

const linksSchema = z.object({ self: z.string(), sessions: z.string(), events: z.string() })

export const batchViewSchema = z
  .object({
    batchId: z.string(),
    name: z.string().nullable(),
    status: z
      .enum(batchStatuses)
      .describe('Of its sessions as a whole; starting: none has been started yet'),
    total: z.int().describe('How many sessions it has, or will have'),
    started: z.int(),
    counts: z
      .partialRecord(z.enum(sessionStatuses), z.int())
      .describe('How many of its sessions there are by status; as they ended once it has ended'),
    percent: z.number().describe('The share of the sessions that will not change any more'),
    maxRunning: z.int().nullable(),
    onFailure: z.enum(batchFailures),
    stopped: z.boolean().describe('A session failed, so those that had not begun were cancelled'),
    refused: z
      .object({
        count: z.int(),
        first: z.array(z.object({ index: z.int(), code: z.string(), message: z.string() })),
      })
      .optional()
      .describe(`Sessions that could not be made after all: their number, and up to ${MAX_NAMED}`),
    labels: z.record(z.string(), z.string()).optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    retryOf: z.string().optional().describe('The batch whose sessions it does again'),
    createdAt: time,
    endedAt: time.nullable(),
    links: linksSchema,
  })
  .meta({ id: 'Batch' })

export const acceptedBatchSchema = z
  .object({
    batchId: z.string(),
    status: z.literal('starting'),
    createdAt: time,
    total: z.int(),
    sessionIds: z
      .array(z.string())
      .describe('In the order of the request; each is there once it is started'),
    retryOf: z.string().optional(),
    links: linksSchema,
  })
  .meta({ id: 'AcceptedBatch' })

export function batchView(standing: BatchStanding): z.infer<typeof batchViewSchema> {
  const { batch, counts, status, started, percent } = standing
  const { id, name, total, maxRunning, onFailure, stopped, createdAt, ended } = batch
  return {
    batchId: id,
    name: name ?? null,
    status,
    total,
    started,
    counts,
    percent,
    maxRunning: maxRunning ?? null,
    onFailure,
    stopped,
    ...refusedOf(batch),
    ...(batch.labels === undefined ? {} : { labels: { ...batch.labels } }),
    ...(batch.metadata === undefined ? {} : { metadata: { ...batch.metadata } }),
    ...(batch.retryOf === undefined ? {} : { retryOf: batch.retryOf }),
    createdAt: iso(createdAt),
    endedAt: ended === null ? null : iso(ended.at),
    links: batchLinks(id),
  }
}

export function acceptedBatchView({
  batch,
  sessionIds,
}: CreatedBatch): z.infer<typeof acceptedBatchSchema> {
  const { id, createdAt, total, retryOf } = batch
  return {
    batchId: id,
    status: 'starting',
    createdAt: iso(createdAt),
    total,
    sessionIds: [...sessionIds],
    ...(retryOf === undefined ? {} : { retryOf }),
    links: batchLinks(id),
  }
}

export function batchLinks(id: string): z.infer<typeof linksSchema> {
  return {
    self: `/v1/batches/${id}`,
    sessions: `/v1/sessions?batch=${id}`,
    events: `/v1/events?batch=${id}`,
  }
}

function refusedOf({ refused }: Batch) {
  if (refused.length === 0) return {}
  return { refused: { count: refused.length, first: refused.slice(0, MAX_NAMED) } }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
