import { waitsForPeople } from '../../session/next.ts'
import type { Document } from '../../store/documents.ts'
import type { Store } from '../../store/types.ts'
import type { CurrentSession, SessionCoordinator } from '../session-coordinator/types.ts'
import type { StepProcessor } from '../step-processor/types.ts'
import { childOutcome, goneOutcome, type OutcomeOptions } from './outcome.ts'
import { passDown } from './pass-down.ts'
import { type ChildRecord, nextLook, recordOf, standingOf } from './record.ts'
import { type StartChildOptions, startChild } from './start-child.ts'

export interface LookOptions extends StartChildOptions, OutcomeOptions {
  readonly store: StartChildOptions['store'] &
    OutcomeOptions['store'] &
    Pick<Store, 'session' | 'putDocument' | 'removeDocument'>
  readonly processor: Pick<
    StepProcessor,
    'start' | 'pause' | 'resume' | 'cancel' | 'finishWait' | 'childWaits'
  >
  readonly coordinator: Pick<SessionCoordinator, 'current'>
}

/** What is known already of the sessions in question. */
export interface Known {
  readonly parent?: CurrentSession
  /** Once it has ended. */
  readonly child?: CurrentSession
}

/** How old the record of a child must be for its session to come no more. */
const ORPHAN_MS = 600_000

/**
 * Brings a child in line with its parent, and its end to its parent's knowledge. All of it may be
 * done twice. False: the document has changed since it was read, so that it must be looked at again,
 * and what was passed down last may have been overtaken.
 */
export async function look(
  document: Document,
  known: Known,
  wasOvertaken: boolean,
  options: LookOptions,
): Promise<boolean> {
  const { store, coordinator, clock } = options
  const { tenant } = document
  const record = recordOf(document)
  const parent = known.parent ?? (await coordinator.current(record.parent))
  const standing = standingOf(record, parent?.state)
  const extent = known.child === undefined ? await store.extent(record.child) : { ended: true }
  if (parent === undefined || standing === 'unwanted') return letGo()
  if (standing === 'expected') return putOff()
  if (extent?.ended) return handOver(parent)
  if (extent === undefined) return record.unstarted === undefined ? giveUp(parent) : begin(parent)
  return hold(parent)

  /** Nobody waits for it any more. */
  async function letGo(): Promise<boolean> {
    if (extent?.ended) return remove()
    if (extent === undefined) {
      // Whoever is about to start it will have done so by then.
      return clock.now() - document.createdAt < ORPHAN_MS ? putOff() : remove()
    }
    const { status } = (await store.session(record.child)) ?? {}
    // What it is undoing is better undone.
    if (status !== 'rolling_back' && status !== 'cancelling') {
      await passDown(
        'cancel',
        record.child,
        `${record.parent} waits for it no more`,
        options.processor,
      )
    }
    return putOff()
  }

  async function handOver(parent: CurrentSession): Promise<boolean> {
    const child = known.child ?? (await coordinator.current(record.child))
    if (child === undefined) return giveUp(parent)
    return settle(parent, await childOutcome(child, options))
  }

  /** Somebody removed it before anybody here saw its end. */
  function giveUp(parent: CurrentSession): Promise<boolean> {
    return settle(parent, goneOutcome(record.child))
  }

  async function settle(
    parent: CurrentSession,
    result: Awaited<ReturnType<typeof childOutcome>>,
  ): Promise<boolean> {
    const { stepId } = record
    const attempt = attemptOf(parent, record)
    await options.processor.finishWait(parent, { stepId, attempt }, result)
    return remove()
  }

  async function begin(parent: CurrentSession): Promise<boolean> {
    const { unstarted, ...started } = record
    if (unstarted === undefined || parent.state.status === 'paused') return putOff()
    const retryMs = await startChild(tenant, record, unstarted, options)
    if (retryMs === undefined) return write(started)
    return write(record, clock.now() + retryMs)
  }

  /** Pauses it with its parent, and lets it go on with it; what somebody else paused stays so. */
  async function hold(parent: CurrentSession): Promise<boolean> {
    const { held, ...free } = record
    const isPaused = parent.state.status === 'paused'
    const isDone = isPaused ? held === 'done' : held === undefined
    if (isDone && !wasOvertaken) {
      if (!isPaused) await tellWaiting(parent)
      return putOff()
    }
    const command = isPaused ? 'pause' : 'resume'
    let current = document
    if (isPaused && held === undefined) {
      const written = await put({ ...record, held: 'begun' }, document)
      if (written === undefined) return false
      current = written
    }
    const reason = `${record.parent} was ${isPaused ? 'paused' : 'resumed'}`
    await passDown(command, record.child, reason, options.processor)
    return (await put(isPaused ? { ...record, held: 'done' } : free, current)) !== undefined
  }

  /** Tells the parent whether the child waits for people; one that is paused waits as it did. */
  async function tellWaiting({ state }: CurrentSession): Promise<void> {
    const { stepId, child } = record
    const current = (await coordinator.current(child))?.state
    if (current === undefined || current.status === 'paused') return
    const forPeople = waitsForPeople(current)
    const step = state.steps[state.graph.indexOf.get(stepId) ?? -1]
    if ((step?.forPeople === true) === forPeople) return
    await options.processor.childWaits(record.parent, { stepId, child, forPeople })
  }

  async function putOff(): Promise<boolean> {
    // It will be looked at anyway.
    if ((document.dueAt ?? 0) > clock.now()) return true
    return write(record)
  }

  async function write(next: ChildRecord, dueAt?: number): Promise<boolean> {
    return (await put(next, document, dueAt)) !== undefined
  }

  /** The document as it is then; undefined when somebody else wrote it in between. */
  async function put(
    next: ChildRecord,
    { version, ...before }: Document,
    dueAt = nextLook(document, clock.now()),
  ): Promise<Document | undefined> {
    const changed = { ...before, body: JSON.stringify(next), dueAt }
    const written = await store.putDocument(changed, version)
    if (written.kind === 'unexpected' || written.version === undefined) return undefined
    return { ...changed, version: written.version }
  }

  async function remove(): Promise<boolean> {
    const { kind, id, version } = document
    const removed = await store.removeDocument(tenant, kind, id, version)
    return removed.kind === 'written' || removed.version === undefined
  }
}

function attemptOf({ state }: CurrentSession, { stepId }: ChildRecord): number {
  return state.steps[state.graph.indexOf.get(stepId) ?? -1]?.attempt ?? 0
}
