import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import pg from 'pg'
import { onTestFinished } from 'vitest'
import { openSource, openTarget } from '../../src/cli/transfer-stores.ts'
import { type Config, readConfig } from '../../src/config.ts'
import type { End } from '../../src/store/transfer/entries.ts'
import { exportStore } from '../../src/store/transfer/export-store.ts'
import { importStore } from '../../src/store/transfer/import-store.ts'
import { createDatabase } from '../support/postgres.ts'
import { start } from './records.ts'

/** The settings of an embedded store in a folder that goes with the test. */
export function sqlitePlace(): Config {
  const folder = mkdtempSync(join(tmpdir(), 'stepstream-transfer-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return readConfig({ DATA_DIR: join(folder, 'data') })
}

/** The settings of an empty database that goes with the test. */
export async function postgresPlace(settings: Record<string, string> = {}): Promise<Config> {
  const database = await createDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  return readConfig({ DATABASE_URL: database.url, ...settings })
}

export interface Exported {
  readonly text: string
  readonly end: End
}

export async function exportFrom(place: Config): Promise<Exported> {
  await using opened = await openSource(place)
  let end: End | undefined
  let text = ''
  const onEnd = (reached: End) => {
    end = reached
  }
  for await (const line of exportStore({ ...opened, now: start, onEnd })) text += line
  return { text, end: end! }
}

export async function importInto(
  place: Config,
  text: string | Uint8Array,
  chunkBytes = 64 * 1024,
): Promise<End> {
  const whole = Buffer.from(text as string)
  const chunks = Array.from({ length: Math.ceil(whole.length / chunkBytes) }, (_, n) =>
    whole.subarray(n * chunkBytes, (n + 1) * chunkBytes),
  )
  await using opened = await openTarget(place)
  return await importStore({ ...opened, chunks: Readable.from(chunks) })
}

/** All lines but the first and the last, which tell of the export and not of the store. */
export function contentOf({ text }: Exported): string {
  return text.split('\n').slice(1, -2).join('\n')
}

export async function queryOf(
  { DATABASE_URL }: Config,
  text: string,
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: DATABASE_URL })
  await client.connect()
  try {
    const { rows } = await client.query(text)
    // Whole numbers come as text where they may be large.
    return rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value,
        ]),
      ),
    )
  } finally {
    await client.end()
  }
}
