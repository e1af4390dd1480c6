import type { ASTNode } from '@marcbachmann/cel-js'
import { StepstreamError } from '../../errors.ts'
import { bindingOf, childrenOf } from './nodes.ts'

/** What expressions can read, by the first name of a path. */
export const roots = ['steps', 'inputs', 'vars', 'item', 'index', 'session', 'secrets'] as const

export type Root = (typeof roots)[number]

/** Names that lists are often gone through by; inside they stand for that, and not for the root. */
const mayBeBound: ReadonlySet<string> = new Set(['item', 'index'])

/** One path an expression reads: `steps.a.output.size` is root `steps`, keys `a`, `output`, `size`. */
export interface Read {
  readonly root: Root
  readonly keys: readonly string[]
}

const stepFields: ReadonlySet<string> = new Set(['output', 'status'])
const sessionFields: ReadonlySet<string> = new Set([
  'id',
  'name',
  'status',
  'createdAt',
  'labels',
  'metadata',
])

/**
 * The paths an expression reads, each as far as its keys are fixed.
 * @throws StepstreamError INVALID_EXPRESSION where steps or secrets are not read by name, or a
 * field is read that a step or the session does not have
 */
export function readsOf(ast: ASTNode): readonly Read[] {
  const reads: Read[] = []
  visit(ast, new Set(), reads)
  for (const read of reads) checkRead(read)
  return reads
}

function visit(node: ASTNode, bound: ReadonlySet<string>, reads: Read[]): void {
  const binding = bindingOf(node)
  if (binding !== undefined) {
    if (isRoot(binding.name) && !mayBeBound.has(binding.name))
      refuse(`the name "${binding.name}" is taken; use another variable`)
    for (const child of binding.outside) visit(child, bound, reads)
    const inner = new Set(bound).add(binding.name)
    for (const child of binding.inside) visit(child, inner, reads)
    return
  }
  const { base, keys } = unwind(node)
  if (base.op === 'id') {
    if (isRoot(base.args) && !bound.has(base.args)) reads.push({ root: base.args, keys })
    return
  }
  // A path that ends at a computed index or a call: what is below it is read on its own.
  if (base !== node) visit(base, bound, reads)
  else for (const child of childrenOf(node)) visit(child, bound, reads)
}

/** Follows `a.b["c"]` down to `a`, as far as the keys are fixed. */
function unwind(node: ASTNode): { base: ASTNode; keys: readonly string[] } {
  const keys: string[] = []
  let base = node
  for (;;) {
    const key = fixedKey(base)
    if (key === undefined) return { base, keys: keys.reverse() }
    keys.push(key)
    base = (base.args as [ASTNode, unknown])[0]
  }
}

function fixedKey(node: ASTNode): string | undefined {
  if (node.op === '.') return node.args[1]
  if (node.op !== '[]') return undefined
  const [, index] = node.args
  return index.op === 'value' && typeof index.args === 'string' ? index.args : undefined
}

function checkRead({ root, keys: [first, second] }: Read): void {
  if (root === 'inputs' || root === 'vars' || root === 'item' || root === 'index') return
  if (root === 'session') {
    if (first !== undefined && !sessionFields.has(first)) {
      refuse(`session has no field "${first}"; it has ${[...sessionFields].join(', ')}`)
    }
    return
  }
  const example = root === 'steps' ? 'steps.fetch.output' : 'secrets.TOKEN'
  if (first === undefined) refuse(`${root} are read by name only, such as ${example}`)
  if (root === 'steps' && second !== undefined && !stepFields.has(second)) {
    refuse(`a step has no field "${second}"; it has ${[...stepFields].join(' and ')}`)
  }
}

function isRoot(name: string): name is Root {
  return (roots as readonly string[]).includes(name)
}

function refuse(message: string): never {
  throw new StepstreamError('INVALID_EXPRESSION', message)
}
