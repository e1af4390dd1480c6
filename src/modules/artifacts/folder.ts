import { mkdirSync } from 'node:fs'
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { ConfigError } from '../../config.ts'
import { safeName } from './safe-name.ts'
import type { ArtifactBytes, ArtifactKey } from './types.ts'
import { orUnavailable, unavailable } from './unavailable.ts'

const BUFFER_BYTES = 64 * 1024

/**
 * Bytes as files, a folder per session. The folder may be shared by several processes, over a
 * network file system too: nothing is locked, no two write one name, and a name is looked up only
 * after its record was written, when the file is there, so no machine remembers that it was missing.
 *
 * @param dir made if missing
 * @throws ConfigError when it cannot be made
 */
export function openFolderBytes(dir: string): ArtifactBytes {
  makeRoot(dir)

  return {
    async write(key, bytes) {
      await orUnavailable('written', writeDurably(fileOf(key), bytes))
    },
    async open(key) {
      const handle = await ifThere(open(fileOf(key)))
      return handle && streamOfFile(handle)
    },
    async read(key) {
      return ifThere(readFile(fileOf(key)))
    },
    async remove(key) {
      await orUnavailable('removed', rm(fileOf(key), { force: true }))
    },
    async removeSession(sessionId) {
      // A file that is being read goes late on a network file system, so a folder may seem full once more.
      const how = { recursive: true, force: true, maxRetries: 3 } as const
      await orUnavailable('removed', rm(folderOf(sessionId), how))
    },
    async close() {},
  }

  function fileOf({ sessionId, id }: ArtifactKey): string {
    return join(folderOf(sessionId), safeName(id))
  }

  /** Two levels, so that no folder gets too large: the end of an id is random. */
  function folderOf(sessionId: string): string {
    const name = safeName(sessionId)
    return join(dir, name.slice(-2).toLowerCase(), name)
  }
}

function makeRoot(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(`the folder of artifacts cannot be made: ${reason}`, { cause })
  }
}

/** Writes under another name first, so that the file's own name means the whole file. */
async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(file)
  const temporary = join(folder, `.${basename(file)}.tmp`)
  const made = await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    await using handle = await open(temporary, 'wx', 0o600)
    await handle.writeFile(bytes)
    await handle.sync()
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  // A new name is durable once its folder is.
  await syncFolder(folder)
  if (made === undefined) return
  await syncFolder(dirname(folder))
  await syncFolder(dirname(dirname(folder)))
}

/** Some network file systems cannot sync a folder: theirs are durable when the call that changed them returns. */
async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    if (!hasCode(error, 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP')) throw error
  }
}

function streamOfFile(handle: FileHandle): Readable {
  return new Readable({
    highWaterMark: BUFFER_BYTES,
    read() {
      handle.read(Buffer.allocUnsafe(BUFFER_BYTES)).then(
        ({ buffer, bytesRead }) =>
          this.push(bytesRead === 0 ? null : buffer.subarray(0, bytesRead)),
        (cause: unknown) => this.destroy(unavailable('read', cause)),
      )
    },
    destroy(error, done) {
      handle.close().then(
        () => done(error),
        (cause: unknown) => done(error ?? unavailable('read', cause)),
      )
    },
  })
}

/** The file of a session that is being purged may go between the look-up and the reading. */
async function ifThere<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw unavailable('read', error)
  }
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && codes.includes(String((error as NodeJS.ErrnoException).code))
}
