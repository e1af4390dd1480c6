import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ConfigError } from '../../../src/config.ts'
import { openFolderBytes } from '../../../src/modules/artifacts/folder.ts'
import { artifactBytesContract, type BytesUnderTest } from './contract.ts'

// A file that is open is there until it is closed, whatever becomes of its folder.
artifactBytesContract('bytes in a folder', openTestFolder, { streamsBreak: false })

describe('bytes in a folder', () => {
  test('leave nothing behind when they cannot be written', async () => {
    const root = await temporaryFolder()
    const folder = join(root, '_1', 'ses_1')
    await mkdir(join(folder, 'art_1'), { recursive: true })
    const writing = openFolderBytes(root).write(
      { sessionId: 'ses_1', id: 'art_1' },
      Buffer.from('a file where a folder is'),
    )
    await expect(writing).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(readdirSync(folder)).toEqual(['art_1'])
  })

  test('stop the start when their folder cannot be made', async () => {
    const file = join(await temporaryFolder(), 'file')
    await writeFile(file, '')
    expect(() => openFolderBytes(join(file, 'artifacts'))).toThrow(ConfigError)
    expect(() => openFolderBytes(join(file, 'artifacts'))).toThrow(file)
  })
})

async function temporaryFolder(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'stepstream-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  return root
}

async function openTestFolder(): Promise<BytesUnderTest> {
  const root = await mkdtemp(join(tmpdir(), 'stepstream-'))
  const dir = join(root, 'artifacts')
  const replicas = [openFolderBytes(dir), openFolderBytes(dir)] as const
  return {
    replicas,
    held: () => openFilesIn(dir),
    async goAway() {
      await rename(dir, `${dir}.away`)
      await writeFile(dir, 'a file where the folder was')
    },
    async comeBack() {
      await rm(dir)
      await rename(`${dir}.away`, dir)
    },
    async [Symbol.asyncDispose]() {
      for (const replica of replicas) await replica.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** Of this process, where the system tells. */
function openFilesIn(dir: string): number {
  const table = '/proc/self/fd'
  if (!existsSync(table)) return 0
  return readdirSync(table).filter((fd) => pathOf(join(table, fd)).startsWith(dir)).length
}

/** What was open when the table was read may be closed by now. */
function pathOf(link: string): string {
  try {
    return readlinkSync(link)
  } catch {
    return ''
  }
}
