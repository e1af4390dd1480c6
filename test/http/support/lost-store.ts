import { StepstreamError } from '../../../src/errors.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import type { Store } from '../../../src/store/types.ts'

export interface LostStore {
  readonly store: Store
  /** From now on the store cannot be reached: it refuses reads and writes. */
  lose(): void
  find(): void
}

/** What a store does that nobody asks of the database. */
const local: ReadonlySet<string> = new Set(['onCommit', 'onChange', 'health', 'close'])

/** A real store that a test can cut off, as a database behind a network is. */
export function losableStore(inner: Store = createMemoryStore()): LostStore {
  let lost = false

  const guarded = Object.fromEntries(
    Object.entries(inner).map(([name, method]) => {
      if (local.has(name)) return [name, method]
      return [name, async (...args: unknown[]) => (lost ? refuse() : method(...args))]
    }),
  ) as unknown as Store

  return {
    store: {
      ...guarded,
      health: async () =>
        lost ? { writable: false, detail: 'the database cannot be reached' } : inner.health(),
    },
    lose: () => {
      lost = true
    },
    find: () => {
      lost = false
    },
  }
}

function refuse(): never {
  throw new StepstreamError('STORAGE_UNAVAILABLE', 'the database cannot be reached')
}
