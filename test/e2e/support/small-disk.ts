import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A file system of a few megabytes that a test can fill up. */
export interface SmallDisk {
  readonly folder: string
  /** Takes all the room there is. */
  fill(): Promise<void>
  /** Gives it back. */
  free(): Promise<void>
}

/** Mounts one in memory, unmounted when the test has finished; undefined where that is not allowed. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const mountPoint = mkdtempSync(join(tmpdir(), 'stepstream-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', mountPoint], {
      stdio: 'ignore',
    })
  } catch {
    rmSync(mountPoint, { recursive: true })
    return undefined
  }
  onTestFinished(() => {
    execFileSync('umount', [mountPoint])
    rmSync(mountPoint, { recursive: true })
  })
  const folder = join(mountPoint, 'data')
  mkdirSync(folder)
  const filler = join(mountPoint, 'filler')
  return {
    folder,
    fill: () => fillUp(filler),
    free: () => rm(filler),
  }
}

async function fillUp(file: string): Promise<void> {
  await using handle = await open(file, 'a')
  for (let bytes = 1024 * 1024; bytes >= 1; ) {
    try {
      await handle.appendFile(Buffer.alloc(bytes))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      bytes = Math.floor(bytes / 2)
    }
  }
}
