import type { ASTNode } from '@marcbachmann/cel-js'
import { StepstreamError } from '../../errors.ts'
import { matchesWithin } from './matches.ts'
import { childrenOf } from './nodes.ts'

/** How long one evaluation may take, and how large a value it may build on the way. */
const EVALUATION_LIMIT_MS = 250
/** More than this between two looks at the time is the machine doing something else. */
const LONGEST_TURN_MS = 20
const MAX_TEXT_CHARS = 8_388_608
const MAX_LIST_ITEMS = 1_000_000

/** What the library's nodes have besides what its types show. */
interface Runnable {
  readonly meta: { evaluate: Evaluate; alternate?: { op: string; args: { step: Runnable } } }
  setMeta(key: 'evaluate', value: Evaluate): void
}

type Evaluate = (
  evaluator: { run(node: ASTNode, context: unknown): unknown },
  ...rest: [node: unknown, context: unknown]
) => unknown

const tooSlow = new StepstreamError(
  'EXPRESSION_FAILED',
  `the expression took longer than ${EVALUATION_LIMIT_MS} ms`,
)

/** What the evaluation under way has taken, and when that was last looked at; evaluations do not nest and do not await. */
let taken = Number.NEGATIVE_INFINITY
let lookedAt = 0

/**
 * Runs one evaluation under the time limit.
 * @throws StepstreamError EXPRESSION_FAILED when it took longer, also where CEL's `||` or `exists`
 * would have swallowed the error
 */
export function withinLimits<T>(evaluate: () => T): T {
  taken = 0
  lookedAt = performance.now()
  try {
    const result = evaluate()
    checkTime()
    return result
  } finally {
    taken = Number.NEGATIVE_INFINITY
  }
}

/**
 * Bounds what a checked expression can do: every turn of a macro's loop looks at the time, what `+`
 * and functions return is measured, and `matches` cannot backtrack for ever. CEL itself bounds
 * nothing of that: five nested loops over a thousand items would run for years.
 */
export function boundEvaluation(ast: ASTNode): void {
  const nodes = [ast]
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    boundNode(node)
    nodes.push(...childrenOf(node))
  }
}

function boundNode(node: ASTNode): void {
  const runnable = node as unknown as Runnable
  const { alternate, evaluate } = runnable.meta
  if (alternate?.op === 'comprehension') {
    const { step } = alternate.args
    const turn = step.meta.evaluate
    step.setMeta('evaluate', (...args) => {
      checkTime()
      return turn(...args)
    })
  } else if (node.op === 'rcall' && node.args[0] === 'matches') {
    const [, receiver, [argument]] = node.args
    runnable.setMeta('evaluate', (evaluator, self, context) => {
      const text = evaluator.run(receiver, context)
      const pattern = argument && evaluator.run(argument, context)
      const areStrings = typeof text === 'string' && typeof pattern === 'string'
      return areStrings ? matchesWithin(text, pattern) : evaluate(evaluator, self, context)
    })
  } else if (node.op === '+' || node.op === 'call' || node.op === 'rcall') {
    runnable.setMeta('evaluate', (...args) => {
      checkTime()
      return measured(evaluate(...args))
    })
  }
}

function checkTime(): void {
  const now = performance.now()
  taken += Math.min(now - lookedAt, LONGEST_TURN_MS)
  lookedAt = now
  if (taken > EVALUATION_LIMIT_MS) throw tooSlow
}

function measured(value: unknown): unknown {
  if (typeof value === 'string' && value.length > MAX_TEXT_CHARS) {
    throw new StepstreamError(
      'EXPRESSION_FAILED',
      `the expression builds a text of more than ${MAX_TEXT_CHARS} characters`,
    )
  }
  if (Array.isArray(value) && value.length > MAX_LIST_ITEMS) {
    throw new StepstreamError(
      'EXPRESSION_FAILED',
      `the expression builds a list of more than ${MAX_LIST_ITEMS} items`,
    )
  }
  return value
}
