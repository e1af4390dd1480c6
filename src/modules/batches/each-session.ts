import { type ErrorCode, StepstreamError } from '../../errors.ts'
import type { SessionStatus } from '../../session/status.ts'
import type { Store } from '../../store/types.ts'
import type { BatchKey } from './types.ts'

/** How many sessions are acted on at a time: what that writes goes into few commits. */
const PAGE = 100

/** It ended, was removed, or took another turn, between being found and being acted on. */
const overtaken: ReadonlySet<ErrorCode> = new Set([
  'SESSION_ENDED',
  'SESSION_NOT_FOUND',
  'ILLEGAL_TRANSITION',
])

/** Does something with each session of a batch that is in one of the statuses. */
export async function eachSession(
  { tenant, id }: BatchKey,
  status: readonly SessionStatus[],
  act: (sessionId: string) => Promise<unknown>,
  store: Pick<Store, 'listSessions'>,
): Promise<void> {
  let after: string | undefined
  for (;;) {
    const page = await store.listSessions({
      tenant,
      status,
      startedBy: { batch: id },
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    })
    await Promise.all(page.map((session) => act(session.id).catch(passOver)))
    if (page.length < PAGE) return
    after = page.at(-1)?.id
  }
}

function passOver(error: unknown): void {
  if (!(error instanceof StepstreamError) || !overtaken.has(error.code)) throw error
}
