// Builds the dashboard into dist/dashboard, but only when what it is made of has changed. Runs
// before the service starts, on any Node from 20 on, so: plain JavaScript. Without the development
// dependencies, or when it fails, it says so and the service starts without; with --required it fails.
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from './bootstrap/lock.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'src/dashboard')
/** Of which the dashboard takes what imports nothing. */
const core = join(root, 'src/session')
const dist = join(root, 'dist')
const built = join(dist, 'dashboard')
const stampFile = join(dist, 'dashboard.inputs')
const isRequired = process.argv.includes('--required')

try {
  if (!isFresh()) await withLock(join(root, '.dashboard.lock'), buildOnce, 'build the dashboard')
} catch (error) {
  const missing = error.code === 'ERR_MODULE_NOT_FOUND'
  const why = missing ? 'it needs the development dependencies (npm ci)' : error.message
  process.stderr.write(`The dashboard was not built: ${why}\n`)
  if (isRequired) process.exitCode = 1
}

function isFresh() {
  if (!existsSync(join(built, 'index.html')) || !existsSync(stampFile)) return false
  return readFileSync(stampFile, 'utf8') === stamp()
}

/** What the build is made of: the sources, the versions of the libraries, and this script. */
function stamp() {
  const hash = createHash('sha256')
  const files = [source, core]
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  const others = [join(root, 'package-lock.json'), fileURLToPath(import.meta.url)]
  for (const file of [...files, ...others].sort()) {
    hash
      .update(`${relative(root, file)}\n`)
      .update(readFileSync(file))
      .update('\n')
  }
  return `${hash.digest('hex')}\n`
}

/** Into a folder beside, so that nobody is ever served half of it. */
async function buildOnce() {
  if (isFresh()) return
  const { build } = await import('vite')
  if (!isRequired) process.stderr.write('Building the dashboard…\n')
  const inputs = stamp()
  const next = join(dist, 'dashboard.next')
  mkdirSync(dist, { recursive: true })
  await build({
    configFile: false,
    root: source,
    logLevel: 'error',
    mode: 'production',
    build: {
      outDir: next,
      emptyOutDir: true,
      // The policy of the page lets no data: fonts or scripts in.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // Those whose work is in the bundle ask to be named with it.
      license: { fileName: 'licenses.md' },
      chunkSizeWarningLimit: 1000,
    },
  })
  rmSync(built, { recursive: true, force: true })
  renameSync(next, built)
  writeFileSync(stampFile, inputs)
}
