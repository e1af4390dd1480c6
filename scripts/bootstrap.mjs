// Installs the dependencies from the lock file, but only when the tree does not match it. Runs
// before the npm scripts that need them, on any Node from 20 on, so: plain JavaScript, no imports
// beyond Node's own.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from './bootstrap/lock.mjs'
import { missingPackages } from './bootstrap/tree.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const modules = join(root, 'node_modules')
const stampFile = join(modules, '.stepstream-install')
const pinnedNode = join(modules, '.bin', 'node')
const requiredMajor = 24

try {
  await bootstrap()
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

async function bootstrap() {
  if (!isStamped()) await withLock(join(root, '.bootstrap.lock'), completeTree)
  checkNode()
}

function isStamped() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp()
}

/** What a complete tree was installed from, and for which platform. */
function stamp() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  return `${hash.digest('hex')} ${process.platform}-${process.arch}\n`
}

/** An `npm ci` or `npm install` of the user's own may have put the locked tree in place already. */
async function completeTree() {
  if (isStamped()) return
  const missing = missingPackages(root)
  if (missing.length > 0) {
    const onlyDevelopment = missing.every((entry) => entry.dev === true)
    const isStart = process.env.npm_lifecycle_event === 'prestart'
    // The pinned Node is a development dependency as well.
    if (onlyDevelopment && isStart && isNewEnough()) return
    await install()
  }
  writeFileSync(stampFile, stamp())
}

/** Runs `npm ci`; its output is shown only when it fails. */
async function install() {
  const reason = existsSync(modules) ? 'they differ from the lock file' : 'first run'
  process.stderr.write(`Installing dependencies (${reason})…\n`)
  const { code, output } = await runNpm([
    'ci',
    '--include=dev',
    '--include=optional',
    '--prefer-offline',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ])
  if (code !== 0) throw new Error(`${output}\nThe dependencies could not be installed.`)
  removeUnusableNode()
}

/**
 * The npm that runs us if there is one, on the Node that it runs on: our own Node may be the pinned
 * one, which `npm ci` removes on its way.
 */
function runNpm(options) {
  const { npm_execpath: npm, npm_node_execpath: node } = process.env
  const child =
    npm === undefined
      ? spawn('npm', options, { cwd: root, shell: process.platform === 'win32' })
      : spawn(node ?? process.execPath, [npm, ...options], { cwd: root })
  const chunks = []
  child.stdout.on('data', (chunk) => chunks.push(chunk))
  child.stderr.on('data', (chunk) => chunks.push(chunk))
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString() }))
  })
}

/** The pinned Node is built for glibc; where it cannot run, it must not hide the system's. */
function removeUnusableNode() {
  if (existsSync(pinnedNode) && majorOf(pinnedNode) === undefined) rmSync(pinnedNode)
}

/** Makes sure that the next `node` of an npm script is new enough. */
function checkNode() {
  if (isNewEnough()) return
  if (existsSync(pinnedNode) && majorOf(pinnedNode) >= requiredMajor) return
  throw new Error(
    `Stepstream needs Node ${requiredMajor} or newer, and this is ${process.version}. On Linux (x64 ` +
      'and arm64) it comes with the dependencies; elsewhere install it from https://nodejs.org or ' +
      'with a version manager (.nvmrc names the version).',
  )
}

function isNewEnough() {
  return Number.parseInt(process.versions.node, 10) >= requiredMajor
}

/** undefined if it does not run. */
function majorOf(node) {
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' })
  return stdout ? Number.parseInt(stdout.slice(1), 10) : undefined
}
