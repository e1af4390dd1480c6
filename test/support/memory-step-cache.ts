import type { CachedSteps, CacheKey, StepCache } from '../../src/modules/step-cache/types.ts'

export interface MemoryStepCache extends StepCache {
  readonly kept: Map<string, CachedSteps>
  readonly told: string[]
}

/** A step cache in memory that says what was asked of it. */
export function memoryStepCache(): MemoryStepCache {
  const kept = new Map<string, CachedSteps>()
  const told: string[] = []
  const idOf = ({ tenant, text, url }: CacheKey) => JSON.stringify([tenant, text, url])
  return {
    kept,
    told,
    get: async (key) => kept.get(idOf(key)),
    async put(key, steps) {
      told.push('put')
      // As a store keeps it.
      kept.set(idOf(key), JSON.parse(JSON.stringify(steps)))
      return 'stored'
    },
    async worked(key, healed) {
      told.push(healed === undefined ? 'worked' : 'healed')
      if (healed !== undefined) kept.set(idOf(key), healed)
    },
    async failed(key) {
      told.push('failed')
      const isOver = told.filter((each) => each === 'failed').length > 1
      return isOver && kept.delete(idOf(key))
    },
  }
}
