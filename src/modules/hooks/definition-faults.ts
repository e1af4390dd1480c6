import { type Fault, StepstreamError } from '../../errors.ts'
import type { Mapping } from '../../plan/types.ts'
import type { Store } from '../../store/types.ts'
import type { HookDefinition } from './types.ts'

/** What expressions of a hook are about, by what fires it. */
export interface Mappings {
  readonly request: Mapping
  readonly event: Mapping
}

export interface CheckOptions {
  readonly store: Pick<Store, 'workflow'>
  readonly mappings: Mappings
  readonly secrets: ReadonlyMap<string, string>
}

/** Refuses a hook that could never start a session. @throws StepstreamError with every fault */
export async function checkDefinition(
  tenant: string,
  definition: HookDefinition,
  { store, mappings, secrets }: CheckOptions,
): Promise<void> {
  const { start, on, when } = definition
  const { webhook } = on
  const mapping = mappingOf(definition, mappings)
  const faults: Fault[] = []

  if (webhook?.secret !== undefined && !secrets.has(webhook.secret)) {
    const message = `there is no secret "${webhook.secret}"; set SECRET_${webhook.secret} where the service runs`
    faults.push({ pointer: '/on/webhook/secret', code: 'UNKNOWN_SECRET', message })
  }
  check('/on/webhook/idempotency', webhook?.idempotency, mapping.checkExpression)
  check('/when', when, mapping.checkExpression)
  for (const [name, value] of Object.entries(start.inputs)) {
    check(`/inputs/${name}`, value, mapping.checkValue)
  }
  faults.push(...(await workflowFaults()))
  const [first, ...rest] = faults
  if (first !== undefined) throw StepstreamError.fromFaults([first, ...rest])

  function check<T>(pointer: string, value: T | undefined, run: (value: T) => void): void {
    if (value === undefined) return
    try {
      run(value)
    } catch (error) {
      if (!(error instanceof StepstreamError)) throw error
      faults.push({ pointer, code: error.code, message: error.message })
    }
  }

  async function workflowFaults(): Promise<readonly Fault[]> {
    const { workflow: name, version, inputs } = start
    const saved = await store.workflow(tenant, name, version)
    if (saved === undefined) {
      const pointer = version === undefined ? '/workflow' : '/version'
      const which = version === undefined ? '' : ` with a version ${version}`
      const message = `there is no workflow ${name}${which}`
      return [{ pointer, code: 'WORKFLOW_NOT_FOUND', message }]
    }
    return inputFaults(Object.keys(inputs), declaredInputs(saved.definition))
  }
}

/** What the expressions of a hook are about. */
export function mappingOf({ on }: Pick<HookDefinition, 'on'>, mappings: Mappings): Mapping {
  return on.webhook === undefined ? mappings.event : mappings.request
}

type Declared = Readonly<Record<string, unknown>>

function declaredInputs(definition: string): Declared {
  const { inputs = {} } = JSON.parse(definition) as { readonly inputs?: Declared }
  return inputs
}

function inputFaults(given: readonly string[], declared: Declared): Fault[] {
  const unknown = given
    .filter((name) => !Object.hasOwn(declared, name))
    .map((name) => [name, `the workflow declares no input "${name}"`] as const)
  const missing = Object.entries(declared)
    .filter(([name, schema]) => !given.includes(name) && !hasDefault(schema))
    .map(([name]) => [name, `the input "${name}" is missing`] as const)
  return [...unknown, ...missing].map(([name, message]) => ({
    pointer: `/inputs/${name}`,
    code: 'INVALID_INPUTS',
    message,
  }))
}

function hasDefault(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && 'default' in schema
}
