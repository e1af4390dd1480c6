import { StepstreamError } from '../../errors.ts'
import { newDeliveryId } from '../../ids.ts'
import { finalSessionStatuses, type SessionStatus } from '../../session/status.ts'
import type { Document, NewDocument } from '../../store/documents.ts'
import type { Created, SessionRecord, Store } from '../../store/types.ts'
import { untilStored } from '../../until-stored.ts'
import type { Agenda } from '../agenda/types.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'
import { type AttemptsOptions, createAttempts } from './attempts.ts'
import { deliveryOf, KIND, recordOf, untried, withRecord } from './record.ts'
import { lookDelay } from './timing.ts'
import type { Deliveries, Delivery } from './types.ts'

export interface DeliveriesOptions extends AttemptsOptions {
  readonly store: Store
  readonly agenda: Pick<Agenda, 'on'>
}

/** How old a delivery must be for its session to have been refused for sure. */
const ORPHAN_MS = 600_000

/** How often a document is read anew because somebody else wrote it in between. */
const MAX_LOOKS = 5

/** A session has one delivery. */
const MAX_LISTED = 20

export function createDeliveries(options: DeliveriesOptions): Deliveries {
  const { store, agenda, clock, log } = options
  const attempts = createAttempts(options)
  const looks = new Set<Promise<void>>()
  let isStopped = false
  agenda.on(KIND, async (document) => void (await look(document)))

  return { accompany, ended, list, retry, stop }

  async function accompany(
    { tenant, sessionId, createdAt }: Parameters<Deliveries['accompany']>[0],
    create: () => Promise<Created>,
  ): Promise<Created> {
    const document: NewDocument = {
      tenant,
      kind: KIND,
      id: newDeliveryId(createdAt),
      body: JSON.stringify(untried),
      createdAt,
      dueAt: createdAt + lookDelay(0),
      sessionId,
      expiresAt: null,
    }
    const put = () => store.putDocument(document, 0)
    // In one turn: what is handed to the store together is written together, the delivery first.
    const [written, created] = await Promise.allSettled([put(), create()])
    if (created.status === 'rejected') {
      // A store that cannot be reached may have written the session all the same.
      if (!isUnavailable(created.reason)) await takeBack(document)
      throw created.reason
    }
    if (!created.value.created) await takeBack(document)
    else if (written.status === 'rejected') await untilStored(clock, put, () => !isStopped)
    return created.value
  }

  /** What is left over is found to have no session when it is due. */
  async function takeBack({ tenant, kind, id }: NewDocument): Promise<void> {
    await Promise.allSettled([store.removeDocument(tenant, kind, id)])
  }

  function ended(session: CurrentSession): void {
    if (isStopped || session.record.plan.onEnd === undefined) return
    inBackground(session.record.id, tell(session))
  }

  async function tell(session: CurrentSession): Promise<void> {
    for (let n = 0; n < MAX_LOOKS; n++) {
      const [document] = await documentsOf(session.record, 1)
      if (document === undefined || (await look(document, session))) return
    }
  }

  /** Sees to a delivery as its session is now; false: the document has changed since it was read. */
  async function look(document: Document, known?: CurrentSession): Promise<boolean> {
    const now = clock.now()
    const { state, attempting } = recordOf(document)
    if (isStopped || state !== 'pending' || (attempting && attempting.until > now)) return true
    const { tenant, id, sessionId, createdAt, version } = document
    const { plan, status } = known?.state ?? (await store.session(sessionId ?? '')) ?? {}
    const goesOn = status === undefined ? now - createdAt < ORPHAN_MS : !hasEnded(status)
    if (goesOn) return putOff(document, now)
    if (status !== undefined && plan?.onEnd?.webhook.on.includes(status)) {
      return attempts.begin(document, known)
    }
    const removed = await store.removeDocument(tenant, KIND, id, version)
    return removed.kind === 'written' || removed.version === undefined
  }

  async function putOff(document: Document, now: number): Promise<boolean> {
    const dueAt = now + lookDelay(now - document.createdAt)
    const next = withRecord(document, recordOf(document), dueAt)
    return (await store.putDocument(next, document.version)).kind === 'written'
  }

  async function list({ record }: CurrentSession): Promise<readonly Delivery[]> {
    const documents = await documentsOf(record, MAX_LISTED)
    return documents.map((document) => deliveryOf(document, recordOf(document), record))
  }

  async function retry(session: CurrentSession, deliveryId: string): Promise<Delivery> {
    const { id: sessionId, tenant } = session.record
    const document = await store.document(tenant, KIND, deliveryId)
    if (document?.sessionId !== sessionId) throw notFound(deliveryId)
    const { status } = session.state
    if (!hasEnded(status)) {
      throw new StepstreamError('SESSION_NOT_ENDED', `session ${sessionId} is ${status}`)
    }
    const before = recordOf(document)
    const now = clock.now()
    if (before.attempting && before.attempting.until > now) throw underWay(deliveryId)
    const again = { ...before, state: 'pending' as const, tries: 0 }
    const next = withRecord(document, again, now)
    const { kind, version } = await store.putDocument(next, document.version)
    if (kind !== 'written' || version === undefined) throw underWay(deliveryId)
    inBackground(sessionId, look({ ...next, version }, session))
    return deliveryOf(next, again, session.record)
  }

  async function stop(): Promise<void> {
    isStopped = true
    await Promise.all(looks)
    await attempts.stop()
  }

  function documentsOf({ id, tenant }: SessionRecord, limit: number) {
    return store.listDocuments({ tenant, kind: KIND, sessionId: id, limit })
  }

  /** What fails here the agenda brings again. */
  function inBackground(sessionId: string, work: Promise<unknown>): void {
    const settled = work
      .then(() => {})
      .catch((error) => log.warn({ err: error, sessionId }, 'a delivery is put off'))
      .finally(() => looks.delete(settled))
    looks.add(settled)
  }
}

function hasEnded(status: SessionStatus): boolean {
  return finalSessionStatuses.has(status)
}

function isUnavailable(error: unknown): boolean {
  return error instanceof StepstreamError && error.code === 'STORAGE_UNAVAILABLE'
}

function notFound(deliveryId: string): StepstreamError {
  const message = `the session has no delivery ${deliveryId.slice(0, 64)}`
  return new StepstreamError('DELIVERY_NOT_FOUND', message)
}

function underWay(deliveryId: string): StepstreamError {
  return new StepstreamError('ILLEGAL_TRANSITION', `delivery ${deliveryId} is being tried now`)
}
