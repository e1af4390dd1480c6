import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTarget } from '../../src/cli/transfer-stores.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { StoreOpenError } from '../../src/store/store-open-error.ts'
import { importStore } from '../../src/store/transfer/import-store.ts'
import { readExport } from '../../src/store/transfer/read-export.ts'
import { TransferError } from '../../src/store/transfer/transfer-error.ts'
import type {
  MovedDocument,
  MovedEvent,
  MovedSession,
  MovedVersion,
} from '../../src/store/transfer/types.ts'
import { dataDir } from './data-dir.ts'
import { newDocument } from './document-contract.ts'
import { create } from './records.ts'
import { type Content, fillSqlite } from './transfer-content.ts'
import { exportFrom, importInto, postgresPlace, queryOf, sqlitePlace } from './transfer-stores.ts'
import { workflow } from './workflow-contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'stepstream-transfer-'))
const filled = readConfig({ DATA_DIR: folder })
let content: Content
let lines: readonly string[]

beforeAll(async () => {
  content = await fillSqlite(filled)
  lines = (await exportFrom(filled)).text.split('\n').slice(0, -1)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const whole = () => `${lines.join('\n')}\n`

function without(isLeftOut: (line: string) => boolean): string {
  return `${lines.filter((line) => !isLeftOut(line)).join('\n')}\n`
}

function emptySessions(): string[] {
  const sessions = lines.filter((line) => line.startsWith('{"kind":"session"'))
  return sessions.map((line) => line.replace(/"lastSeq":\d+/, '"lastSeq":0'))
}

function filesIn({ DATA_DIR }: Config): string[] {
  const entries = readdirSync(join(DATA_DIR, 'artifacts'), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

describe('an import refuses', () => {
  test.each<[string, () => string, string]>([
    ['nothing at all', () => '', 'The export is empty.'],
    ['something else', () => '{"some":"json"}\n', 'This is no export of Stepstream.'],
    ['no JSON', () => 'PK\u0003\u0004', 'This is no export of Stepstream.'],
    [
      'a version that it does not know',
      () => whole().replace('"version":1', '"version":2'),
      'has version 2, and this program knows version 1',
    ],
    ['an export without its end', () => without((line) => line.includes('"end"')), 'is cut off'],
    ['one that was cut within a line', () => whole().slice(0, -200), 'damaged or cut off'],
    ['one without its last byte', () => whole().slice(0, -1), 'damaged or cut off'],
    ['one with more after its end', () => `${whole()}{}\n`, 'something follows its end'],
    [
      'one without an event',
      () => without((line) => line.includes('"kind":"events"')),
      'ends with 4 by its record, but with 0 in the export',
    ],
    [
      'one without a key',
      () => without((line) => line.includes('"kind":"key"')),
      'The export is damaged: by its last line sha256 is',
    ],
    [
      'one without a piece of an artifact',
      () => without((line) => line.includes('"kind":"bytes"')),
      'bytes by its record, but 0 or more in the export',
    ],
    [
      'one with a changed header',
      () => whole().replace('"exportedAt":"2026', '"exportedAt":"2025'),
      'headerSha256',
    ],
    [
      'one with a line of an unknown kind',
      () => whole().replace('"kind":"key"', '"kind":"kez"'),
      'is damaged in line',
    ],
    [
      'one whose sessions are out of order',
      () => `${[lines[0], ...emptySessions().reverse()].join('\n')}\n`,
      'it is out of order',
    ],
  ])('%s, and leaves nothing', async (_what, text, message) => {
    const place = sqlitePlace()
    const refusal = await importInto(place, text()).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(refusal).toBeInstanceOf(TransferError)
    expect((refusal as Error).message).toContain(message)
    expect(filesIn(place)).toEqual([])
    expect((await exportFrom(place)).end).toMatchObject({ sessions: 0, events: 0, artifacts: 0 })
  })

  test('a damaged export into Postgres, and leaves nothing', async () => {
    const place = await postgresPlace()
    await expect(importInto(place, whole().replace('parked', 'PARKED'))).rejects.toThrow(
      'The export is damaged: by its last line sha256 is',
    )
    expect((await exportFrom(place)).end).toMatchObject({ sessions: 0, events: 0, artifacts: 0 })
    expect(await queryOf(place, 'SELECT count(*) FROM stepstream.artifact_chunk')).toEqual([
      { count: 0 },
    ])
    await importInto(place, whole())
  })

  test('a store that holds sessions', async () => {
    await expect(importInto(filled, whole())).rejects.toThrow(
      'holds sessions, workflows or other records: import into an empty one',
    )
    const database = await postgresPlace()
    await importInto(database, whole())
    await expect(importInto(database, whole())).rejects.toThrow(
      'holds sessions, workflows or other records: import into an empty one',
    )
  })

  test('a store that holds nothing but the trace of a workflow', async () => {
    const place = sqlitePlace()
    const store = await openSqliteStore({ dataDir: place.DATA_DIR })
    await store.saveWorkflow(workflow('a'))
    await store.removeWorkflow('default', 'nightly')
    await store.close()
    await expect(importInto(place, whole())).rejects.toThrow(
      'holds sessions, workflows or other records',
    )
    const database = await postgresPlace()
    await importInto(database, (await exportFrom(place)).text)
    await expect(importInto(database, whole())).rejects.toThrow(
      'holds sessions, workflows or other records',
    )
  })

  test('a store that holds nothing but a document', async () => {
    const place = sqlitePlace()
    const store = await openSqliteStore({ dataDir: place.DATA_DIR })
    await store.putDocument(newDocument('a'), 0)
    await store.close()
    const message = 'holds sessions, workflows or other records'
    await expect(importInto(place, whole())).rejects.toThrow(message)
    const database = await postgresPlace()
    await importInto(database, (await exportFrom(place)).text)
    await expect(importInto(database, whole())).rejects.toThrow(message)
  })

  test('a folder that a service uses', async () => {
    const folder = dataDir()
    const store = await openSqliteStore({ dataDir: folder })
    const place = { ...filled, DATA_DIR: folder }
    await expect(importInto(place, whole())).rejects.toThrow(StoreOpenError)
    await expect(exportFrom(place)).rejects.toThrow('is in use by another Stepstream process')
    await store.close()
  })
})

test('no flipped byte goes unnoticed', async () => {
  const place = sqlitePlace()
  const store = await openSqliteStore({ dataDir: place.DATA_DIR })
  await create(store, { name: 'é' }, 2)
  await store.close()
  const bytes = Buffer.from((await exportFrom(place)).text)
  for (const index of bytes.keys()) {
    const damaged = Buffer.from(bytes)
    damaged[index] = bytes[index]! ^ (1 << (index % 8))
    await expect(
      (async () => {
        for await (const _ of readExport(Readable.from([damaged])));
      })(),
      `byte ${index}`,
    ).rejects.toThrow(TransferError)
  }
})

describe('what is read back', () => {
  test.each([
    ['SQLite', sqlitePlace],
    ['Postgres', postgresPlace],
  ])(
    'from %s must be what was read, or the session is named and nothing is left',
    async (_name, open) => {
      const place = await open()
      {
        await using opened = await openTarget(place)
        const target = {
          ...opened.target,
          addEvents: (session: MovedSession, events: readonly MovedEvent[]) =>
            opened.target.addEvents(
              session,
              session.id === content.parked.id
                ? events.map((event) => ({ ...event, body: event.body.replace('é', 'e') }))
                : events,
            ),
        }
        const chunks = Readable.from([Buffer.from(whole())])
        await expect(importStore({ ...opened, target, chunks })).rejects.toThrow(
          `The session ${content.parked.id} differs from the export when it is read back.`,
        )
      }
      expect((await exportFrom(place)).end.sessions).toBe(0)
    },
  )
})

test('saved workflows that are read back otherwise are not kept', async () => {
  const place = sqlitePlace()
  {
    await using opened = await openTarget(place)
    const target = {
      ...opened.target,
      addVersion: (version: MovedVersion) =>
        opened.target.addVersion({ ...version, definition: `${version.definition} ` }),
    }
    const chunks = Readable.from([Buffer.from(whole())])
    await expect(importStore({ ...opened, target, chunks })).rejects.toThrow(
      'The saved workflows or other records differ from the export when they are read back.',
    )
  }
  await importInto(place, whole())
})

test('documents that are read back otherwise are not kept', async () => {
  const place = sqlitePlace()
  {
    await using opened = await openTarget(place)
    const target = {
      ...opened.target,
      addDocument: (document: MovedDocument) =>
        opened.target.addDocument({ ...document, dueAt: null }),
    }
    const chunks = Readable.from([Buffer.from(whole())])
    await expect(importStore({ ...opened, target, chunks })).rejects.toThrow(
      'The saved workflows or other records differ from the export when they are read back.',
    )
  }
  await importInto(place, whole())
})

describe('an export refuses', () => {
  test('a folder without a store, and makes none', async () => {
    const place = sqlitePlace()
    await expect(exportFrom(place)).rejects.toThrow(
      `There is no store in the data folder ${place.DATA_DIR}`,
    )
    expect(existsSync(place.DATA_DIR)).toBe(false)
  })

  test('a database without a store', async () => {
    await expect(exportFrom(await postgresPlace())).rejects.toThrow(
      'There is no store in the database',
    )
  })

  test('a database of another schema, from which something might be left out', async () => {
    const place = await postgresPlace()
    await importInto(place, whole())
    await queryOf(place, "UPDATE stepstream.setting SET value = '99' WHERE name = 'store.schema'")
    await expect(exportFrom(place)).rejects.toThrow('has schema 99, and this version of Stepstream')
  })

  test('an artifact whose bytes are gone, and names it', async () => {
    const place = sqlitePlace()
    const { running } = await fillSqlite(place)
    rmSync(join(place.DATA_DIR, 'artifacts'), { recursive: true })
    await expect(exportFrom(place)).rejects.toThrow(
      new RegExp(`The artifact art_.* of ${running.id} has .* bytes by its record, and none are`),
    )
  })
})
