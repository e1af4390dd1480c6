import type { Capacity } from '../capacity.ts'
import { createGroupedStore } from '../grouped-store.ts'
import type { Store } from '../types.ts'
import type { WriteQueueOptions } from '../write-queue.ts'
import { createMemoryCommitter } from './memory-committer.ts'
import { createMemoryReads } from './memory-reads.ts'
import { createMemoryTables } from './memory-tables.ts'

/** A store that forgets everything when the process ends, for tests; it groups as the others do. */
export function createMemoryStore({
  capacity,
  ...options
}: WriteQueueOptions & { readonly capacity?: Capacity } = {}): Store {
  const tables = createMemoryTables()
  return createGroupedStore(createMemoryCommitter(tables, capacity), createMemoryReads(tables), {
    ...options,
    close() {},
  })
}
