import type { Json, JsonObject } from '../../json.ts'
import type { BrowserAction } from '../browser-actions/types.ts'
import type { Decision } from './decision.ts'
import { nameOf, type Placed } from './nodes.ts'

/** How much of an element's name people are shown. */
const MAX_NAME = 200

/** A decision as its event tells it. */
export function decisionIn(decision: Decision): JsonObject {
  const { kind, thought: _, ...rest } = decision
  if (kind !== 'act') return { do: kind, ...(rest as JsonObject) }
  const { action, target, to } = decision
  const { target: __, to: ___, ...fields } = action as unknown as Record<string, Json>
  return {
    ...fields,
    ...(target === undefined
      ? {}
      : { element: { role: target.node.role, name: nameOf(target.node) } }),
    ...(to === undefined ? {} : { to: { role: to.node.role, name: nameOf(to.node) } }),
  }
}

/** An action as people read it. */
export function inWords(action: BrowserAction, target: Placed | undefined): string {
  const { do: name, target: _, ...fields } = action as unknown as Record<string, Json>
  const element =
    target === undefined ? '' : ` ${target.node.role} "${nameOf(target.node).slice(0, MAX_NAME)}"`
  const { to: __, ...others } = fields
  const more = Object.keys(others).length === 0 ? '' : ` ${JSON.stringify(others)}`
  return `${String(name)}${element}${more}`
}
