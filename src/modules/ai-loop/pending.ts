import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Json, JsonObject } from '../../json.ts'
import type { AnsweredRequest } from '../../session/state.ts'
import { type BrowserAction, browserActionSchema } from '../browser-actions/types.ts'
import type { Observation } from '../page/types.ts'
import type { Decision } from './decision.ts'
import { fieldsOf, findOnly, nameOf, type Placed } from './nodes.ts'
import type { Line } from './prompt.ts'
import type { ApprovalKind } from './risks.ts'

export type Act = Extract<Decision, { kind: 'act' }>

const element = z.object({ role: z.string(), name: z.string() })

const schema = z.object({
  goal: z.string(),
  /** The page that the pursuit began at, and the one that it is on. */
  start: z.string(),
  url: z.string(),
  action: browserActionSchema,
  element: element.optional(),
  to: element.optional(),
  reason: z.string(),
  kinds: z.array(z.string()),
  /** What the fields of the page hold, so that nothing is sent that was lost meanwhile. */
  fields: z.string(),
  history: z.array(z.object({ did: z.string(), came: z.string() })),
  actions: z.int(),
  usedMs: z.number(),
})

/** An action that a person is asked about, with what is needed to go on after it. */
export type Pending = z.output<typeof schema>

const KEPT_LINES = 6

export function pendingOf(
  act: Act,
  observation: Observation,
  kinds: readonly ApprovalKind[],
  more: {
    readonly goal: string
    readonly start: string
    readonly history: readonly Line[]
    readonly actions: number
    readonly usedMs: number
  },
): JsonObject {
  const { action, target, to, thought } = act
  return {
    ...more,
    history: more.history.slice(-KEPT_LINES).map((line) => ({ ...line })),
    url: observation.url,
    action: action as unknown as JsonObject,
    ...(target === undefined ? {} : { element: elementOf(target) }),
    ...(to === undefined ? {} : { to: elementOf(to) }),
    reason: thought.slice(0, 2000),
    kinds,
    fields: digestOf(observation),
  }
}

/** What was approved for this goal; undefined where nothing was, or it cannot be read. */
export function approvedFor(
  goal: string,
  answered: AnsweredRequest | undefined,
): Pending | undefined {
  if (answered?.decision !== 'approve') return undefined
  const read = schema.safeParse(answered.command)
  return read.success && read.data.goal === goal ? read.data : undefined
}

/** Whether an action is the one that was approved: the same, on the same element of the same site. */
export function isApproved(pending: Pending, act: Act, url: string): boolean {
  return (
    JSON.stringify(sorted(pending.action)) === JSON.stringify(sorted(act.action)) &&
    isElement(pending.element, act.target) &&
    isElement(pending.to, act.to) &&
    URL.parse(pending.url)?.origin === URL.parse(url)?.origin
  )
}

/**
 * The approved action in the page as it is now; undefined where its elements are not there once each, or
 * what was filled in is gone.
 */
export function foundAgain(pending: Pending, page: Observation): Act | undefined {
  if (page.url !== pending.url || digestOf(page) !== pending.fields) return undefined
  const target = pending.element && findOnly(page.nodes, pending.element)
  const to = pending.to && findOnly(page.nodes, pending.to)
  if (pending.element !== undefined && target === undefined) return undefined
  if (pending.to !== undefined && to === undefined) return undefined
  return {
    kind: 'act',
    thought: pending.reason,
    action: pending.action,
    ...(target === undefined ? {} : { target }),
    ...(to === undefined ? {} : { to }),
  }
}

function isElement(element: Pending['element'], found: Placed | undefined): boolean {
  if (element === undefined || found === undefined) return (element ?? found) === undefined
  return element.role === found.node.role && element.name === nameOf(found.node)
}

function elementOf({ node }: Placed) {
  return { role: node.role, name: nameOf(node) }
}

function digestOf({ nodes }: Pick<Observation, 'nodes'>): string {
  return createHash('sha256').update(fieldsOf(nodes)).digest('base64url')
}

function sorted(action: BrowserAction): Json {
  return Object.fromEntries(Object.entries(action).sort(([a], [b]) => (a < b ? -1 : 1))) as Json
}
