import { setImmediate as nextTurn } from 'node:timers/promises'
import { errors, type Fault, StepstreamError } from '../../errors.ts'
import type { Plan } from '../../session/plan.ts'
import type { Workflows } from '../workflows/types.ts'
import { bodyOf } from './content.ts'
import type { BatchContent, BatchItem } from './types.ts'

/** More faults than this help nobody. */
const MAX_FAULTS = 100

/**
 * Compiles every session of a batch, and fixes the versions of saved workflows that it was checked
 * against. In turns, since a thousand of them take a while.
 * @throws StepstreamError with the faults, each with a pointer into the batch as it was posted
 */
export async function checkContent(
  tenant: string,
  content: BatchContent,
  workflows: Pick<Workflows, 'compile'>,
): Promise<BatchContent> {
  let { common } = content
  const items: BatchItem[] = []
  const faults = new Map<string, Fault>()
  for (const [index, item] of content.items.entries()) {
    if (faults.size >= MAX_FAULTS) break
    await nextTurn()
    if ('retryOf' in item) {
      items.push(item)
      continue
    }
    const { body, pointTo } = bodyOf(common, item, index)
    try {
      const { plan } = await workflows.compile(tenant, body)
      if ('inputs' in item) common = withVersion(common, plan)
      items.push('body' in item ? { body: withVersion(item.body, plan) } : item)
    } catch (error) {
      for (const fault of faultsOf(error)) {
        const pointer = pointTo(fault.pointer)
        // What is wrong with a workflow that all have in common is said once.
        const key = `${pointer} ${fault.message}`
        faults.set(key, { ...fault, pointer })
      }
    }
  }
  const [first, ...rest] = faults.values()
  if (first !== undefined) throw StepstreamError.fromFaults([first, ...rest])
  return { common, items }
}

/** @throws what is no fault of the body */
function faultsOf(error: unknown): readonly Fault[] {
  if (!(error instanceof StepstreamError) || errors[error.code].retryable) throw error
  if (error.faults.length > 0) return error.faults
  return [{ pointer: '', code: error.code, message: error.message }]
}

/** What is started later must be what was checked, also when there is a newer version by then. */
function withVersion<T>(body: T, { workflow }: Plan): T {
  if (workflow === undefined) return body
  return { ...(body as object), version: workflow.version } as T
}
