import type { Json } from '../../json.ts'
import type { Scope } from '../../plan/types.ts'
import { artifactRefOf } from '../../session/artifact-ref.ts'
import { plannedAt, type StepState, stepAt } from '../../session/state.ts'
import type { Artifacts } from '../artifacts/types.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'

/** What expressions may ask for beside the state. */
export interface Access {
  secret(name: string): string | undefined
  artifact: Artifacts['read']
  /** The step that asks, by its index: one that runs for an item sees that item. */
  readonly step?: number
}

/** Lists that are kept as artifacts, by what refers to them: each is read once for all items. */
const listsAtHand = new WeakMap<object, Promise<Json>>()

/** What expressions of a session see: the outputs they read, whole, also those kept as artifacts. */
export async function scopeFor(
  session: CurrentSession,
  stepsRead: ReadonlySet<string>,
  access: Access,
): Promise<Scope> {
  const { record, state } = session
  const itemOf = access.step === undefined ? undefined : stepAt(state, access.step).itemOf
  const ofItem = itemOf && plannedAt(state, itemOf.step).id
  const steps: Record<string, { status: Scope['steps'][string]['status']; output: Json }> = {}
  for (const id of stepsRead) {
    // By the name of its step an item reads its own output.
    const index = id === ofItem ? access.step : state.graph.indexOf.get(id)
    if (index === undefined) continue
    const { status, output } = stepAt(state, index)
    steps[id] = { status, output: await whole(record.tenant, output ?? null, access) }
  }
  return {
    steps,
    ...(itemOf === undefined ? {} : await itemAt(session, itemOf, access)),
    inputs: record.plan.inputs,
    vars: Object.fromEntries([...state.variables].map(([name, { value }]) => [name, value])),
    session: {
      id: record.id,
      name: record.name,
      status: state.status,
      createdAt: new Date(record.createdAt).toISOString(),
      labels: record.plan.labels ?? {},
      metadata: record.plan.metadata ?? {},
    },
    secret: access.secret,
  }
}

async function itemAt(
  { record, state }: CurrentSession,
  { step, position }: NonNullable<StepState['itemOf']>,
  access: Access,
): Promise<{ item: Json; index: number }> {
  const values = stepAt(state, step).items?.values ?? null
  const list = await listOf(record.tenant, values, access)
  return { item: (Array.isArray(list) ? list[position] : null) ?? null, index: position }
}

function listOf(tenant: string, values: Json, access: Access): Json | Promise<Json> {
  if (typeof values !== 'object' || values === null || artifactRefOf(values) === undefined) {
    return values
  }
  const known = listsAtHand.get(values) ?? whole(tenant, values, access)
  listsAtHand.set(values, known)
  known.catch(() => listsAtHand.delete(values))
  return known
}

/** An output itself, where an artifact stands for it. */
export async function whole(tenant: string, output: Json, { artifact }: Access): Promise<Json> {
  const ref = artifactRefOf(output)
  if (ref === undefined) return output
  const bytes = await artifact(tenant, ref.artifact)
  if (bytes === undefined) throw new Error(`the artifact ${ref.artifact} is gone`)
  return JSON.parse(Buffer.from(bytes).toString()) as Json
}
