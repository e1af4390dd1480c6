import type { Json } from '../../src/json.ts'
import type { ExecutorContext } from '../../src/modules/executors/types.ts'
import type { Observed } from '../../src/session/observed.ts'

export interface RecordedContext extends ExecutorContext {
  readonly written: { stream: 'stdout' | 'stderr'; text: string }[]
  readonly warnings: { code: string; message: string }[]
  readonly observed: Observed[]
}

/** A context that records what an executor says; `secrets` by name. */
export function makeContext({
  secrets = {},
  ...overrides
}: Partial<ExecutorContext> & {
  secrets?: Readonly<Record<string, string>>
} = {}): RecordedContext {
  const written: RecordedContext['written'] = []
  const warnings: RecordedContext['warnings'] = []
  const observed: Observed[] = []
  return {
    sessionId: 'ses_1',
    tenant: 'default',
    stepId: 'fetch',
    attempt: 2,
    idempotencyKey: 'ses_1.fetch',
    waits: 0,
    answered: undefined,
    aiUsed: { calls: 0, actions: 0, promptTokens: 0, completionTokens: 0, cost: 0 },
    earlier: () => [],
    variableNames: () => [],
    priority: 0,
    text: undefined,
    browser: {},
    correlation: {
      id: 'req-1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    },
    signal: new AbortController().signal,
    now: () => Date.UTC(2026, 0, 1),
    secret: (name) => secrets[name],
    evaluate: (): Promise<Json> => Promise.reject(new Error('no expression expected')),
    scope: () => Promise.reject(new Error('no look at the session expected')),
    output: (stream, text) => written.push({ stream, text }),
    progress: () => {},
    warn: (code, message) => warnings.push({ code, message }),
    observe: (event) => observed.push(event),
    ...overrides,
    written,
    warnings,
    observed,
  }
}
