import type { FinalEvent, Session, Stepstream } from '../../client/index.ts'
import { unwrap } from '../service/unwrap.ts'
import type { Line } from './watched-fetch.ts'

/** How what happens is shown. */
export type Form = 'live' | 'lines' | 'json' | 'quiet'

/** What there is to follow a session with. */
export interface Following {
  readonly service: Stepstream
  /** Tells of the connection that `service` follows by. */
  readonly line: Line
  readonly url: string
  /** What a command of this program needs to get there: ` --url …`, or nothing. */
  readonly option: string
  readonly sessionId: string
  /** The seq behind which to begin; 0: with the first event. */
  readonly after: number
  /** Whether the service lives in this process, and so ends with it. */
  readonly isEmbedded: boolean
}

/** How following a session ended. */
export type Followed =
  | { readonly is: 'ended'; readonly end: FinalEvent; readonly session: Session }
  /** Somebody wanted to leave. @param code what the program is to exit with */
  | { readonly is: 'left'; readonly code: number }

/** A session as it is. @throws ProblemError */
export async function getSession(
  { service, sessionId }: Pick<Following, 'service' | 'sessionId'>,
  query: { readonly atSeq?: number } = {},
): Promise<Session> {
  const params = { path: { id: sessionId }, query }
  return unwrap(service.api.GET('/v1/sessions/{id}', { params }))
}

/** What is to be told of a session that has ended. @param end its last event, if it was seen */
export async function endOf(
  following: Following,
  end: FinalEvent | undefined,
): Promise<Extract<Followed, { is: 'ended' }>> {
  const session = await getSession(following)
  if (end !== undefined) return { is: 'ended', end, session }
  const { service, sessionId } = following
  const last = { after: session.stream.next - 2, types: ['session.completed'] as const }
  for await (const event of service.follow(sessionId, last))
    return { is: 'ended', end: event, session }
  throw new Error(`${sessionId} has ended, and has no last event`)
}
