import { StepstreamError } from '../errors.ts'
import type { Json } from '../json.ts'
import type { StagedArtifact } from '../modules/artifacts/types.ts'
import type { CurrentSession, Fork } from '../modules/session-coordinator/types.ts'
import type { StartSession } from '../modules/step-processor/types.ts'
import { artifactRefOf } from '../session/artifact-ref.ts'
import { keptEvents } from '../session/keep.ts'
import { plannedAt, stepAt } from '../session/state.ts'
import { ConflictError, type Created } from '../store/types.ts'
import { untilStored } from '../until-stored.ts'
import type { HttpDeps } from './deps.ts'

export type ForkDeps = Pick<HttpDeps, 'artifacts' | 'processor' | 'clock' | 'closing'>

/** What a new session takes over, and from where. */
export interface Inheritance {
  readonly from: CurrentSession
  readonly forkedFrom: Fork['forkedFrom']
  /** Steps, by index. */
  readonly kept: ReadonlySet<number>
}

/**
 * Starts a session that goes on from another one. Large outputs are copied beforehand, so that they
 * outlive the session they came from.
 */
export async function startFork(
  { from, forkedFrom, kept }: Inheritance,
  session: StartSession,
  deps: ForkDeps,
): Promise<Created> {
  const copies = await copyOutputs(from, kept, session, deps)
  const at = new Date(session.createdAt).toISOString()
  const outputs = new Map([...copies].map(([index, { output }]) => [index, output]))
  const fork = { forkedFrom, kept: keptEvents(from.state, kept, at, outputs) }
  const staged = [...copies.values()].map((copy) => copy.staged)
  // In one turn: what is handed to the store together is written together, the session first.
  const [started, ...records] = await Promise.allSettled([
    deps.processor.start({ ...session, fork }),
    ...staged.map((copy) => copy.keep()),
  ])
  if (started.status === 'rejected') {
    // A store that cannot be reached may have written the session all the same.
    if (!isUnavailable(started.reason) && !isThere(started.reason)) {
      await discard(copies, session, deps)
    }
    throw started.reason
  }
  // What was started under the same id has copies of its own there, which go with the session.
  if (isOther(started.value, session)) await discard(copies, session, deps)
  if (!started.value.created) return started.value
  await keepRest(staged, records, deps)
  return started.value
}

interface Copy {
  readonly staged: StagedArtifact
  readonly output: Json
}

/** The outputs that are artifacts of the old session, as artifacts of the new one, by step. */
async function copyOutputs(
  { record, state }: CurrentSession,
  kept: ReadonlySet<number>,
  { sessionId, tenant }: StartSession,
  { artifacts }: ForkDeps,
): Promise<ReadonlyMap<number, Copy>> {
  const refs = [...kept].flatMap((index) => {
    const ref = artifactRefOf(stepAt(state, index).output ?? null)
    return ref === undefined ? [] : [{ index, ref }]
  })
  const copies = new Map<number, Copy>()
  if (refs.length === 0) return copies
  const known = new Map(
    (await artifacts.list(record.id)).map((artifact) => [artifact.id, artifact]),
  )
  try {
    for (const { index, ref } of refs) {
      // What only looks like a reference is an output like any other.
      const artifact = known.get(ref.artifact)
      if (artifact === undefined) continue
      const bytes = await artifacts.read(tenant, artifact.id)
      if (bytes === undefined) throw goneOutput(plannedAt(state, index).id)
      const { stepId, name, contentType } = artifact
      const staged = await artifacts.stage({ tenant, sessionId, stepId, name, contentType, bytes })
      copies.set(index, { staged, output: { ...ref, artifact: staged.record.id } })
    }
  } catch (error) {
    await Promise.allSettled([artifacts.removeSession(sessionId)])
    throw error
  }
  return copies
}

/** The session is on disk: its records must follow, however long the store refuses them. */
async function keepRest(
  staged: readonly StagedArtifact[],
  records: readonly PromiseSettledResult<void>[],
  { clock, closing }: ForkDeps,
): Promise<void> {
  for (const [index, copy] of staged.entries()) {
    if (records[index]?.status === 'fulfilled') continue
    await untilStored(
      clock,
      () => copy.keep(),
      () => !closing.aborted,
    )
  }
}

/** No session was written: nobody refers to the copies. */
async function discard(
  copies: ReadonlyMap<number, Copy>,
  { sessionId }: StartSession,
  { artifacts }: ForkDeps,
): Promise<void> {
  if (copies.size > 0) await Promise.allSettled([artifacts.removeSession(sessionId)])
}

function isUnavailable(error: unknown): boolean {
  return error instanceof StepstreamError && error.code === 'STORAGE_UNAVAILABLE'
}

/** Whether there is a session with the same id. */
function isThere(error: unknown): boolean {
  return error instanceof ConflictError
}

/** Whether the key stands for a session with another id. */
function isOther(created: Created, { sessionId }: StartSession): boolean {
  return !created.created && created.sessionId !== sessionId
}

function goneOutput(stepId: string): StepstreamError {
  return new StepstreamError('ARTIFACT_NOT_FOUND', `the output of step ${stepId} is gone`)
}
