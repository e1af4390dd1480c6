import { type Fault, StepstreamError } from '../../errors.ts'
import type { Json, JsonObject } from '../../json.ts'
import type { MappedDocument } from '../../plan/types.ts'
import type { Plan } from '../../session/plan.ts'
import type { Workflows } from '../workflows/types.ts'
import type { Hook } from './types.ts'

/**
 * The plan of the session that a call or an event asks for; undefined where `when` says that there
 * is to be none.
 * @throws StepstreamError with the faults of the inputs, each by its pointer
 */
export async function planSession(
  { tenant, start, when }: Hook,
  document: MappedDocument,
  workflows: Pick<Workflows, 'compile'>,
): Promise<Plan | undefined> {
  if (when !== undefined && !isTrue(document.evaluate(when))) return undefined
  const inputs = inputsOf(start.inputs, document)
  return (await workflows.compile(tenant, { ...start, inputs })).plan
}

function isTrue(value: Json): boolean {
  if (typeof value === 'boolean') return value
  throw new StepstreamError('EXPRESSION_FAILED', '"when" of the hook is neither true nor false')
}

function inputsOf(inputs: JsonObject, document: MappedDocument): JsonObject {
  const faults: Fault[] = []
  const values = Object.entries(inputs).flatMap(([name, value]) => {
    try {
      return [[name, document.value(value)] as const]
    } catch (error) {
      if (!(error instanceof StepstreamError)) throw error
      faults.push({ pointer: `/inputs/${name}`, code: error.code, message: error.message })
      return []
    }
  })
  const [first, ...rest] = faults
  if (first !== undefined) throw StepstreamError.fromFaults([first, ...rest])
  return Object.fromEntries(values)
}
