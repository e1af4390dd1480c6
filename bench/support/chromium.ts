import { createReadStream, createWriteStream, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createBrotliDecompress } from 'node:zlib'
import { type Browser, chromium } from 'playwright-core'

/** The arguments that a Chromium without a screen and a sandbox needs in a container. */
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage']

export interface Executable extends AsyncDisposable {
  readonly path: string
}

/** One Chromium for all that is compared: that of CHROMIUM_PATH, or the one among the development dependencies. */
export async function findChromium(): Promise<Executable> {
  const given = process.env['CHROMIUM_PATH']
  if (given) return { path: given, async [Symbol.asyncDispose]() {} }
  const folder = await mkdtemp(join(tmpdir(), 'stepstream-chromium-'))
  const path = join(folder, 'chromium')
  const entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'))
  await pipeline(
    createReadStream(join(dirname(entry), '../bin/chromium.br')),
    createBrotliDecompress(),
    createWriteStream(path),
  )
  await chmod(path, 0o700)
  const remove = () => rm(folder, { recursive: true, force: true })
  return { path, [Symbol.asyncDispose]: remove }
}

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ARGS })
}

/** What all processes below this one take of memory, in MiB: shared pages are counted once. On Linux alone. */
export function pssBelow(pid: number): number {
  const kib = descendantsOf(pid).reduce((sum, child) => sum + pssOf(child), 0)
  return kib / 1024
}

function descendantsOf(root: number): readonly number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(Number(name))]),
  )
  const children = (pid: number): readonly number[] =>
    [...parents].flatMap(([child, parent]) => (parent === pid ? [child, ...children(child)] : []))
  return children(root)
}

/** NaN when the process is gone. */
function parentOf(pid: number): number {
  const [, parent] = /^PPid:\s+(\d+)$/m.exec(readIfThere(`/proc/${pid}/status`)) ?? []
  return Number(parent)
}

function pssOf(pid: number): number {
  const [, kib = '0'] = /^Pss:\s+(\d+) kB$/m.exec(readIfThere(`/proc/${pid}/smaps_rollup`)) ?? []
  return Number(kib)
}

/** A process may end while it is looked at. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
