#!/usr/bin/env node
// The `stepstream` program: of a checkout as it is written, of a package as it was compiled. It is started
// by any Node from 20 on and goes on by itself on a newer one, so: plain JavaScript, no imports beyond
// Node's own.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const written = join(root, 'src', 'cli', 'stepstream.ts')
const isCheckout = existsSync(written)
const program = isCheckout ? written : join(root, 'dist', 'cli', 'stepstream.js')
const requiredMajor = 24
/** What may be sent to a program to tell it something; a terminal sends these to all that it runs. */
const passedOn = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']
const ofTheTerminal = ['SIGINT', 'SIGQUIT']

if (isCheckout && !isInstalled() && !install()) process.exit(1)
if (Number.parseInt(process.versions.node, 10) >= requiredMajor) {
  // What is imported from here on was compiled by an earlier start.
  module.enableCompileCache()
  await import(pathToFileURL(program).href)
} else goOnWith(newerNode() ?? refuse())

/** Not what is installed is looked at, only whether: the npm scripts see to what has changed. */
function isInstalled() {
  return existsSync(join(root, 'node_modules', 'commander'))
}

/** As the npm scripts do before they start anything; standard output stays the program's own. */
function install() {
  const bootstrap = join(root, 'scripts', 'bootstrap.mjs')
  const env = { ...process.env, npm_lifecycle_event: 'prestart' }
  return spawnSync(process.execPath, [bootstrap], { env, stdio: ['ignore', 2, 2] }).status === 0
}

/** One that npm has put beside modules of ours or of the folder that we are installed in, as Node looks for those. */
function newerNode() {
  for (let folder = root; ; folder = dirname(folder)) {
    const node = join(folder, 'node_modules', '.bin', 'node')
    if (existsSync(node) && majorOf(node) >= requiredMajor) return node
    if (folder === dirname(folder)) return undefined
  }
}

/** NaN if it does not run. */
function majorOf(node) {
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' })
  return Number.parseInt(stdout?.slice(1) ?? '', 10)
}

/** The same program in a process of its own, which ends as that one ends. */
function goOnWith(node) {
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' })
  if (isOfNpm()) endWithParent()
  for (const signal of passedOn) {
    process.on(signal, () => {
      const isThereAlready = process.stdin.isTTY && ofTheTerminal.includes(signal)
      if (!isThereAlready) child.kill(signal)
    })
  }
  child.once('error', ({ message }) => {
    process.stderr.write(`stepstream cannot start ${node}: ${message}\n`)
    process.exit(1)
  })
  child.once('exit', (code, signal) => {
    process.exit(code ?? 128 + constants.signals[signal])
  })
}

function isOfNpm() {
  const { npm_lifecycle_event: event, npm_package_json: manifest } = process.env
  return event === 'npx' || manifest === join(root, 'package.json')
}

/** The program does the same (`src/cli/npm-shell.ts`), so that our end is what tells it. */
function endWithParent() {
  const parent = process.ppid
  setInterval(() => process.ppid === parent || process.exit(1), 250).unref()
}

function refuse() {
  const remedy = isCheckout
    ? 'On Linux (x64 and arm64) it comes with the dependencies; elsewhere install it'
    : `\`npm install node@${requiredMajor}\` puts one into this folder, and stepstream takes it; or install it`
  process.stderr.write(
    `Stepstream needs Node ${requiredMajor} or newer, and this is ${process.version}. ${remedy} from ` +
      'https://nodejs.org or with a version manager.\n',
  )
  process.exit(1)
}
