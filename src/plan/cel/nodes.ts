import type { ASTNode } from '@marcbachmann/cel-js'

/** The macros that bind a name to each item of a list. */
const comprehensions: ReadonlySet<string> = new Set([
  'all',
  'exists',
  'exists_one',
  'map',
  'filter',
])

/** A macro that binds a name: which, what it ranges over, and where the name is known. */
export interface Binding {
  readonly name: string
  readonly outside: readonly ASTNode[]
  readonly inside: readonly ASTNode[]
}

/** The name that a macro call binds; undefined for every other node. */
export function bindingOf(node: ASTNode): Binding | undefined {
  if (node.op !== 'rcall') return undefined
  const [method, receiver, [variable, ...rest]] = node.args
  if (variable?.op !== 'id') return undefined
  if (comprehensions.has(method) && rest.length > 0) {
    return { name: variable.args, outside: [receiver], inside: rest }
  }
  const [value, ...body] = rest
  if (method === 'bind' && receiver.op === 'id' && receiver.args === 'cel' && value !== undefined) {
    return { name: variable.args, outside: [value], inside: body }
  }
  return undefined
}

/** The nodes directly below a node. */
export function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return []
    case '.':
    case '.?':
      return [node.args[0]]
    case 'call':
      return node.args[1]
    case 'rcall':
      return [node.args[1], ...node.args[2]]
    case 'map':
      return node.args.flat()
    case '!_':
    case '-_':
      return [node.args]
    default:
      return node.args
  }
}
