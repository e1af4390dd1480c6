import { Client } from 'pg'
import { expect, test } from 'vitest'
import { createDatabase, startPostgres } from '../support/postgres.ts'

test('a database is empty, and gone after use', async () => {
  let url: string
  {
    await using database = await createDatabase()
    url = database.url
    expect(await query(url, "SELECT count(*)::int AS n FROM pg_class WHERE relnamespace = 'public'::regnamespace")).toEqual([{ n: 0 }])
  }
  await expect(query(url, 'SELECT 1')).rejects.toThrow(/does not exist/)
})

test.each(['bundled', 'system'] as const)('a %s server keeps its data and port over stop and start', async (version) => {
  await using server = await startPostgres({ version })
  await using database = await server.createDatabase()
  await query(database.url, 'CREATE TABLE kept (n int)')
  await server.stop()
  await expect(query(database.url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/)
  await server.start()
  await server.stop('immediate')
  await server.start()
  expect(await query(database.url, 'SELECT n FROM kept')).toEqual([])
})

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
