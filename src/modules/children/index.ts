import type { FastifyBaseLogger } from 'fastify'
import { StepstreamError } from '../../errors.ts'
import { newSessionId } from '../../ids.ts'
import type { JsonObject } from '../../json.ts'
import type { CompiledPlan, PlanDefaults } from '../../plan/types.ts'
import { waitsForPeople } from '../../session/next.ts'
import { type SessionState, stepAt } from '../../session/state.ts'
import type { Document } from '../../store/documents.ts'
import type { Store } from '../../store/types.ts'
import { untilStored } from '../../until-stored.ts'
import type { Agenda } from '../agenda/types.ts'
import type { ExecutorContext, Outcome } from '../executors/types.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'
import type { Workflows } from '../workflows/types.ts'
import { type Known, type LookOptions, look } from './look.ts'
import { type ChildRecord, KIND, keyOfStep, newDocument, newRecord, recordOf } from './record.ts'
import { startChild } from './start-child.ts'
import type { ChildRequest, Children } from './types.ts'

export interface ChildrenOptions extends LookOptions {
  readonly store: LookOptions['store'] & Pick<Store, 'document'>
  readonly workflows: Pick<Workflows, 'compile'>
  readonly agenda: Pick<Agenda, 'on' | 'soon'>
  readonly log: Pick<FastifyBaseLogger, 'warn'>
}

/** How many sessions there may be above one. */
const MAX_DEPTH = 10

/** How often a document is read anew because somebody else wrote it in between. */
const MAX_LOOKS = 10

/** How many faults of a workflow a failed step names. */
const FAULTS_NAMED = 20

/** The looking at one child, while it goes on. */
interface Looking {
  known: Known
  again: boolean
}

export function createChildren(options: ChildrenOptions): Children {
  const { store, workflows, agenda, clock, log } = options
  const looking = new Map<string, Looking>()
  const underWay = new Set<Promise<void>>()
  let isStopped = false
  agenda.on(KIND, async ({ tenant, id }) => seeTo(tenant, id))

  return { start, ended, changed, stop }

  async function start(request: ChildRequest, context: ExecutorContext): Promise<Outcome> {
    const { tenant, correlation, sessionId, priority, signal } = context
    const depth = (correlation.child?.depth ?? 0) + 1
    if (depth > MAX_DEPTH) return tooDeep()
    const asked = <T>(ask: () => Promise<T>) => untilStored(clock, ask, () => !signal.aborted)
    const compiled = await asked(() => compile(tenant, request, { priority }))
    if ('status' in compiled) return compiled
    const document = await asked(() => allot(context))
    const record = recordOf(document)
    const unstarted = {
      plan: compiled.plan,
      correlation: {
        ...correlation,
        startedBy: { session: sessionId },
        child: { key: document.id, depth },
      },
    }
    const retryMs = await asked(() => startChild(tenant, record, unstarted, options))
    if (retryMs !== undefined)
      await asked(() => startLater(document, { ...record, unstarted }, retryMs))
    return { status: 'waiting', awaits: { kind: 'session', id: record.child } }
  }

  /** What is to be run, or why it cannot be. */
  async function compile(
    tenant: string,
    request: ChildRequest,
    defaults: PlanDefaults,
  ): Promise<CompiledPlan | Outcome> {
    try {
      return await workflows.compile(tenant, request, defaults)
    } catch (error) {
      if (!(error instanceof StepstreamError) || error.code === 'STORAGE_UNAVAILABLE') throw error
      return refused(error)
    }
  }

  /** What is kept of the child, written before there is one; an attempt that was cut off may have written it. */
  async function allot(context: ExecutorContext): Promise<Document> {
    const now = clock.now()
    const document = newDocument(context.tenant, newRecord(context, newSessionId(now)), now)
    const written = await store.putDocument(document, 0)
    if (written.kind === 'written') return { ...document, version: 1 }
    const found = await store.document(document.tenant, KIND, document.id)
    return found ?? allot(context)
  }

  async function startLater(
    document: Document,
    record: ChildRecord,
    retryMs: number,
  ): Promise<void> {
    const { version, ...before } = document
    const dueAt = clock.now() + retryMs
    await store.putDocument({ ...before, body: JSON.stringify(record), dueAt }, version)
    agenda.soon()
  }

  function ended(child: CurrentSession): void {
    const { tenant, correlation } = child.record
    if (correlation.child !== undefined) inBackground(tenant, correlation.child.key, { child })
  }

  function changed(session: CurrentSession, before: SessionState): void {
    const { tenant, correlation } = session.record
    const isAnother = waitsForPeople(session.state) !== waitsForPeople(before)
    if (isAnother && correlation.child !== undefined) {
      inBackground(tenant, correlation.child.key, {})
    }
    changedParent(session, before)
  }

  function changedParent(parent: CurrentSession, before: SessionState): void {
    const { tenant } = parent.record
    const { state } = parent
    const isHeldOrFreed = (before.status === 'paused') !== (state.status === 'paused')
    if (state.awaiting === before.awaiting && !isHeldOrFreed) return
    const was = new Set(childrenOf(before))
    const is = new Set(childrenOf(state))
    for (const index of was) {
      if (!is.has(index)) inBackground(tenant, keyOfStep(before, index), { parent })
    }
    for (const index of is) {
      if (isHeldOrFreed || !was.has(index))
        inBackground(tenant, keyOfStep(state, index), { parent })
    }
  }

  /** What fails here the agenda brings again. */
  function inBackground(tenant: string, id: string, known: Known): void {
    if (isStopped) return
    let sure = known
    const see = () => {
      const seen = seeTo(tenant, id, sure)
      // The parent may have changed by the time the store is there again.
      sure = known.child === undefined ? {} : { child: known.child }
      return seen
    }
    const work = untilStored(clock, see, () => !isStopped)
      .catch((error: unknown) => log.warn({ err: error, child: id }, 'a child is seen to later'))
      .finally(() => underWay.delete(work))
    underWay.add(work)
  }

  /** Looks at a child, one time after the other; what comes meanwhile makes it look again. */
  async function seeTo(tenant: string, id: string, known: Known = {}): Promise<void> {
    const key = JSON.stringify([tenant, id])
    const busy = looking.get(key)
    if (busy !== undefined) {
      busy.known = known
      busy.again = true
      return
    }
    const own: Looking = { known, again: true }
    looking.set(key, own)
    try {
      let wasOvertaken = false
      for (let looks = 0; own.again && looks < MAX_LOOKS; looks++) {
        own.again = false
        const document = await store.document(tenant, KIND, id)
        if (document === undefined) return
        wasOvertaken = !(await look(document, own.known, wasOvertaken, options))
        if (wasOvertaken) own.again = true
        if (wasOvertaken) own.known = {}
      }
    } finally {
      looking.delete(key)
    }
  }

  async function stop(): Promise<void> {
    isStopped = true
    await Promise.all(underWay)
  }
}

/** The steps that wait for sessions of their own. */
function childrenOf(state: SessionState): readonly number[] {
  return state.awaiting.filter((index) => stepAt(state, index).awaits?.kind === 'session')
}

function tooDeep(): Outcome {
  const message = `there are ${MAX_DEPTH} sessions above already, each a step of the one before`
  return { status: 'error', code: 'CHILDREN_TOO_DEEP', message, retryable: false }
}

function refused({ code, message, faults }: StepstreamError): Outcome {
  const named = faults.slice(0, FAULTS_NAMED).map((fault): JsonObject => ({ ...fault }))
  return {
    status: 'error',
    code,
    message,
    retryable: false,
    ...(named.length === 0 ? {} : { details: { faults: named } }),
  }
}
