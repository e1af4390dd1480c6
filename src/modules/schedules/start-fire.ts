import type { Clock } from '../../clock.ts'
import { errors, StepstreamError } from '../../errors.ts'
import { finalSessionStatuses, sessionStatuses } from '../../session/status.ts'
import type { Store } from '../../store/types.ts'
import type { StepProcessor } from '../step-processor/types.ts'
import type { Workflows } from '../workflows/types.ts'
import type { Outcome } from './settle-fires.ts'
import type { Fire, Schedule } from './types.ts'

export interface StartFireOptions {
  readonly store: Pick<Store, 'extent' | 'listSessions'>
  readonly workflows: Pick<Workflows, 'compile'>
  readonly processor: Pick<StepProcessor, 'start' | 'cancel'>
  readonly clock: Clock
}

/** How long a fire's key is kept; whoever is later finds the session itself. */
const KEEP_KEY_MS = 24 * 60 * 60 * 1000

/** How many sessions are cancelled at a time. */
const PAGE = 100

export const unfinished = sessionStatuses.filter((status) => !finalSessionStatuses.has(status))
const cancellable = unfinished.filter((status) => status !== 'cancelling')

/**
 * Starts the session of a fire, once for all who try.
 * @throws StepstreamError when it may work later
 */
export async function startFire(
  schedule: Schedule,
  fire: Fire,
  options: StartFireOptions,
): Promise<Outcome> {
  const { at, kind, firedAt } = fire
  try {
    // A process may have ended after it started the session, however long ago.
    const isStarted = (await options.store.extent(fire.sessionId)) !== undefined
    const sessionId = isStarted ? fire.sessionId : await start(schedule, fire, options)
    return { fire, entry: { at, kind, firedAt, sessionId } }
  } catch (error) {
    if (!(error instanceof StepstreamError) || errors[error.code].retryable) throw error
    const message = `${error.code}: ${error.message}`.slice(0, 1000)
    return { fire, entry: { at, kind: 'failed', message } }
  }
}

async function start(schedule: Schedule, fire: Fire, options: StartFireOptions): Promise<string> {
  const { workflows, processor, clock } = options
  const { id, tenant, overlap } = schedule
  const { plan } = await workflows.compile(tenant, schedule.start)
  if (overlap === 'cancel_previous') await cancelPrevious(schedule, options)
  const createdAt = clock.now()
  const time = new Date(fire.at).toISOString()
  const created = await processor.start({
    tenant,
    sessionId: fire.sessionId,
    createdAt,
    plan,
    correlation: { id: `${id}:${time}`, startedBy: { schedule: id } },
    idempotency: {
      // No caller's key has a space.
      key: `schedule ${id} ${time}`,
      requestHash: fire.sessionId,
      answer: JSON.stringify({ sessionId: fire.sessionId }),
      expiresAt: createdAt + KEEP_KEY_MS,
    },
  })
  return created.created ? fire.sessionId : created.sessionId
}

async function cancelPrevious(
  { id, tenant, starting }: Schedule,
  { store, processor }: StartFireOptions,
): Promise<void> {
  const own = new Set(starting.map(({ sessionId }) => sessionId))
  const filter = { tenant, status: cancellable, startedBy: { schedule: id }, limit: PAGE }
  let after: string | undefined
  for (;;) {
    const page = await store.listSessions({ ...filter, ...(after === undefined ? {} : { after }) })
    const others = page.filter((session) => !own.has(session.id))
    await Promise.all(others.map((session) => cancel(session.id, processor)))
    if (page.length < PAGE) return
    after = page.at(-1)?.id
  }
}

async function cancel(sessionId: string, processor: StartFireOptions['processor']): Promise<void> {
  try {
    await processor.cancel(sessionId, 'its schedule fired again')
  } catch (error) {
    // It ended, or was removed, meanwhile.
    const isOver =
      error instanceof StepstreamError &&
      (error.code === 'SESSION_ENDED' || error.code === 'SESSION_NOT_FOUND')
    if (!isOver) throw error
  }
}
