import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { storeContract } from './contract.ts'
import { dataDir } from './data-dir.ts'

storeContract('SQLite (commits in the loop)', () => openSqliteStore({ dataDir: dataDir() }))

storeContract('SQLite (commits in a thread)', () =>
  openSqliteStore({ dataDir: dataDir(), writer: 'thread' }),
)
