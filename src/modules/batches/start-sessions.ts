import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../../clock.ts'
import { errors, StepstreamError } from '../../errors.ts'
import { ConflictError, type Created, type Store } from '../../store/types.ts'
import type { StartSession, StepProcessor } from '../step-processor/types.ts'
import type { Workflows } from '../workflows/types.ts'
import { bodyOf } from './content.ts'
import { sessionIdAt } from './record.ts'
import type { Batch, BatchContent, RefusedSession } from './types.ts'

/** A session before it is known what it is to do. */
export type UnplannedSession = Omit<StartSession, 'plan' | 'fork'>

export interface StartOptions {
  readonly store: Pick<Store, 'extent'>
  readonly workflows: Pick<Workflows, 'compile'>
  readonly processor: Pick<StepProcessor, 'start'>
  /**
   * Starts a session that does again what failed in an ended one.
   * @throws StepstreamError SESSION_NOT_FOUND, ILLEGAL_TRANSITION, and as a start does
   */
  readonly retrySession: (sessionId: string, session: UnplannedSession) => Promise<Created>
  readonly clock: Clock
  /** Whether nobody has written the batch since it was read: else it may have been cancelled. */
  readonly isCurrent: () => Promise<boolean>
}

/** What came of starting the sessions of a range. */
export interface Started {
  /** All below this index are on disk, or refused. */
  readonly next: number
  readonly refused: readonly RefusedSession[]
  /** Why it ended early, where that passes. */
  readonly obstacle: StepstreamError | undefined
}

/** How long a session's key is kept; whoever is later meets the session's id. */
const KEEP_KEY_MS = 24 * 60 * 60 * 1000

/** After so many starts it is asked again whether they are still wanted. */
const ASK_EVERY = 10

const MAX_MESSAGE_CHARS = 300

/**
 * Starts the sessions of a batch from `batch.next` up to an index, each once for all who try.
 * @throws what is no refusal
 */
export async function startSessions(
  batch: Batch,
  until: number,
  { common, items }: BatchContent,
  options: StartOptions,
): Promise<Started> {
  const starts: Promise<unknown>[] = []
  let isObstructed = false
  const noteRefusal = (error: unknown) => {
    isObstructed ||= isObstacle(error)
    return error
  }
  for (let index = batch.next; index < until; index += 1) {
    // Compiling many at once would hold up everybody else.
    await nextTurn()
    const item = items[index]
    if (item === undefined || isObstructed) break
    if (starts.length % ASK_EVERY === ASK_EVERY - 1 && !(await options.isCurrent())) break
    // Never rejects: this may end before all of them have.
    starts.push(start(batch, index, { common, item }, options).then(() => undefined, noteRefusal))
  }
  const refusals = (await Promise.all(starts)).map(refusalOf)
  const obstacleAt = refusals.findIndex(isObstacle)
  const settled = obstacleAt === -1 ? refusals : refusals.slice(0, obstacleAt)
  const refused = settled.flatMap((error, offset) =>
    error === undefined ? [] : [describe(error, batch.next + offset)],
  )
  return { next: batch.next + settled.length, refused, obstacle: refusals[obstacleAt] }
}

async function start(
  batch: Batch,
  index: number,
  { common, item }: { common: BatchContent['common']; item: BatchContent['items'][number] },
  { store, workflows, processor, retrySession, clock }: StartOptions,
): Promise<void> {
  const { tenant, id } = batch
  const sessionId = sessionIdAt(batch, index)
  const createdAt = clock.now()
  const session = {
    tenant,
    sessionId,
    createdAt,
    correlation: { ...batch.correlation, startedBy: { batch: id } },
    idempotency: {
      // No caller's key has a space.
      key: `batch ${id} ${index}`,
      requestHash: sessionId,
      answer: JSON.stringify({ sessionId }),
      expiresAt: createdAt + KEEP_KEY_MS,
    },
  }
  try {
    if ('retryOf' in item) {
      // What a session takes over is copied before it is known whether it is there already.
      if ((await store.extent(sessionId)) !== undefined) return
      await retrySession(item.retryOf, session)
    } else {
      const { plan } = await workflows.compile(tenant, bodyOf(common, item, index).body)
      await processor.start({ ...session, plan })
    }
  } catch (error) {
    // Another process started it, so long ago that the key is free again.
    if (!(error instanceof ConflictError)) throw error
  }
}

/** @throws what is no refusal */
function refusalOf(error: unknown): StepstreamError | undefined {
  if (error === undefined || error instanceof StepstreamError) return error
  throw error
}

/** Whether it is a refusal that passes. */
function isObstacle(error: unknown): boolean {
  return error instanceof StepstreamError && errors[error.code].retryable
}

function describe({ code, message }: StepstreamError, index: number): RefusedSession {
  return { index, code, message: message.slice(0, MAX_MESSAGE_CHARS).toWellFormed() }
}
