import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { StepstreamError } from '../../errors.ts'
import type { ArtifactRecord, Store } from '../../store/types.ts'
import type { Artifacts } from './types.ts'

export interface ArtifactsOptions {
  /** The folder of the files; made if missing. */
  readonly dir: string
  readonly store: Pick<Store, 'putArtifact' | 'artifact' | 'listArtifacts'>
  /** ms since the epoch. */
  readonly now: () => number
}

/** Artifacts as files, a folder per session, with their records in the store. */
export function openArtifacts({ dir, store, now }: ArtifactsOptions): Artifacts {
  mkdirSync(dir, { recursive: true, mode: 0o700 })

  return {
    async put({ bytes, ...about }) {
      const record = { id: newId(now()), ...about, bytes: bytes.byteLength, createdAt: now() }
      const file = fileOf(record)
      await orUnavailable(writeDurably(file, bytes))
      try {
        await store.putArtifact(record)
      } catch (error) {
        await rm(file, { force: true })
        throw error
      }
      return record
    },
    async open(tenant, id) {
      const record = await store.artifact(tenant, id)
      if (record === undefined) return undefined
      const handle = await ifThere(open(fileOf(record)))
      return handle && { record, body: handle.createReadStream() }
    },
    async read(tenant, id) {
      const record = await store.artifact(tenant, id)
      return record && ifThere(readFile(fileOf(record)))
    },
    list: (sessionId) => store.listArtifacts(sessionId),
    async removeSession(sessionId) {
      await rm(folderOf(sessionId), { recursive: true, force: true })
    },
  }

  function fileOf({ sessionId, id }: Pick<ArtifactRecord, 'sessionId' | 'id'>): string {
    return join(folderOf(sessionId), safeName(id))
  }

  /** Two levels, so that no folder gets too large: the end of an id is random. */
  function folderOf(sessionId: string): string {
    const name = safeName(sessionId)
    return join(dir, name.slice(-2).toLowerCase(), name)
  }
}

/** Sorts by time, as all ids do; the rest is 128 random bits, because whoever has the id has the file. */
function newId(now: number): string {
  const time = now.toString(36).padStart(9, '0')
  return `art_${time}${randomBytes(16).toString('hex')}`
}

/** A name that cannot leave its folder. */
function safeName(id: string): string {
  if (/^[A-Za-z0-9_-]{3,100}$/.test(id)) return id
  throw new RangeError(`${JSON.stringify(id)} is no id`)
}

/** Writes under another name first, so that the file's own name means the whole file. */
async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const folder = join(file, '..')
  const temporary = join(folder, `.${basename(file)}.tmp`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    await using handle = await open(temporary, 'wx', 0o600)
    await handle.writeFile(bytes)
    await handle.sync()
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(folder)
}

/** A new name is durable once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r')
  await handle.sync()
}

/** The file of a session that is being purged may go between the look-up and the reading. */
async function ifThere<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function orUnavailable(writing: Promise<void>): Promise<void> {
  try {
    await writing
  } catch (cause) {
    throw new StepstreamError('STORAGE_UNAVAILABLE', 'the artifact cannot be written', { cause })
  }
}
