import type { FastifyBaseLogger } from 'fastify'
import { StepstreamError } from '../../errors.ts'
import type { LoggedEvent } from '../../session/events.ts'
import type { Document } from '../../store/documents.ts'
import type { Store } from '../../store/types.ts'
import { untilStored } from '../../until-stored.ts'
import { within } from '../../within.ts'
import type { CurrentSession, SessionCoordinator } from '../session-coordinator/types.ts'
import { payloadOf } from './payload.ts'
import { type DeliveryRecord, recordOf, withAttempt, withRecord } from './record.ts'
import { type Message, type SendOptions, type Sent, send } from './send.ts'
import { delayAfter } from './timing.ts'
import type { DeliveryResult } from './types.ts'

export interface AttemptsOptions extends SendOptions {
  readonly store: Pick<Store, 'putDocument' | 'readEvents'>
  readonly coordinator: Pick<SessionCoordinator, 'current'>
  /** A number in [0, 1), for jitter. */
  readonly random: () => number
  readonly log: Pick<FastifyBaseLogger, 'error' | 'warn'>
  /** Told how each attempt went on. */
  readonly observe: (result: DeliveryResult) => void
}

/** The attempts of one process. */
export interface Attempts {
  /**
   * Begins the next attempt of a pending delivery and waits for no answer; puts it off where there
   * is no room. False: the document has changed since it was read, and nothing was done.
   * @param session where it is at hand
   */
  begin(document: Document, session?: CurrentSession): Promise<boolean>
  stop(): Promise<void>
}

/** How many receivers are called at once. */
const MAX_CALLS = 128

/** How long a delivery is put off for want of room, at least; up to twice as long. */
const NO_ROOM_MS = 5000

/** How long an answer may still take when the service stops: what is cut off is sent again. */
const GRACE_MS = 1000

/** How much longer than a call an attempt is taken to be under way, for clocks that differ. */
const CLAIM_MARGIN_MS = 10_000

export function createAttempts(options: AttemptsOptions): Attempts {
  const { store, coordinator, clock, random, log, observe } = options
  const calls = new Set<Promise<void>>()
  const stopping = new AbortController()
  /** Calls, and what is about to become one. */
  let taken = 0

  return {
    begin,
    async stop() {
      await within(clock, GRACE_MS, Promise.all(calls), undefined)
      stopping.abort()
      await Promise.all(calls)
    },
  }

  async function begin(document: Document, known?: CurrentSession): Promise<boolean> {
    if (stopping.signal.aborted) return true
    const record = seen(recordOf(document))
    if (taken >= MAX_CALLS) {
      return put(document, record, clock.now() + NO_ROOM_MS * (1 + random()))
    }
    // A delivery whose every attempt was cut off by a crash ends as well.
    if (delayAfter(record.tries, 0, undefined) === undefined) return giveUp(document, record)
    taken += 1
    try {
      const message = await messageOf(document, known)
      const claimed = await claim(document, record)
      if (claimed === undefined) return false
      launch(claimed, message)
      return true
    } finally {
      taken -= 1
    }
  }

  function launch(claimed: Document, message: Message): void {
    taken += 1
    const call = attempt(claimed, message).finally(() => {
      taken -= 1
      calls.delete(call)
    })
    calls.add(call)
  }

  /** Read before anything is claimed: a store that refuses costs no attempt. */
  async function messageOf(
    { id, sessionId }: Document,
    known: CurrentSession | undefined,
  ): Promise<Message> {
    const session = known ?? (await coordinator.current(sessionId ?? ''))
    const onEnd = session?.state.plan.onEnd
    if (session === undefined || onEnd === undefined) throw new Error(`${id} has nobody to tell`)
    const { record, state } = session
    const [last] = await store.readEvents({
      sessionId: record.id,
      afterSeq: state.seq - 1,
      limit: 1,
    })
    if (last === undefined) throw new Error(`the log of ${record.id} has no end`)
    const body = payloadOf(session, JSON.parse(last.body) as LoggedEvent)
    return { id, webhook: onEnd.webhook, correlation: record.correlation, body }
  }

  /** From here on nobody else begins this attempt; the document as it is then. */
  async function claim(document: Document, record: DeliveryRecord): Promise<Document | undefined> {
    const at = clock.now()
    const until = at + options.requestTimeoutMs + CLAIM_MARGIN_MS
    const attempting = { at, until }
    const next = withRecord(document, { ...record, tries: record.tries + 1, attempting }, until)
    const { kind, version } = await store.putDocument(next, document.version)
    return kind === 'written' && version !== undefined ? { ...next, version } : undefined
  }

  async function attempt(document: Document, message: Message): Promise<void> {
    const { id, sessionId } = document
    try {
      const isOurs = await record(document, await outcomeOf(message))
      if (!isOurs) log.warn({ deliveryId: id, sessionId }, 'a delivery was taken up by another')
    } catch (error) {
      // Its claim runs out, and whoever takes it up then calls again.
      log.error({ err: error, deliveryId: id, sessionId }, 'a delivery was not recorded')
    }
  }

  /** Undefined: it was cut off by the end of the service. */
  async function outcomeOf(message: Message): Promise<Sent | undefined> {
    try {
      return await send(message, stopping.signal, options)
    } catch (error) {
      if (stopping.signal.aborted) return undefined
      throw error
    }
  }

  async function record(document: Document, sent: Sent | undefined): Promise<boolean> {
    const before = recordOf(document)
    if (sent === undefined) {
      const interrupted = { ...seen(before), tries: before.tries - 1 }
      return write(document, interrupted, clock.now())
    }
    const after = withAttempt(before, sent.attempt)
    if (sent.verdict === 'accepted') {
      observe('delivered')
      return write(document, { ...after, state: 'delivered' }, null)
    }
    const delayMs =
      sent.verdict === 'gone' ? undefined : delayAfter(after.tries, random(), sent.retryAfterMs)
    if (delayMs === undefined) return giveUp(document, after)
    observe('retrying')
    return write(document, after, clock.now() + delayMs)
  }

  function giveUp(document: Document, record: DeliveryRecord): Promise<boolean> {
    const { id: deliveryId, sessionId } = document
    log.warn({ deliveryId, sessionId }, 'a delivery was given up')
    observe('failed')
    return write(document, { ...record, state: 'failed' }, null)
  }

  function write(
    document: Document,
    record: DeliveryRecord,
    dueAt: number | null,
  ): Promise<boolean> {
    return untilStored(
      clock,
      () => put(document, record, dueAt),
      () => !stopping.signal.aborted,
    )
  }

  async function put(
    document: Document,
    record: DeliveryRecord,
    dueAt: number | null,
  ): Promise<boolean> {
    const written = await store.putDocument(withRecord(document, record, dueAt), document.version)
    return written.kind === 'written'
  }
}

/** The attempt that was under way is over, and nobody knows how it ended. */
function seen(record: DeliveryRecord): DeliveryRecord {
  if (record.attempting === undefined) return record
  const { code, message } = new StepstreamError('INTERRUPTED', 'the service stopped meanwhile')
  return withAttempt(record, { at: record.attempting.at, error: { code, message } })
}
