import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import type { Plan } from '../../session/plan.ts'
import type { Correlation, Store } from '../../store/types.ts'
import type { StepProcessor } from '../step-processor/types.ts'
import { type ChildRecord, keyOf } from './record.ts'

export interface StartChildOptions {
  readonly store: Pick<Store, 'extent'>
  readonly processor: Pick<StepProcessor, 'start'>
  readonly clock: Clock
}

/** How long a child's key is kept; whoever is later finds the session itself. */
const KEEP_KEY_MS = 24 * 60 * 60 * 1000

/** How soon it is tried again where there was no room, at least. */
const MIN_RETRY_MS = 1000

/** What passes by itself, and is no reason for a step to fail. */
const passing: ReadonlySet<string> = new Set(['TOO_MANY_SESSIONS', 'SHUTTING_DOWN'])

/**
 * Starts the session of a child, once for all who try; resolves to how long to wait before it is
 * tried again, undefined when it is there.
 */
export async function startChild(
  tenant: string,
  record: ChildRecord,
  { plan, correlation }: { readonly plan: Plan; readonly correlation: Correlation },
  { store, processor, clock }: StartChildOptions,
): Promise<number | undefined> {
  const createdAt = clock.now()
  try {
    // A process may have ended after it started the session, however long ago.
    if ((await store.extent(record.child)) !== undefined) return undefined
    await processor.start({
      tenant,
      sessionId: record.child,
      createdAt,
      plan,
      correlation,
      idempotency: {
        // No caller's key has a space.
        key: `child ${keyOf(record)}`,
        requestHash: record.child,
        answer: JSON.stringify({ sessionId: record.child }),
        expiresAt: createdAt + KEEP_KEY_MS,
      },
    })
    return undefined
  } catch (error) {
    if (!(error instanceof StepstreamError) || !passing.has(error.code)) throw error
    return Math.max(error.retryAfterMs ?? 0, MIN_RETRY_MS)
  }
}
