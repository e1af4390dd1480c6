import { z } from 'zod'
import type { JsonObject } from '../../src/json.ts'
import type { Executor, ExecutorContext, Outcome } from '../../src/modules/executors/types.ts'

/** One attempt that waits for its test to say what becomes of it. */
export interface HandledAttempt {
  readonly input: JsonObject
  readonly context: ExecutorContext
  succeed(output?: JsonObject): void
  end(outcome: Outcome): void
}

export interface HandExecutor {
  readonly executor: Executor
  /** The next attempt that was not handed out yet, as soon as there is one. */
  attempt(): Promise<HandledAttempt>
  /** How many attempts have begun. */
  readonly begun: number
}

/** An executor whose attempts a test ends by hand; one that is told to stop says that it has. */
export function handExecutor(
  options: { name?: string; safeToRepeat?: boolean; stubborn?: boolean } = {},
): HandExecutor {
  const { name = 'hand', safeToRepeat = true, stubborn = false } = options
  const waiting: HandledAttempt[] = []
  const takers: ((attempt: HandledAttempt) => void)[] = []
  let begun = 0

  function offer(attempt: HandledAttempt): void {
    const taker = takers.shift()
    if (taker === undefined) waiting.push(attempt)
    else taker(attempt)
  }

  const executor: Executor<JsonObject> = {
    name,
    description: 'Waits for a hand.',
    input: z.record(z.string(), z.json()) as never,
    safeToRepeat: () => safeToRepeat,
    execute: (input, context) =>
      new Promise<Outcome>((resolve) => {
        begun += 1
        if (!stubborn) {
          context.signal.addEventListener('abort', () => resolve({ status: 'aborted' }))
        }
        offer({
          input,
          context,
          end: resolve,
          succeed: (output) =>
            resolve({ status: 'succeeded', ...(output === undefined ? {} : { output }) }),
        })
      }),
  }
  return {
    executor: executor as Executor,
    attempt() {
      const next = waiting.shift()
      return next === undefined
        ? new Promise((resolve) => takers.push(resolve))
        : Promise.resolve(next)
    },
    get begun() {
      return begun
    },
  }
}

/** An executor that does what a function says, with whatever input. */
export function functionExecutor(
  name: string,
  execute: (input: JsonObject, context: ExecutorContext) => unknown,
): Executor {
  return {
    name,
    description: 'Calls a function.',
    input: z.record(z.string(), z.json()) as never,
    safeToRepeat: () => true,
    execute: async (input, context) => (await execute(input as JsonObject, context)) as Outcome,
  }
}

/** An executor that succeeds at once with its own input. */
export const noop = functionExecutor('noop', (input) => ({ status: 'succeeded', output: input }))
