import type { Clock } from '../../clock.ts'
import { type Fault, StepstreamError } from '../../errors.ts'
import type { CompiledPlan, PlanDefaults, PlannedCall, Planner } from '../../plan/types.ts'
import type { Store } from '../../store/types.ts'
import { contentOf } from './content.ts'
import { type Reference, readReference } from './reference.ts'
import { statsOf } from './stats.ts'
import { type Saved, type SaveRequest, type Workflows, workflowNamePattern } from './types.ts'

export interface WorkflowsOptions {
  readonly store: Pick<Store, 'saveWorkflow' | 'removeWorkflow' | 'workflow' | 'workflowRuns'>
  readonly planner: Planner
  readonly clock: Clock
}

/** How many of a workflow's sessions its statistics look at: those that ended last. */
export const STATS_SESSIONS = 1000

export function createWorkflows({ store, planner, clock }: WorkflowsOptions): Workflows {
  return {
    save: (request) => save(request, null),

    async restore({ version, ...request }) {
      const { tenant, name } = request
      const kept = await store.workflow(tenant, name, version)
      if (kept === undefined) throw notFound({ name, version })
      return save({ ...request, definition: JSON.parse(kept.definition) }, version)
    },

    async remove({ tenant, name, expected }) {
      const { version: current } = (await store.workflow(tenant, name)) ?? {}
      if (current === undefined) throw notFound({ name })
      if (expected === 'none') throw preconditionFailed(name, current)
      const version = expected === 'any' ? undefined : expected
      const removed = await store.removeWorkflow(tenant, name, version)
      if (removed.kind === 'removed') return
      throw removed.version === undefined
        ? notFound({ name })
        : preconditionFailed(name, removed.version)
    },

    async compile(tenant, body, defaults) {
      const reference = readReference(body)
      const compiled =
        reference === undefined
          ? planner.compile(body, defaults)
          : await compileSaved(tenant, reference, defaults)
      const [first, ...rest] = await unknownCalls(tenant, compiled)
      if (first !== undefined) throw StepstreamError.fromFaults([first, ...rest])
      return compiled
    },

    stats: async (tenant, name) => statsOf(await store.workflowRuns(tenant, name, STATS_SESSIONS)),
  }

  async function save(request: SaveRequest, restoredFrom: number | null): Promise<Saved> {
    const { tenant, name, definition, expected } = request
    if (!workflowNamePattern.test(name)) {
      const message =
        'a workflow’s name is a letter or digit, then up to 99 letters, digits, “.”, “_” or “-”'
      throw new StepstreamError('INVALID_VALUE', message)
    }
    const compiled = planner.check(definition)
    const { plan } = compiled
    // What it calls may be saved after it; it may even call itself.
    const unknown = (await unknownCalls(tenant, compiled)).filter((fault) => fault.name !== name)
    const warnings = [
      ...compiled.warnings,
      ...unknown.map(({ pointer, code, message }) => ({ pointer, code, message })),
    ]
    const saved = await store.saveWorkflow({
      tenant,
      name,
      ...contentOf(definition, plan),
      restoredFrom,
      createdAt: clock.now(),
      ...(expected === undefined ? {} : { expected }),
    })
    if (saved.kind === 'unexpected') throw preconditionFailed(name, saved.version)
    return { version: saved.version, isNew: saved.kind === 'saved', warnings }
  }

  /** The saved workflows that steps run and that are not there. */
  async function unknownCalls(tenant: string, { calls }: CompiledPlan): Promise<UnknownCall[]> {
    const found = new Map<string, Promise<boolean>>()
    const exists = ({ name, version }: PlannedCall) => {
      const key = JSON.stringify([name, version])
      const known = found.get(key) ?? isSaved(tenant, name, version)
      found.set(key, known)
      return known
    }
    const faults = calls.map(async (call) => ((await exists(call)) ? [] : [unknownCall(call)]))
    return (await Promise.all(faults)).flat()
  }

  async function isSaved(tenant: string, name: string, version?: number): Promise<boolean> {
    if (!workflowNamePattern.test(name)) return false
    return (await store.workflow(tenant, name, version)) !== undefined
  }

  async function compileSaved(
    tenant: string,
    reference: Reference,
    defaults: PlanDefaults | undefined,
  ): Promise<CompiledPlan> {
    const { name, version, body } = reference
    const isName = workflowNamePattern.test(name)
    const saved = isName ? await store.workflow(tenant, name, version) : undefined
    if (saved === undefined) throw notFound(reference, pointTo(reference))
    const whole = { ...body, workflow: JSON.parse(saved.definition) }
    const compiled = planner.compile(whole, defaults)
    const plan = { name, ...compiled.plan, workflow: { name, version: saved.version } }
    return { ...compiled, plan }
  }
}

/** A saved workflow that a step runs and that is not there. */
type UnknownCall = Fault & Pick<PlannedCall, 'name'>

function notFound(
  { name, version }: Pick<Reference, 'name' | 'version'>,
  pointer?: string,
): StepstreamError {
  const which = version === undefined ? '' : ` with a version ${version}`
  const message = `there is no workflow ${name.slice(0, 100)}${which}`
  const code = 'WORKFLOW_NOT_FOUND'
  if (pointer === undefined) return new StepstreamError(code, message)
  return new StepstreamError(code, message, { faults: [{ pointer, code, message }] })
}

function unknownCall({ name, version, pointer }: PlannedCall): UnknownCall {
  const { code, message } = notFound({ name, ...(version === undefined ? {} : { version }) })
  return { name, pointer, code, message }
}

function pointTo({ version }: Reference): string {
  return version === undefined ? '/workflow' : '/version'
}

function preconditionFailed(name: string, version: number | undefined): StepstreamError {
  const found = version === undefined ? 'there is no such workflow' : `its version is ${version}`
  return new StepstreamError(
    'PRECONDITION_FAILED',
    `${name} is not what the request expects: ${found}`,
  )
}
