import type { ASTNode, Environment } from '@marcbachmann/cel-js'
import { StepstreamError } from '../../errors.ts'
import type { StepStatus } from '../../session/status.ts'
import type { Scope } from '../types.ts'
import { childrenOf } from './nodes.ts'

/** The functions that ask how a step ended, and the status that each asks for. */
const statusOf: ReadonlyMap<string, StepStatus> = new Map([
  ['failed', 'failed'],
  ['succeeded', 'completed'],
  ['skipped', 'skipped'],
])

/** What an expression asks of how steps ended. */
export interface Endings {
  /** The names of the functions it calls. */
  readonly functions: ReadonlySet<string>
  /** The ids of the steps they are asked about. */
  readonly steps: ReadonlySet<string>
}

/** The steps of the evaluation under way; evaluations do not nest and do not await. */
let current: Scope['steps'] = {}

/** Teaches an environment `always()`, `failed('id')`, `succeeded('id')` and `skipped('id')`. */
export function registerEndings(environment: Environment): void {
  environment.registerFunction('always(): bool', () => true)
  for (const [name, status] of statusOf) {
    environment.registerFunction(`${name}(string): bool`, (id: string) => {
      return Object.hasOwn(current, id) && current[id]?.status === status
    })
  }
}

/** Runs one evaluation whose functions ask about these steps. */
export function withSteps<T>(steps: Scope['steps'], evaluate: () => T): T {
  current = steps
  try {
    return evaluate()
  } finally {
    current = {}
  }
}

/**
 * What a parsed expression asks of how steps ended.
 * @throws StepstreamError INVALID_EXPRESSION where the id is not written out, because the steps that
 * an expression reads must be known before it is evaluated
 */
export function endingsOf(ast: ASTNode): Endings {
  const functions = new Set<string>()
  const steps = new Set<string>()
  const nodes = [ast]
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    nodes.push(...childrenOf(node))
    if (node.op !== 'call') continue
    const [name, [id]] = node.args
    if (name === 'always') functions.add(name)
    if (!statusOf.has(name)) continue
    if (id?.op !== 'value' || typeof id.args !== 'string') {
      throw new StepstreamError(
        'INVALID_EXPRESSION',
        `${name}() takes the id of a step, written out: ${name}('fetch')`,
      )
    }
    functions.add(name)
    steps.add(id.args)
  }
  return { functions, steps }
}
