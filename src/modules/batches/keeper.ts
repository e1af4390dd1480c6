import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import type { StatusTally, Store } from '../../store/types.ts'
import type { StepProcessor } from '../step-processor/types.ts'
import { eachSession } from './each-session.ts'
import type { Folder } from './folder.ts'
import { needsContent, nextLookAt } from './record.ts'
import { type Started, type StartOptions, startSessions } from './start-sessions.ts'
import { countOf, isOver, leftToStart, statusOf, unfinished } from './status.ts'
import type { Batch, BatchKey } from './types.ts'

export interface KeeperOptions extends Omit<StartOptions, 'isCurrent'> {
  readonly folder: Folder
  readonly store: StartOptions['store'] & Pick<Store, 'countStarted' | 'listSessions'>
  readonly processor: Pick<StepProcessor, 'start' | 'cancel' | 'pause' | 'resume'>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn'>
  /** Told when no session will join the batch any more, which no commit of a session tells. */
  readonly onComplete: (batch: Batch) => void
}

/** How many sessions are started before it is written how far it has come. */
const CHUNK = 100

/** When a start is tried again that was refused for now, at the earliest. */
const REFUSED_MS = 1000

const cancellable = unfinished.filter((status) => status !== 'cancelling')
const pausable = cancellable.filter((status) => status !== 'paused' && status !== 'rolling_back')

/**
 * Sees to a batch until there is nothing to do for now. May run in several processes at once: what it
 * does to sessions may be done twice, and of several that write how far they have come one does.
 * How many may be started is counted after the batch was read: what others start meanwhile are the
 * same sessions, those from `next` on, so together they never are too many.
 * @returns whether it did anything
 */
export async function keepBatch(key: BatchKey, options: KeeperOptions): Promise<boolean> {
  const { folder, store } = options
  for (let hasActed = false; ; hasActed = true) {
    const batch = await folder.find(key)
    if (batch === undefined || batch.ended !== null) return hasActed
    const counts = await store.countStarted(key.tenant, 'batch', key.id)
    const isMoving = await advance(batch, counts, options).catch(passOverRemoved)
    if (!isMoving) return hasActed
  }
}

/** It had ended, and was removed, while this process was behind. */
function passOverRemoved(error: unknown): false {
  if (error instanceof StepstreamError && error.code === 'BATCH_NOT_FOUND') return false
  throw error
}

/** One step; says whether another may follow at once. */
async function advance(
  batch: Batch,
  counts: StatusTally,
  options: KeeperOptions,
): Promise<boolean> {
  const { folder, clock } = options
  if (mustStop(batch, counts)) {
    await folder.put({ ...batch, stopped: true, dueAt: clock.now() })
    return true
  }
  await tell(batch, options)
  if (batch.untold !== null) {
    await folder.put({ ...batch, untold: null })
    return true
  }
  const count = startable(batch, counts)
  if (count > 0) return startSome(batch, count, options)
  if (isOver(batch, counts)) {
    await end(batch, counts, options)
    return false
  }
  const now = clock.now()
  if ((batch.dueAt ?? 0) <= now) await folder.put({ ...batch, dueAt: nextLookAt(batch, now) })
  return false
}

function mustStop({ onFailure, stopped, refused }: Batch, { failed = 0 }: StatusTally): boolean {
  return onFailure === 'stop' && !stopped && failed + refused.length > 0
}

/** Tells the sessions what the batch was told, and again those that were started meanwhile. */
async function tell(batch: Batch, { processor, store }: KeeperOptions): Promise<void> {
  if (batch.cancelled) {
    const cancel = (id: string) => processor.cancel(id, 'its batch was cancelled')
    return eachSession(batch, cancellable, cancel, store)
  }
  if (batch.stopped) {
    const cancel = (id: string) => processor.cancel(id, 'another session of its batch failed')
    await eachSession(batch, ['queued'], cancel, store)
  }
  if (batch.untold === 'pause') {
    const pause = (id: string) => processor.pause(id, 'its batch was paused')
    await eachSession(batch, pausable, pause, store)
  }
  if (batch.untold === 'resume') {
    const resume = (id: string) => processor.resume(id, 'its batch was resumed')
    await eachSession(batch, ['paused'], resume, store)
  }
}

function startable(batch: Batch, counts: StatusTally): number {
  if (batch.paused) return 0
  const { maxRunning = Number.POSITIVE_INFINITY } = batch
  const slots = Math.max(maxRunning - countOf(counts, unfinished), 0)
  return Math.min(leftToStart(batch), slots, CHUNK)
}

async function startSome(batch: Batch, count: number, options: KeeperOptions): Promise<boolean> {
  const { folder, log } = options
  const content = await folder.content(batch)
  // It is dropped once all are started.
  const started: Started =
    content === undefined
      ? { next: batch.total, refused: [], obstacle: undefined }
      : await startSessions(batch, batch.next + count, content, {
          ...options,
          isCurrent: async () => (await folder.find(batch))?.version === batch.version,
        })
  for (const refused of started.refused) {
    log.warn({ batchId: batch.id, ...refused }, 'a session of a batch could not be started')
  }
  const { batch: written, isOurs } = await write(batch, started, options)
  if (!needsContent(written)) await folder.dropContent(written)
  if (leftToStart(written) === 0) options.onComplete(written)
  return started.obstacle === undefined || !isOurs
}

/** Writes how far it has come, also where the batch was told something meanwhile. */
async function write(batch: Batch, started: Started, { folder, clock }: KeeperOptions) {
  const now = clock.now()
  const dueAt = (changed: Batch) => retryAt(started.obstacle, now) ?? nextLookAt(changed, now)
  let isOurs = true
  const written = await folder.change(batch, (current) => {
    isOurs = current.version === batch.version
    const next = Math.max(current.next, started.next)
    const known = new Set(current.refused.map(({ index }) => index))
    const refused = started.refused.filter(({ index }) => !known.has(index))
    const changed = {
      ...current,
      next,
      refused: [...current.refused, ...refused],
      // Those that were started just now may not have been told, nor waited for.
      ...(isOurs || !current.paused ? {} : { untold: 'pause' as const }),
      ...(isOurs || !(current.cancelled || current.stopped) ? {} : { ended: null }),
    }
    return { ...changed, dueAt: dueAt(changed) }
  })
  return { batch: written, isOurs }
}

function retryAt(obstacle: StepstreamError | undefined, now: number): number | undefined {
  return obstacle && now + Math.max(obstacle.retryAfterMs ?? 0, REFUSED_MS)
}

async function end(batch: Batch, counts: StatusTally, options: KeeperOptions): Promise<void> {
  const { folder, clock, log, onComplete } = options
  const ended: Batch = { ...batch, dueAt: null, ended: { at: clock.now(), counts } }
  const content = await folder.content(batch)
  if (content !== undefined && needsContent(batch)) await folder.expireContent(ended, content)
  else if (content !== undefined) await folder.dropContent(batch)
  const written = await folder.put(ended)
  if (written === undefined) return
  log.info({ batchId: batch.id, status: statusOf(ended, counts) }, 'batch')
  onComplete(written)
}
