import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openFolderBytes } from '../../../src/modules/artifacts/folder.ts'
import { openArtifacts } from '../../../src/modules/artifacts/index.ts'
import type { Artifacts } from '../../../src/modules/artifacts/types.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import type { SessionRecord, Store } from '../../../src/store/types.ts'
import { create, sessionRecord, start } from '../../store/records.ts'

let dir: string
let store: Store
let artifacts: Artifacts
let session: SessionRecord

beforeEach(async () => {
  const root = mkdtempSync(join(tmpdir(), 'stepstream-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  dir = join(root, 'artifacts')
  store = createMemoryStore()
  artifacts = openArtifacts({ bytes: openFolderBytes(dir), store, now: () => start })
  session = await create(store)
})

const put = (changes: { sessionId?: string; name?: string; content?: string } = {}) => {
  const { sessionId = session.id, name = 'out.txt', content = 'grüezi' } = changes
  const bytes = new TextEncoder().encode(content)
  return artifacts.put({
    tenant: 'default',
    sessionId,
    stepId: 'fetch',
    name,
    contentType: 'text/plain',
    bytes,
  })
}

const files = () =>
  readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())

describe('artifacts', () => {
  test('give back the bytes and the record that were put', async () => {
    const record = await put()
    expect(record).toMatchObject({ sessionId: session.id, bytes: 7, createdAt: start })
    const opened = await artifacts.open('default', record.id)
    expect(opened?.record).toEqual(record)
    expect(opened && (await text(opened.body))).toBe('grüezi')
    expect(Buffer.from((await artifacts.read('default', record.id)) ?? []).toString()).toBe(
      'grüezi',
    )
    expect(await artifacts.list(session.id)).toEqual([record])
  })

  test('keep an empty file', async () => {
    const { id } = await put({ content: '' })
    expect(await artifacts.read('default', id)).toHaveLength(0)
  })

  test('have ids that sort by time and cannot be guessed', async () => {
    const [first, second] = [await put(), await put()]
    expect(first.id).toMatch(/^art_[0-9a-z]{9}[0-9a-f]{32}$/)
    expect(first.id.slice(0, 13)).toBe(second.id.slice(0, 13))
    expect(first.id).not.toBe(second.id)
  })

  test('are not there for another tenant, and unknown ids are none', async () => {
    const { id } = await put()
    expect(await artifacts.open('other', id)).toBeUndefined()
    expect(await artifacts.read('other', id)).toBeUndefined()
    expect(await artifacts.open('default', '../../etc/passwd')).toBeUndefined()
  })

  test('stay inside their folder, whatever they are named', async () => {
    const { id } = await put({ name: '../../../escaped' })
    expect(files().map((entry) => entry.name)).toEqual([id])
    await expect(put({ sessionId: '../../escaped' })).rejects.toThrow('is no id')
    await expect(artifacts.removeSession('../..')).rejects.toThrow('is no id')
    await expect(artifacts.removeSession('.')).rejects.toThrow('is no id')
    expect(existsSync(dir)).toBe(true)
  })

  test('can be read by the owner of the process only', async () => {
    await put()
    const [file] = files()
    expect(statSync(join(file?.parentPath ?? '', file?.name ?? '')).mode & 0o077).toBe(0)
  })

  test('leave no file behind when the record is refused', async () => {
    await expect(put({ sessionId: sessionRecord().id })).rejects.toMatchObject({
      code: 'SESSION_NOT_FOUND',
    })
    expect(files()).toEqual([])
  })

  test('have their bytes before their record, so that whoever finds one can read it', async () => {
    const order: string[] = []
    const bytes = openFolderBytes(dir)
    artifacts = openArtifacts({
      bytes: {
        ...bytes,
        async write(...args) {
          await bytes.write(...args)
          order.push('bytes')
        },
      },
      store: {
        ...store,
        async putArtifact(record) {
          order.push('record')
          await store.putArtifact(record)
        },
      },
      now: () => start,
    })
    await put()
    expect(order).toEqual(['bytes', 'record'])
  })

  test('can be staged for a session that is written together with their records', async () => {
    const next = sessionRecord()
    const bytes = new TextEncoder().encode('grüezi')
    const about = { tenant: 'default', stepId: 'a', name: 'a.txt', contentType: 'text/plain' }
    const staged = await artifacts.stage({ ...about, sessionId: next.id, bytes })
    expect(await artifacts.read('default', staged.record.id)).toBeUndefined()
    await Promise.all([store.createSession({ session: next, events: [] }), staged.keep()])
    expect(await artifacts.read('default', staged.record.id)).toHaveLength(7)
    expect(await artifacts.list(next.id)).toEqual([staged.record])
  })

  test('tell why the record was refused, also when the bytes cannot be removed then', async () => {
    const remove = () => Promise.reject(new Error('the disk is gone'))
    const bytes = { ...openFolderBytes(dir), remove }
    artifacts = openArtifacts({ bytes, store, now: () => start })
    await expect(put({ sessionId: sessionRecord().id })).rejects.toMatchObject({
      code: 'SESSION_NOT_FOUND',
    })
  })

  test('say that storage is unavailable when the file cannot be written', async () => {
    rmSync(dir, { recursive: true })
    writeFileSync(dir, 'a file where the folder was')
    await expect(put()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(await artifacts.list(session.id)).toEqual([])
  })

  test('go with their session, and the files of others stay', async () => {
    const other = await create(store)
    const [gone, kept] = [await put(), await put({ sessionId: other.id })]
    await artifacts.removeSession(session.id)
    expect(await artifacts.open('default', gone.id)).toBeUndefined()
    expect(await artifacts.read('default', gone.id)).toBeUndefined()
    expect(await artifacts.read('default', kept.id)).toBeDefined()
    expect(files().map((entry) => entry.name)).toEqual([kept.id])
    await artifacts.removeSession(session.id)
  })
})
