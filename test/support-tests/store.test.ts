import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/store/sqlite/database.ts'
import { dataDir } from '../store/data-dir.ts'
import { startProcess } from '../support/server-process.ts'
import { startService } from '../support/service.ts'
import { store, storeSettings } from '../support/store.ts'
import { query } from './query.ts'

describe(`services on ${store}`, () => {
  test('a service in the test’s process keeps its sessions there', async () => {
    await using service = await startService()
    await service.post('/v1/sessions', ['Wait 1 ms'])
    expect(await sessionsIn(service.dataDir)).toBe(1)
  })

  test('a process keeps its sessions there, and finds them on the same data folder', async () => {
    const folder = dataDir()
    for (const expected of [1, 2]) {
      const service = await startProcess({ DATA_DIR: folder })
      await fetch(`${service.url}/v1/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '["Wait 1 ms"]',
      })
      await service.stop()
      expect(await sessionsIn(folder)).toBe(expected)
    }
  })
})

/** How many sessions the store itself holds. */
async function sessionsIn(folder: string): Promise<number> {
  return store === 'sqlite' ? sessionsInFile(folder) : sessionsInDatabase(folder)
}

function sessionsInFile(folder: string): number {
  const database = openDatabase(join(folder, 'stepstream.db'), { readOnly: true })
  const row = database.prepare('SELECT count(*) AS count FROM session').get<{ count: number }>()
  database.close()
  return row?.count ?? 0
}

async function sessionsInDatabase(folder: string): Promise<number> {
  const { DATABASE_URL } = await storeSettings(folder)
  const [row] = await query<{ count: number }>(
    DATABASE_URL,
    'SELECT count(*)::int AS count FROM stepstream.session',
  )
  return row?.count ?? 0
}
