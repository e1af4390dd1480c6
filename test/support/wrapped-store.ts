import { StepstreamError } from '../../src/errors.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import type { Store } from '../../src/store/types.ts'

export interface WrappedStore {
  readonly store: Store
  /** From now on the store refuses every write, as one does whose disk is full. */
  refuse(): void
  accept(): void
  /** How many writes were refused. */
  readonly refused: number
}

/** A real store whose writes a test can have refused; `overrides` replace single methods. */
export function wrapStore(
  inner: Store = createMemoryStore(),
  overrides: Partial<Store> = {},
): WrappedStore {
  let refusing = false
  let refused = 0

  function guarded<Args extends unknown[], Result>(
    write: (...args: Args) => Promise<Result>,
  ): (...args: Args) => Promise<Result> {
    return async (...args) => {
      if (!refusing) return write(...args)
      refused += 1
      throw new StepstreamError('STORAGE_UNAVAILABLE', 'the store cannot write: no space is left')
    }
  }

  return {
    store: {
      ...inner,
      createSession: guarded((session) => inner.createSession(session)),
      append: guarded((append) => inner.append(append)),
      putArtifact: guarded((record) => inner.putArtifact(record)),
      markForPurge: guarded((id) => inner.markForPurge(id)),
      health: async () =>
        refusing ? { writable: false, detail: 'no space is left' } : inner.health(),
      ...overrides,
    },
    refuse: () => (refusing = true),
    accept: () => (refusing = false),
    get refused() {
      return refused
    },
  }
}
