import { createDatabase } from '../../support/postgres.ts'
import { dispatcherConformance } from './conformance.ts'
import { pgBossSite } from './pg-boss-site.ts'

dispatcherConformance('pg-boss', async () => pgBossSite(await createDatabase()), { shared: true })

dispatcherConformance(
  'pg-boss (without notifications and locks)',
  async () => pgBossSite(await createDatabase(), { lifeline: 'without' }),
  { shared: true },
)
