import { createHash } from 'node:crypto'
import type { Plan } from '../../session/plan.ts'
import type { WorkflowContent } from '../../store/workflows.ts'

/** What a store keeps of a definition that was checked. */
export function contentOf(definition: unknown, plan: Plan): WorkflowContent {
  return {
    definition: JSON.stringify(definition),
    digest: digestOf(definition),
    description: descriptionOf(definition),
    totalSteps: plan.steps.length,
  }
}

/** The same for the same content, in whatever order its fields stand. */
function digestOf(definition: unknown): string {
  const text = JSON.stringify(definition, (_, value: unknown) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).toSorted(byName)) : value,
  )
  return createHash('sha256').update(text).digest('base64url')
}

function descriptionOf(definition: unknown): string | null {
  if (!isObject(definition)) return null
  const { description } = definition
  return typeof description === 'string' ? description : null
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1
}
