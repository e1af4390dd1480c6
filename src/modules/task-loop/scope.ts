import type { Json } from '../../json.ts'
import type { Scope } from '../../plan/types.ts'
import { artifactRefOf } from '../../session/artifact-ref.ts'
import { stepAt } from '../../session/state.ts'
import type { Artifacts } from '../artifacts/types.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'

/** What expressions may ask for beside the state. */
export interface Access {
  secret(name: string): string | undefined
  artifact: Artifacts['read']
}

/** What expressions of a session see: the outputs they read, whole, also those kept as artifacts. */
export async function scopeFor(
  session: CurrentSession,
  stepsRead: ReadonlySet<string>,
  access: Access,
): Promise<Scope> {
  const { record, state } = session
  const steps: Record<string, { status: Scope['steps'][string]['status']; output: Json }> = {}
  for (const id of stepsRead) {
    const index = state.graph.indexOf.get(id)
    if (index === undefined) continue
    const { status, output } = stepAt(state, index)
    steps[id] = { status, output: await whole(record.tenant, output ?? null, access) }
  }
  return {
    steps,
    inputs: record.plan.inputs,
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

async function whole(tenant: string, output: Json, { artifact }: Access): Promise<Json> {
  const ref = artifactRefOf(output)
  if (ref === undefined) return output
  const bytes = await artifact(tenant, ref.artifact)
  if (bytes === undefined) throw new Error(`the artifact ${ref.artifact} is gone`)
  return JSON.parse(Buffer.from(bytes).toString()) as Json
}
