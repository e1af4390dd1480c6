import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts'
import { dataDir } from '../../store/data-dir.ts'
import { stepCacheContract } from './contract.ts'

stepCacheContract('memory', () => {
  const store = createMemoryStore()
  return [store, store]
})

stepCacheContract('SQLite', async () => {
  const store = await openSqliteStore({ dataDir: dataDir() })
  return [store, store]
})
