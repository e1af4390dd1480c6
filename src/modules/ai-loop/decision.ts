import { z } from 'zod'
import type { Json, JsonObject } from '../../json.ts'
import type { Schemas } from '../../plan/types.ts'
import {
  type ActionName,
  type BrowserAction,
  browserActionSchema,
  type Target,
  targetRoles,
} from '../browser-actions/types.ts'
import type { Observation, ObservedNode } from '../page/types.ts'
import { done, left, leftOut } from './decision-schema.ts'
import { findRef, nameOf, type Placed } from './nodes.ts'
import { withoutNulls } from './strict-schema.ts'

/** What shows that a goal is reached, for the program to find in the page. */
export type Evidence = { readonly text: string } | { readonly role: string; readonly name: string }

export type Decision =
  | {
      readonly kind: 'act'
      readonly thought: string
      readonly action: BrowserAction
      readonly target?: Placed
      readonly to?: Placed
    }
  | {
      readonly kind: 'done'
      readonly thought: string
      readonly summary: string
      readonly evidence: readonly Evidence[]
      readonly output?: Json
    }
  | { readonly kind: 'fail'; readonly thought: string; readonly reason: string }

const envelope = z.strictObject({
  thought: z.string().max(20_000),
  next: z.looseObject({ do: z.string() }),
})

const doneAnswer = done.extend({ output: z.unknown().optional() })

export interface DecisionRules {
  readonly observation: Pick<Observation, 'nodes' | 'url'>
  readonly output: JsonObject | undefined
  readonly secrets: ReadonlySet<string>
  readonly schemas: Pick<Schemas, 'faultsOf'>
}

/** Reads what a model has decided, held against the page that it saw. @throws Error that says what is wrong */
export function readDecision(answer: Json, rules: DecisionRules): Decision {
  const given = envelope.safeParse(answer)
  if (!given.success) throw new Error(faultsOf(given.error))
  const { thought } = given.data
  const next = given.data.next as JsonObject & { readonly do: string }
  if (next.do === 'fail') {
    return { kind: 'fail', thought, reason: String(next['reason'] ?? 'it says nothing more') }
  }
  if (next.do === 'done') return { kind: 'done', thought, ...readDone(next, rules) }
  return { kind: 'act', thought, ...readAction(next, rules) }
}

function readDone(next: JsonObject, rules: DecisionRules) {
  const { output: given, ...others } = next
  const parsed = doneAnswer.safeParse(withoutNulls(others))
  if (!parsed.success) throw new Error(faultsOf(parsed.error))
  const { summary, evidence } = parsed.data
  const read = evidence.flatMap(({ text, ref }): Evidence[] => {
    if (ref !== undefined) {
      const { node } = elementAt(rules, ref)
      return [{ role: node.role, name: nameOf(node) }]
    }
    return text === undefined ? [] : [{ text }]
  })
  if (read.length === 0) throw new Error('done: name the evidence, by text or by ref')
  return { summary, evidence: read, ...readOutput(given, rules) }
}

/** The output as it is, or without nulls, or from its text: whichever fits. */
function readOutput(given: Json | undefined, { output, schemas }: DecisionRules) {
  if (output === undefined) return {}
  const forms = [given ?? null, withoutNulls(given ?? null), ...parsed(given)]
  const fitting = forms.find((form) => schemas.faultsOf(output, form).length === 0)
  if (fitting !== undefined) return { output: fitting }
  const faults = schemas
    .faultsOf(output, forms.at(-1) ?? null)
    .map(({ path, message }) => `output${path.map((each) => `.${each}`).join('')}: ${message}`)
  throw new Error(faults.slice(0, 5).join('; '))
}

function parsed(given: Json | undefined): Json[] {
  try {
    return typeof given === 'string' ? [JSON.parse(given) as Json] : []
  } catch {
    return []
  }
}

function readAction(next: JsonObject & { readonly do: string }, rules: DecisionRules) {
  const { ref, toRef, ...fields } = withoutNulls(next) as typeof next
  if (leftOut.has(next.do as ActionName)) throw new Error(`next.do: ${next.do} is not on the list`)
  if (next.do in left) {
    const unknown = left[next.do as ActionName]?.find((field) => field in fields)
    if (unknown !== undefined) throw new Error(`next.${unknown}: not on the list`)
  }
  const target = ref === undefined ? undefined : elementAt(rules, String(ref))
  const to = toRef === undefined ? undefined : elementAt(rules, String(toRef))
  const action = browserActionSchema.safeParse({
    ...fields,
    ...(target === undefined ? {} : { target: wordsFor(target.node) }),
    ...(to === undefined ? {} : { to: wordsFor(to.node) }),
  })
  if (!action.success) throw new Error(faultsOf(action.error).replaceAll('target', 'ref'))
  const { secret } = action.data as { secret?: string }
  if (secret !== undefined && !rules.secrets.has(secret)) {
    throw new Error(`next.secret: there is no secret ${secret} for this`)
  }
  return {
    action: whole(action.data, rules.observation.url),
    ...(target === undefined ? {} : { target }),
    ...(to === undefined ? {} : { to }),
  }
}

/** An address as it is meant on the page that is open. @throws Error */
function whole(action: BrowserAction, pageUrl: string): BrowserAction {
  if (action.do !== 'open') return action
  const url = URL.parse(action.url ?? '', pageUrl) ?? URL.parse(action.url ?? '')
  if (url === null) throw new Error('next.url: expected a URL')
  return { ...action, url: url.href }
}

function elementAt({ observation }: DecisionRules, ref: string): Placed {
  const found = findRef(observation.nodes, ref)
  if (found === undefined) throw new Error(`next.ref: the page has no element ${ref}`)
  return found
}

const known: ReadonlySet<string> = new Set(targetRoles)

/** An element in words, for those who read what was done. */
function wordsFor(node: ObservedNode): Target {
  const name = nameOf(node).slice(0, 1000)
  const role = known.has(node.role) ? (node.role as Target['role']) : undefined
  return {
    ...(name === '' ? {} : { name }),
    ...(role === undefined ? (name === '' ? { role: 'element' as const } : {}) : { role }),
  }
}

function faultsOf({ issues }: z.ZodError): string {
  return issues
    .slice(0, 5)
    .map(({ path, message }) => `${['next', ...path].map(String).join('.')}: ${message}`)
    .join('; ')
}
