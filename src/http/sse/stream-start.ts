import type { FastifyReply, FastifyRequest } from 'fastify'
import { StepstreamError } from '../../errors.ts'
import { chooseRepresentation } from './accept.ts'
import { eventStreamForm } from './event-stream-form.ts'
import type { StreamForm } from './form.ts'
import { setEventsHeaders } from './headers.ts'
import type { StreamRegistry } from './registry.ts'
import type { RefusalReason } from './stream-stats.ts'
import type { Stream } from './writer.ts'

/** How long a fresh client should wait when there are too many streams. */
const OVERLOADED_RETRY_MS = 10_000

/** What opening a stream needs of a route. */
export interface StartDeps {
  readonly limits: {
    /** How many streams may be open at once. */
    readonly maxFollowers: number
  }
  /** Yields numbers in [0, 1), to spread reconnects. @default Math.random */
  readonly random?: () => number
}

export interface Start {
  /** Whether the client sent a cursor: an error would end its EventSource. */
  readonly isReturning: boolean
  /** What comes first. */
  opening(random: () => number): string
  /** Begins to follow; called if there is room. */
  follow(): Omit<Stream, 'response' | 'permit' | 'form'>
  /** @default Server-Sent Events */
  readonly form?: StreamForm
}

/**
 * Opens a stream, or says in the stream's own words why there is none for now.
 * @throws StepstreamError RATE_LIMITED to a fresh client when too many streams are open
 */
export function startStream(
  start: Start,
  reply: FastifyReply,
  deps: StartDeps,
  streams: StreamRegistry,
): void {
  const { form = eventStreamForm } = start
  if (streams.isClosing) return refuseStream('shutdown', reply, deps, streams, form)
  if (streams.open < deps.limits.maxFollowers) {
    if (reply.raw.destroyed) return
    commitHeaders(reply, form)
    const { permit } = reply.request
    const stream = { ...start.follow(), permit, form, response: reply.raw }
    return streams.start(stream, start.opening(randomOf(deps)))
  }
  if (start.isReturning) return refuseStream('overloaded', reply, deps, streams, form)
  throw tooManyStreams()
}

/** Whether it is not known whose a request is, and it wants what an error status would end for good. */
export function isRefusedForNow({ unidentified, headers }: FastifyRequest): boolean {
  return unidentified !== undefined && chooseRepresentation(headers.accept) === 'stream'
}

/**
 * Answers with a goodbye in place of events; where people read the lines, with an error, since
 * nothing comes back by itself there.
 * @throws StepstreamError RATE_LIMITED, STORAGE_UNAVAILABLE, SHUTTING_DOWN
 */
export function refuseStream(
  reason: RefusalReason,
  reply: FastifyReply,
  deps: StartDeps,
  streams: StreamRegistry,
  form: StreamForm = eventStreamForm,
): void {
  streams.stats.refused[reason] += 1
  if (form.representation === 'text') throw refusals[reason]()
  commitHeaders(reply, form)
  reply.raw.end(form.goodbye(reason, 0, randomOf(deps)))
}

const refusals: Readonly<Record<RefusalReason, () => StepstreamError>> = {
  overloaded: tooManyStreams,
  unavailable: () => new StepstreamError('STORAGE_UNAVAILABLE', 'The events cannot be read now.'),
  shutdown: () => new StepstreamError('SHUTTING_DOWN', 'The service is shutting down.'),
}

function tooManyStreams(): StepstreamError {
  return new StepstreamError('RATE_LIMITED', 'Too many streams are open.', {
    retryAfterMs: OVERLOADED_RETRY_MS,
  })
}

/** From here on the response is a stream that outlives the handler. */
function commitHeaders(reply: FastifyReply, form: StreamForm): void {
  setEventsHeaders(reply, form.representation)
  // The plugin would promise to keep the connection to clients that asked for, or need, its close.
  reply.header('connection', reply.raw.shouldKeepAlive ? 'keep-alive' : 'close')
  reply.sse.keepAlive()
  reply.sse.sendHeaders(200)
}

function randomOf(deps: StartDeps): () => number {
  return deps.random ?? Math.random
}
