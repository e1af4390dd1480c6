import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import { newInteractionId } from '../../ids.ts'
import type { Json } from '../../json.ts'
import type { Schemas } from '../../plan/types.ts'
import { artifactRefOf } from '../../session/artifact-ref.ts'
import type { InteractionRequest } from '../../session/events.ts'
import { plannedAt, type SessionState, stepAt } from '../../session/state.ts'
import type { Store } from '../../store/types.ts'
import { untilStored } from '../../until-stored.ts'
import type { Agenda } from '../agenda/types.ts'
import type { Artifacts } from '../artifacts/types.ts'
import type { ExecutorContext, Outcome } from '../executors/types.ts'
import type { CurrentSession, SessionCoordinator } from '../session-coordinator/types.ts'
import type { StepProcessor } from '../step-processor/types.ts'
import type { TaskLoop } from '../task-loop/types.ts'
import { createAnswers } from './answer.ts'
import { createDecisions } from './decide.ts'
import { createEarlier } from './earlier.ts'
import { createInbox } from './inbox.ts'
import { createLinks, type LinksOptions } from './links.ts'
import { openOf } from './open.ts'
import { ANSWERED, OPEN, OVER, openDocument, openRecordOf } from './record.ts'
import { createReports } from './report.ts'
import { createSignals } from './signals.ts'
import { createTidy, type TidyOptions } from './tidy.ts'
import type { Interactions, OpenInteraction } from './types.ts'

export interface InteractionsOptions {
  readonly store: Pick<
    Store,
    | 'document'
    | 'putDocument'
    | 'removeDocument'
    | 'listDocuments'
    | 'readEvents'
    | 'getSetting'
    | 'initSetting'
  >
  readonly coordinator: Pick<SessionCoordinator, 'current'>
  readonly processor: Pick<
    StepProcessor,
    'finishWait' | 'report' | 'pushBack' | 'resolveStep' | 'signal'
  >
  readonly taskLoop: Pick<TaskLoop, 'resultOutcome'>
  readonly keys: LinksOptions['keys']
  readonly artifacts: Pick<Artifacts, 'read' | 'put'>
  readonly schemas: Pick<Schemas, 'faultsOf'>
  /** Takes secrets out of what is said. */
  readonly maskText: (text: string) => string
  /** How much output of one attempt, and each claim of it, is kept. */
  readonly outputLimitBytes: number
  readonly agenda: Pick<Agenda, 'on'>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'warn'>
  readonly onLook?: TidyOptions['onLook']
}

export function createInteractions(options: InteractionsOptions): Interactions {
  const { store, coordinator, artifacts, agenda, clock, log } = options
  const underWay = new Set<Promise<void>>()
  const earlierAnswer = createEarlier(options)
  const tidy = createTidy(options)
  let isStopped = false
  agenda.on(OPEN, tidy)

  return {
    ask,
    open,
    openIn: (session) => openOf(session).filter(({ interaction }) => interaction.kind === 'client'),
    commandOf,
    giveUp,
    answer: createAnswers({ ...options, open, earlierAnswer }),
    ...createReports({ ...options, open }),
    decide: createDecisions({ ...options, open, earlierAnswer }),
    ...createInbox(options),
    ...createLinks({ ...options, open }),
    signal: createSignals(options),
    decided,
    changed,
    async stop() {
      isStopped = true
      await Promise.all(underWay)
    },
  }

  async function ask(request: InteractionRequest, context: ExecutorContext): Promise<Outcome> {
    const id = newInteractionId(clock.now())
    const document = openDocument(id, context, request)
    const put = () => store.putDocument(document, 0)
    await untilStored(clock, put, () => !context.signal.aborted)
    return { status: 'waiting', awaits: { kind: 'interaction', id }, interaction: request }
  }

  async function open(tenant: string, id: string): Promise<OpenInteraction> {
    const document = await store.document(tenant, OPEN, id)
    const session = document && (await coordinator.current(openRecordOf(document).sessionId))
    if (session === undefined) {
      if (await wasAsked(tenant, id)) throw over(id)
      throw new StepstreamError('INTERACTION_NOT_FOUND', `there is no interaction ${id} now`)
    }
    const found = openOf(session).find(({ interaction }) => interaction.id === id)
    if (found !== undefined) return found
    throw over(id)
  }

  async function wasAsked(tenant: string, id: string): Promise<boolean> {
    const kept = await Promise.all([ANSWERED, OVER].map((kind) => store.document(tenant, kind, id)))
    return kept.some((document) => document !== undefined)
  }

  async function commandOf({ session, interaction }: OpenInteraction): Promise<Json | undefined> {
    const { command = null } = interaction
    const ref = artifactRefOf(command)
    if (ref === undefined) return command
    const bytes = await artifacts.read(session.record.tenant, ref.artifact)
    return bytes && (JSON.parse(Buffer.from(bytes).toString()) as Json)
  }

  function giveUp({ session, stepId, attempt, interaction }: OpenInteraction): Promise<void> {
    const ref = artifactRefOf(interaction.command ?? null)
    const message = `what is to be done is gone: artifact ${ref?.artifact}`
    return options.processor.finishWait(
      session,
      { stepId, attempt },
      { status: 'error', code: 'ARTIFACT_NOT_FOUND', message, retryable: false },
    )
  }

  /** Nobody puts a document for an escalation before the session decides it. */
  function decided(session: CurrentSession, before: SessionState): Promise<void> | undefined {
    const { state, record } = session
    const fresh = state.escalated.filter(
      (index) => stepAt(state, index).interaction?.id !== before.steps[index]?.interaction?.id,
    )
    if (fresh.length === 0) return undefined
    const puts = fresh.map(async (index) => {
      const { interaction, attempt } = stepAt(state, index)
      if (interaction === undefined) return
      const { id: stepId } = plannedAt(state, index)
      const now = () => clock.now()
      const asker = { tenant: record.tenant, sessionId: record.id, stepId, attempt, now }
      await store.putDocument(openDocument(interaction.id, asker, interaction), 0)
    })
    return Promise.all(puts).then(() => {})
  }

  function changed(session: CurrentSession, before: SessionState): void {
    if (isStopped) return
    const { state } = session
    const isSame = state.awaiting === before.awaiting
    if (isSame && before.escalated.length === 0) return
    for (const index of isSame ? before.escalated : [...before.awaiting, ...before.escalated]) {
      const { interaction } = stepAt(before, index)
      if (interaction !== undefined && stepAt(state, index).interaction?.id !== interaction.id) {
        inBackground(session.record.tenant, interaction.id)
      }
    }
  }

  /** What fails here the agenda brings again. */
  function inBackground(tenant: string, id: string): void {
    const see = async () => {
      const document = await store.document(tenant, OPEN, id)
      if (document !== undefined) await tidy(document)
    }
    const work = untilStored(clock, see, () => !isStopped)
      .catch((error: unknown) =>
        log.warn({ err: error, interaction: id }, 'an interaction is seen to later'),
      )
      .finally(() => underWay.delete(work))
    underWay.add(work)
  }
}

function over(id: string): StepstreamError {
  return new StepstreamError('INTERACTION_OVER', `interaction ${id} is not asked for any more`)
}
