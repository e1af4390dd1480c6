import type { Config } from '../../config.ts'
import { databaseSettings, describeDatabase } from '../../store/postgres/connection-options.ts'
import { inspectDatabase } from '../../store/postgres/inspect.ts'
import { StoreOpenError } from '../../store/store-open-error.ts'
import { reasonOf } from '../reason.ts'
import type { Finding } from './finding.ts'

const check = 'postgres'

export async function checkPostgres(config: Config): Promise<Finding> {
  if (config.DATABASE_URL === '') {
    const detail = 'not configured: the embedded store is used (DATABASE_URL)'
    return { check, health: 'none', detail }
  }
  const place = describeDatabase(config.DATABASE_URL)
  try {
    const { engine, schema, knows } = await inspectDatabase(databaseSettings(config))
    const version = /^\S+ \S+/.exec(engine.version)?.[0] ?? engine.name
    return { check, health: 'ok', detail: `${place}: ${version}, ${schemaText(schema, knows)}` }
  } catch (error) {
    if (error instanceof StoreOpenError) {
      const action = 'Correct DATABASE_URL, or run the version that the database is for.'
      return { check, health: 'broken', detail: error.message, action }
    }
    const detail = `${place}: ${reasonOf(error)}`
    return { check, health: 'broken', detail, action: actionFor((error as { code?: string }).code) }
  }
}

function schemaText(schema: number, knows: number): string {
  if (schema === 0) return 'no tables yet: the first start makes them'
  if (schema < knows) return `schema ${schema}, which the next start brings to ${knows}`
  if (schema === knows) return `schema ${schema}`
  return `schema ${schema}, newer than the ${knows} of this version, which it serves too`
}

function actionFor(code: string | undefined): string {
  switch (code) {
    case '28P01':
    case '28000':
      return 'Correct user and password in DATABASE_URL, or let them in (pg_hba.conf).'
    case '3D000':
      return 'Make the database (createdb), or correct its name in DATABASE_URL.'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'Correct the host in DATABASE_URL.'
    default:
      return 'Check that Postgres runs there and lets this machine in; correct DATABASE_URL.'
  }
}
