import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { StepstreamError } from '../errors.ts'
import type { WorkerName } from '../modules/workers/types.ts'

/** What a worker calls itself. */
export const workerIdSchema = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'Expected 1 to 200 characters, none of them a control character')
  .describe('What the worker calls itself; no two that run at once should be called the same')

const MAX_OUTPUTS = 1000

/** What the work has written, as it is reported while it goes on. */
export const writtenSchema = z
  .array(z.strictObject({ stream: z.enum(['stdout', 'stderr']), text: z.string() }))
  .max(MAX_OUTPUTS)

/** Who has claimed what is answered or reported. */
export const claimantSchema = workerIdSchema
  .optional()
  .describe('Who has claimed it, for what a queue asks for')

/** The queue of a path or a body. */
export const queueNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{1,100}$/, 'Expected 1 to 100 letters, digits, or any of _ . : -')

/** Who works, and for which queues the key is good. */
export function workerOf({ tenant, caller }: FastifyRequest, id: string): WorkerName {
  return { tenant, id, queues: caller?.queues }
}

/** @throws StepstreamError FORBIDDEN where the key is limited to other queues */
export function refuseBeyondQueues({ caller }: FastifyRequest, queue: string): void {
  const { queues } = caller ?? {}
  if (queues === undefined || queues.includes(queue)) return
  throw new StepstreamError('FORBIDDEN', `the key is limited to the queues ${queues.join(', ')}`)
}
