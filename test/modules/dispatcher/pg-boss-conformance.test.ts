import { createReadyDatabase } from '../../support/postgres.ts'
import { dispatcherConformance } from './conformance.ts'
import { pgBossSite } from './pg-boss-site.ts'

dispatcherConformance('pg-boss', async () => pgBossSite(await createReadyDatabase()), {
  shared: true,
})

dispatcherConformance(
  'pg-boss (without notifications and locks)',
  async () => pgBossSite(await createReadyDatabase(), { lifeline: 'without' }),
  { shared: true },
)
