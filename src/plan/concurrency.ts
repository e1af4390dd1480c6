import { z } from 'zod'
import type { ErrorCode } from '../errors.ts'
import type { Json } from '../json.ts'
import type { Plan, PlannedConcurrency } from '../session/plan.ts'
import type { PostedBody } from './body.ts'
import type { Read } from './cel/reads.ts'
import { hasTemplate } from './cel/template.ts'
import type { ExpressionCompiler } from './expressions.ts'
import type { Faults, Path } from './faults.ts'
import { addIssues } from './issues.ts'

const MAX_KEY_CHARS = 255
const MAX_LIMIT = 1000

/** How many sessions of a key run at the same time. */
export const concurrencySchema = z
  .strictObject({
    key: z
      .string()
      .min(1)
      .max(MAX_KEY_CHARS)
      .describe(
        'Sessions with the same text share the limit; it may read inputs and session.labels in {{ … }}.',
      ),
    limit: z
      .int()
      .min(1)
      .max(MAX_LIMIT)
      .default(1)
      .describe('How many may have begun and not ended. Default: 1.'),
    onLimit: z
      .enum(['queue', 'reject', 'cancel_oldest'])
      .default('queue')
      .describe(
        'What becomes of one more. queue: it waits. reject: it is refused. cancel_oldest: it waits, and the oldest is cancelled. Default: queue.',
      ),
  })
  .meta({ id: 'Concurrency', description: 'How many sessions of a key run at the same time.' })

type Concurrency = z.output<typeof concurrencySchema>

/** What a key may read: all that is known before there is a session. */
export interface KeyScope extends Pick<Plan, 'inputs' | 'labels'> {
  /** The inputs that the workflow declares. */
  readonly declared: object
  /** False where the inputs come later: the key stays as it was written. */
  readonly isStarted: boolean
}

/** The concurrency of a plan, its key filled in: the one posted beside the workflow, or else the workflow’s. */
export function readConcurrency(
  ofWorkflow: Concurrency | undefined,
  { concurrency: posted, workflowAt }: Pick<PostedBody, 'concurrency' | 'workflowAt'>,
  scope: KeyScope,
  expressions: ExpressionCompiler,
  faults: Faults,
): PlannedConcurrency | undefined {
  const parsed = posted === undefined ? undefined : concurrencySchema.safeParse(posted)
  if (parsed?.success === false) addIssues(parsed.error.issues, posted, ['concurrency'], faults)
  const wanted = posted === undefined ? ofWorkflow : parsed?.data
  if (wanted === undefined) return undefined
  const at = [...(posted === undefined ? workflowAt : []), 'concurrency', 'key']
  return { ...wanted, key: keyOf(wanted.key, at, scope, expressions, faults) }
}

function keyOf(
  text: string,
  at: Path,
  scope: KeyScope,
  expressions: ExpressionCompiler,
  faults: Faults,
): string {
  if (!hasTemplate(text)) return text
  const before = faults.count
  for (const part of faults.attempt(at, () => expressions.compileTemplate(text)) ?? []) {
    if (typeof part === 'string') continue
    for (const read of part.reads) {
      const problem = problemOf(read, scope.declared)
      if (problem !== undefined) faults.add(at, ...problem)
    }
  }
  // Inputs that have faults themselves would only lead to more.
  if (before > 0 || faults.count > before || !scope.isStarted) return text
  const value = faults.attempt(at, () => expressions.resolve(text, evaluationScope(scope)))
  const key = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
  if (typeof key === 'string' && key.length > 0 && key.length <= MAX_KEY_CHARS) return key
  if (value === undefined) return text
  const message = `the key must come to a text of 1 to ${MAX_KEY_CHARS} characters`
  faults.add(at, 'INVALID_VALUE', message)
  return text
}

function problemOf(
  { root, keys: [name] }: Read,
  declared: object,
): [ErrorCode, string] | undefined {
  if (root === 'inputs') {
    if (name === undefined || Object.hasOwn(declared, name)) return undefined
    return ['INVALID_EXPRESSION', `the workflow declares no input "${name}"`]
  }
  if (root === 'session' && name === 'labels') return undefined
  return ['INVALID_EXPRESSION', 'a concurrency key may read inputs and session.labels only']
}

function evaluationScope({ inputs, labels = {} }: KeyScope) {
  const metadata: Record<string, Json> = {}
  const session = { id: '', name: null, status: 'queued', createdAt: '', labels, metadata } as const
  return { steps: {}, inputs, vars: {}, session, secret: () => undefined }
}
