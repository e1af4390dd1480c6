import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { type ErrorCode, StepstreamError } from '../../errors.ts'
import { InTurn } from '../../in-turn.ts'
import type { PlannedConcurrency } from '../../session/plan.ts'
import type { Document } from '../../store/documents.ts'
import type { Store } from '../../store/types.ts'
import { untilStored } from '../../until-stored.ts'
import type { Agenda } from '../agenda/types.ts'
import type { Dispatcher } from '../dispatcher/types.ts'
import type { SessionCoordinator } from '../session-coordinator/types.ts'
import { awaitedPriorities, displaced, liveOf, type QueueStore, waitersOf } from './queue.ts'
import {
  awaitedWith,
  documentOf,
  idOf,
  KIND,
  lookedAt,
  newRecord,
  nextLook,
  recordOf,
  type SlotsRecord,
} from './record.ts'
import type { SlotKey, Slots } from './types.ts'

export interface SlotsOptions {
  readonly store: QueueStore & Pick<Store, 'document' | 'putDocument' | 'removeDocument'>
  readonly coordinator: Pick<SessionCoordinator, 'dispatch'>
  readonly dispatcher: Pick<Dispatcher, 'wake'>
  readonly agenda: Pick<Agenda, 'on'>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'warn'>
}

/** A session that asks for room. */
interface Comer {
  readonly id: string
  readonly priority: number
}

/** How often a key is looked at anew because others wrote in between, or who was let in had left. */
const MAX_LOOKS = 100

/** A session that was to be started or cancelled ended, or was removed, in between. */
const overtaken: ReadonlySet<ErrorCode> = new Set(['SESSION_ENDED', 'SESSION_NOT_FOUND'])

export function createSlots(options: SlotsOptions): Slots {
  const { store, coordinator, dispatcher, agenda, clock, log } = options
  const inTurn = new InTurn()
  const underWay = new Set<Promise<void>>()
  let isStopped = false
  agenda.on(KIND, async ({ tenant, body }) => {
    const slot = { tenant, key: (JSON.parse(body) as SlotsRecord).key }
    await turn(slot, () => admitNext(slot))
    await turn(slot, () => lookAfter(slot))
  })

  return {
    enter: ({ record, state }) => {
      const { concurrency } = state.plan
      if (concurrency === undefined) return Promise.resolve(true)
      const slot = { tenant: record.tenant, key: concurrency.key }
      const { priority = 0 } = state.plan
      return turn(slot, () => enter(slot, { id: record.id, priority }, concurrency))
    },
    admit: (slot) => turn(slot, () => admitNext(slot)),
    ended: ({ record, state: { plan } }) => {
      if (plan.concurrency === undefined || isStopped) return
      inBackground({ tenant: record.tenant, key: plan.concurrency.key })
    },
    isFull: async (slot, limit) => {
      const found = await read(slot)
      if (found === undefined) return false
      const { holders } = recordOf(found)
      return holders.length >= limit && (await liveOf(holders, store)).length >= limit
    },
    holders: async (slot) => {
      const found = await read(slot)
      return found === undefined ? [] : liveOf(recordOf(found).holders, store)
    },
    async stop() {
      isStopped = true
      await Promise.all(underWay)
    },
  }

  async function enter(
    slot: SlotKey,
    { id, priority }: Comer,
    concurrency: PlannedConcurrency,
  ): Promise<boolean> {
    for (;;) {
      const found = await read(slot)
      const before = found === undefined ? newRecord(concurrency) : recordOf(found)
      if (before.holders.includes(id)) return true
      const { limit, onLimit } = concurrency
      const isCrowded = before.holders.length >= limit || before.waiting !== 'no'
      const live = isCrowded ? await liveOf(before.holders, store) : before.holders
      const record = { ...before, limit, onLimit, holders: live }
      const mayEnter = live.length < limit && !(await isOthersTurn(slot, record, priority))
      const awaited = awaitedWith(record, priority)
      if (mayEnter) {
        const entered = { ...record, holders: [...live, id] }
        if (await put(slot, found, entered)) return true
      } else if (onLimit === 'reject' || awaited === record) {
        return false
      } else if (await put(slot, found, awaited)) {
        // Written before it waits: whoever makes room from now on looks for it.
        return false
      }
    }
  }

  /** Whoever may be refused does not wait for those who wait. */
  async function isOthersTurn(
    slot: SlotKey,
    record: SlotsRecord,
    priority: number,
  ): Promise<boolean> {
    if (record.waiting === 'no' || record.onLimit === 'reject') return false
    const waiters = await waitersOf(slot, record, record.holders, store, priority)
    return waiters.length >= record.limit - record.holders.length
  }

  /** Lets in who waits and starts them, until there is no room or nobody waits. */
  async function admitNext(slot: SlotKey): Promise<void> {
    const left = new Set<string>()
    // What is not done by then the agenda brings again.
    for (let looks = 0; looks < MAX_LOOKS; looks++) {
      const found = await read(slot)
      if (found === undefined) return
      const record = recordOf(found)
      if (record.waiting === 'no') return
      const holders = record.holders.filter((id) => !left.has(id))
      const live = await liveOf(holders, store)
      const waiters = await waitersOf(slot, record, live, store)
      const admitted = waiters.slice(0, Math.max(0, record.limit - live.length))
      const isChanged = admitted.length > 0 || left.size > 0
      const after = { ...record, holders: [...live, ...admitted] }
      if (isChanged && !(await put(slot, found, after))) continue
      left.clear()
      for (const id of admitted) if (!(await begin(id))) left.add(id)
      if (left.size > 0) continue
      const waiting = waiters.length - admitted.length
      if (record.onLimit === 'cancel_oldest' && waiting > 0) await makeWay(slot, after, waiting)
      return
    }
  }

  /** Whether it has begun; one that was paused or cancelled meanwhile has not. */
  async function begin(sessionId: string): Promise<boolean> {
    const state = await unlessOvertaken(() =>
      coordinator.dispatch(sessionId, { type: 'start' }, 'caller'),
    )
    dispatcher.wake(sessionId, 'changed', state?.plan.priority)
    return state?.startedAt !== undefined
  }

  async function makeWay(
    { key }: SlotKey,
    { holders }: SlotsRecord,
    waiting: number,
  ): Promise<void> {
    const reason = `another session of the concurrency key "${key}" was started`
    for (const id of await displaced(holders, waiting, store)) {
      const cancelled = await unlessOvertaken(() =>
        coordinator.dispatch(id, { type: 'cancel', reason }, 'caller'),
      )
      dispatcher.wake(id, 'changed', cancelled?.plan.priority)
    }
  }

  /** What a crash has left behind is made good, and a key that nobody uses is forgotten. */
  async function lookAfter(slot: SlotKey): Promise<void> {
    const found = await read(slot)
    if (found === undefined) return
    const record = recordOf(found)
    const holders = await liveOf(record.holders, store)
    // Let in, and not started before a crash.
    for (const id of holders) {
      if ((await store.session(id))?.status === 'waiting') await begin(id)
    }
    const awaited =
      record.waiting === 'no'
        ? new Set<number>()
        : await awaitedPriorities(slot, record, holders, store)
    const after = lookedAt({ ...record, holders }, awaited)
    if (after.waiting === 'no' && holders.length === 0) {
      await store.removeDocument(found.tenant, KIND, found.id, found.version)
    } else {
      await put(slot, found, after)
    }
  }

  function read(slot: SlotKey): Promise<Document | undefined> {
    return store.document(slot.tenant, KIND, idOf(slot))
  }

  /** False where somebody else wrote since it was read. */
  async function put(
    slot: SlotKey,
    before: Document | undefined,
    record: SlotsRecord,
  ): Promise<boolean> {
    const now = clock.now()
    const createdAt = before?.createdAt ?? now
    const document = documentOf(slot, record, { createdAt, dueAt: nextLook(record, now) })
    const { kind } = await store.putDocument(document, before?.version ?? 0)
    return kind === 'written'
  }

  function turn<T>({ tenant, key }: SlotKey, work: () => Promise<T>): Promise<T> {
    return inTurn.run(JSON.stringify([tenant, key]), work)
  }

  /** What fails here the agenda brings again. */
  function inBackground(slot: SlotKey): void {
    const admit = () => turn(slot, () => admitNext(slot))
    const work = untilStored(clock, admit, () => !isStopped)
      .catch((error: unknown) => log.warn({ err: error, ...slot }, 'who waits is let in later'))
      .finally(() => underWay.delete(work))
    underWay.add(work)
  }
}

async function unlessOvertaken<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof StepstreamError && overtaken.has(error.code)) return undefined
    throw error
  }
}
