import type { Executor, ExecutorRegistry } from './types.ts'

/**
 * The kinds of step there are, in the order given.
 * @throws Error when two have the same name
 */
export function createRegistry(executors: readonly Executor[]): ExecutorRegistry {
  const byName = new Map<string, Executor>()
  for (const executor of executors) {
    if (byName.has(executor.name)) {
      throw new Error(`There are two executors named "${executor.name}"`)
    }
    byName.set(executor.name, executor)
  }
  return {
    get: (name) => byName.get(name),
    list: () => [...byName.values()],
  }
}
