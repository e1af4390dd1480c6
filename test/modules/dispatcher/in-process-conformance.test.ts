import { systemClock } from '../../../src/clock.ts'
import { createInProcessDispatcher } from '../../../src/modules/dispatcher/in-process.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts'
import type { Store } from '../../../src/store/types.ts'
import { dataDir } from '../../store/data-dir.ts'
import { type DispatcherProcess, dispatcherConformance } from './conformance.ts'

dispatcherConformance('in-process (memory)', async () => {
  const store = createMemoryStore()
  return {
    open: async ({ maxRunning }) => processOn(store, maxRunning, async () => {}),
    [Symbol.asyncDispose]: () => store.close(),
  }
})

dispatcherConformance('in-process (SQLite)', async () => {
  const folder = dataDir()
  return {
    async open({ maxRunning }) {
      const store = await openSqliteStore({ dataDir: folder })
      return processOn(store, maxRunning, () => store.close())
    },
    async [Symbol.asyncDispose]() {},
  }
})

function processOn(
  store: Store,
  maxRunning: number,
  close: () => Promise<void>,
): DispatcherProcess {
  const log = { error: () => {} }
  const dispatcher = createInProcessDispatcher({ store, clock: systemClock, log, maxRunning })
  return { store, dispatcher, close }
}
