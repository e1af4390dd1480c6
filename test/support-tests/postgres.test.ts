import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createDatabase, startPostgres } from '../support/postgres.ts'
import { systemPrograms } from '../support/postgres-programs.ts'
import { query } from './query.ts'

test('a database is empty, and gone after use', async () => {
  let url: string
  {
    await using database = await createDatabase()
    url = database.url
    expect(
      await query(
        url,
        "SELECT count(*)::int AS n FROM pg_class WHERE relnamespace = 'public'::regnamespace",
      ),
    ).toEqual([{ n: 0 }])
  }
  await expect(query(url, 'SELECT 1')).rejects.toThrow(/does not exist/)
})

describe.each(['bundled', 'system'] as const)('a %s server', (version) => {
  const isThere = version === 'bundled' || systemPrograms() !== undefined

  test.runIf(isThere)('keeps its data and its port over a stop and a crash', async () => {
    await using server = await startPostgres({ version })
    await using database = await server.createDatabase()
    await query(database.url, 'CREATE TABLE kept AS SELECT 1 AS n')
    await server.stop()
    await expect(query(database.url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/)
    await server.start()
    await server.stop('immediate')
    await server.start()
    expect(await query(database.url, 'SELECT n FROM kept')).toEqual([{ n: 1 }])
    if (version === 'bundled') expect(server.version).toMatch(/^18\./)
  })
})

test('a server whose port was taken while it was stopped says so', async () => {
  await using server = await startPostgres()
  await server.stop()
  const other = createServer().listen(server.port, '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  await expect(server.start()).rejects.toThrow(/exited with 1\n.*could not bind/s)
})

test('a server and its folder go when its test process is killed', async () => {
  const owner = spawn(process.execPath, [join(import.meta.dirname, 'hold-postgres.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(owner.stdout), 'line')) as [string]
  const { url, directory } = JSON.parse(line) as { url: string; directory: string }
  expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  expect(existsSync(directory)).toBe(true)

  owner.kill('SIGKILL')

  await expect.poll(() => existsSync(directory), { timeout: 10_000 }).toBe(false)
  await expect(query(url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/)
})
