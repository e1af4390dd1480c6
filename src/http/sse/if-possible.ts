import type { FastifyRequest } from 'fastify'
import { StepstreamError } from '../../errors.ts'

/** What a stream is opened with; undefined when the store cannot be asked for now. @throws what the client is to be refused with */
export async function ifPossible<Found>(
  request: FastifyRequest,
  find: () => Promise<Found>,
): Promise<Found | undefined> {
  try {
    return await find()
  } catch (error) {
    const code = error instanceof StepstreamError ? error.code : undefined
    if (code === 'SESSION_NOT_FOUND' || code === 'BATCH_NOT_FOUND') throw error
    // The probes and the figures tell that the store is gone; each client that comes back need not.
    const level = code === 'STORAGE_UNAVAILABLE' ? 'debug' : 'error'
    request.log[level]({ err: error, reqId: request.id }, 'stream could not be opened')
    return undefined
  }
}
