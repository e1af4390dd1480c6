import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import type { Document } from '../../store/documents.ts'
import type { Store } from '../../store/types.ts'
import { LEASE, leaseRecordOf } from './record.ts'
import type { HeldView, WorkerName, WorkerView } from './types.ts'

export interface PresenceOptions {
  readonly store: Pick<Store, 'document' | 'putDocument' | 'listDocuments'>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'warn'>
}

const KIND = 'worker'

/** How often it is written that a worker is here, at most. */
const WRITE_MS = 15_000

/** How long a worker is shown that was seen: longer than it may wait for work. */
const SHOWN_MS = 90_000

/** How long a queue is shown with a worker that asked it. */
const QUEUE_SHOWN_MS = 600_000

/** How many queues of one worker are kept in mind: those that it asked last. */
const MAX_QUEUES = 100

/** How many workers are kept in mind here before those who have gone are forgotten. */
const TIDY_AT = 1000

/** How many leases are read for one list. */
const PAGE = 500
const MAX_LEASES = 10_000

interface WorkerRecord {
  readonly lastSeenAt: number
  /** When it was last seen at each queue. */
  readonly queues: Readonly<Record<string, number>>
}

/** What this process has last written of a worker. */
interface Known extends WorkerRecord {
  readonly version: number
  readonly createdAt: number
  readonly writtenAt: number
  readonly expiresAt: number
}

/** Who was here lately. It is noted in the background, and lost where the store refuses it. */
export class Presence {
  readonly #options: PresenceOptions
  readonly #known = new Map<string, Known>()
  readonly #underWay = new Map<string, Promise<void>>()

  constructor(options: PresenceOptions) {
    this.#options = options
  }

  /** @param leaseMs how long it may be silent from now on, beside the usual */
  seen({ tenant, id }: WorkerName, queue: string, leaseMs: number): void {
    const key = JSON.stringify([tenant, id])
    const now = this.#options.clock.now()
    const known = this.#known.get(key)
    const isNews = known === undefined || !Object.hasOwn(known.queues, queue)
    const isShown = known !== undefined && known.expiresAt >= now + leaseMs
    if (!isNews && isShown && now - known.writtenAt < WRITE_MS) return
    if (this.#underWay.has(key)) return
    if (this.#known.size > TIDY_AT) this.#tidy(now)
    const work = this.#write(tenant, id, queue, leaseMs)
      .then((written) => void this.#known.set(key, written))
      .catch((error: unknown) => {
        this.#options.log.warn({ err: error, worker: id }, 'that a worker is here was not noted')
      })
      .finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, work)
  }

  async list(
    tenant: string,
    after: string | undefined,
    limit: number,
  ): Promise<readonly WorkerView[]> {
    const { store, clock } = this.#options
    const held = await this.#held(tenant)
    const now = clock.now()
    const found: Document[] = []
    let last = after
    while (found.length < limit) {
      const wanted = { tenant, kind: KIND, limit: limit - found.length }
      const page = await store.listDocuments({
        ...wanted,
        ...(last === undefined ? {} : { after: last }),
      })
      // Those that have expired are there until they are removed.
      found.push(...page.filter(({ expiresAt }) => (expiresAt ?? 0) > now))
      last = page.at(-1)?.id
      if (page.length < wanted.limit) break
    }
    return found.map((document) => viewOf(document, now, held.get(document.id) ?? []))
  }

  async stop(): Promise<void> {
    await Promise.all(this.#underWay.values())
  }

  async #write(tenant: string, id: string, queue: string, leaseMs: number): Promise<Known> {
    const { store, clock } = this.#options
    let before = this.#known.get(JSON.stringify([tenant, id]))
    for (;;) {
      const now = clock.now()
      const createdAt = before?.createdAt ?? now
      const record = { lastSeenAt: now, queues: queuesOf(before, queue, now) }
      const document = {
        tenant,
        kind: KIND,
        id,
        body: JSON.stringify(record),
        createdAt,
        dueAt: null,
        sessionId: null,
        expiresAt: now + Math.max(SHOWN_MS, leaseMs + WRITE_MS),
      }
      const { kind, version } = await store.putDocument(document, before?.version ?? 0)
      if (kind === 'written' && version !== undefined) {
        const { expiresAt } = document
        return { ...record, version, createdAt, writtenAt: now, expiresAt }
      }
      // Another process has written it, or removed it because it had expired.
      const current = await store.document(tenant, KIND, id)
      before = current && knownOf(current)
    }
  }

  /** What each worker of a tenant has. */
  async #held(tenant: string): Promise<ReadonlyMap<string, readonly HeldView[]>> {
    const { store } = this.#options
    const held = new Map<string, HeldView[]>()
    let after: string | undefined
    for (let read = 0; read < MAX_LEASES; read += PAGE) {
      const wanted = { tenant, kind: LEASE, limit: PAGE }
      const page = await store.listDocuments({
        ...wanted,
        ...(after === undefined ? {} : { after }),
      })
      for (const document of page) {
        const { worker, queue, sessionId, stepId, ended } = leaseRecordOf(document)
        if (ended !== undefined || document.dueAt === null) continue
        const view = {
          interactionId: document.id,
          sessionId,
          stepId,
          queue,
          since: document.createdAt,
          leaseUntil: document.dueAt,
        }
        held.set(worker, [view, ...(held.get(worker) ?? [])])
      }
      after = page.at(-1)?.id
      if (page.length < PAGE) break
    }
    return held
  }

  #tidy(now: number): void {
    for (const [key, { writtenAt }] of this.#known) {
      if (now - writtenAt > SHOWN_MS) this.#known.delete(key)
    }
  }
}

function queuesOf(
  before: WorkerRecord | undefined,
  queue: string,
  now: number,
): Record<string, number> {
  const others = Object.entries(before?.queues ?? {})
    .filter(([name, at]) => name !== queue && now - at < QUEUE_SHOWN_MS)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_QUEUES - 1)
  return { ...Object.fromEntries(others), [queue]: now }
}

function knownOf({ body, version, createdAt }: Document): Known {
  const record = JSON.parse(body) as WorkerRecord
  return { ...record, version, createdAt, writtenAt: 0, expiresAt: 0 }
}

function viewOf(
  { id, body, createdAt }: Document,
  now: number,
  holds: readonly HeldView[],
): WorkerView {
  const { lastSeenAt, queues } = JSON.parse(body) as WorkerRecord
  const recent = Object.entries(queues).filter(([, at]) => now - at < QUEUE_SHOWN_MS)
  return {
    id,
    queues: recent.map(([queue]) => queue).toSorted(),
    firstSeenAt: createdAt,
    lastSeenAt,
    holds,
  }
}
