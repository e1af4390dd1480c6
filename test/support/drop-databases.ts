import { afterAll } from 'vitest'
import { dropDatabases } from './store.ts'

// A set-up file of every test file: the databases of data folders that its tests brought along.
afterAll(dropDatabases)
