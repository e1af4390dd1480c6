import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** Stands for npm: notes each call, and puts the locked tree in place as npm does. */
const npmSource = `
  const fs = require('node:fs')
  fs.appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n')
  console.log('noise of npm')
  if (fs.existsSync('npm-fails')) process.exit(7)
  const { packages } = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'))
  fs.rmSync('node_modules', { recursive: true, force: true })
  const fits = ([path, entry]) => path !== '' && (!entry.os || entry.os.includes(process.platform))
  const installed = Object.fromEntries(Object.entries(packages).filter(fits))
  for (const path of Object.keys(installed)) fs.mkdirSync(path, { recursive: true })
  fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: installed }))
`

const lock = {
  packages: {
    '': { name: 'fixture' },
    'node_modules/web': { version: '1.0.0' },
    'node_modules/tool': { version: '2.0.0', dev: true },
    'node_modules/elsewhere': { version: '3.0.0', optional: true, os: ['nowhere'] },
  },
}

describe('the bootstrap', () => {
  let folder: string
  const started: ChildProcess[] = []

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stepstream-bootstrap-'))
    for (const path of ['bootstrap.mjs', 'bootstrap']) {
      await cp(join(root, 'scripts', path), join(folder, 'scripts', path), { recursive: true })
    }
    await writeLock(lock.packages)
    await writeFile(join(folder, 'npm.cjs'), npmSource)
  })

  afterEach(async () => {
    for (const child of started.splice(0)) child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })

  test('installs on the first run, in one line, and not on the second', async () => {
    const first = await bootstrap()
    expect(first).toEqual({ code: 0, output: 'Installing dependencies (first run)…\n' })
    expect(await bootstrap()).toEqual({ code: 0, output: '' })
    expect(await calls()).toHaveLength(1)
  })

  test('installs again when the lock file has changed', async () => {
    await bootstrap()
    await writeLock({ ...lock.packages, 'node_modules/web': { version: '1.1.0' } })
    expect((await bootstrap()).code).toBe(0)
    expect(await calls()).toHaveLength(2)
  })

  test('takes over a tree that npm has installed by itself', async () => {
    await bootstrap()
    await rm(join(folder, 'node_modules/.stepstream-install'))
    expect(await bootstrap()).toEqual({ code: 0, output: '' })
    expect(existsSync(join(folder, 'node_modules/.stepstream-install'))).toBe(true)
    expect(await calls()).toHaveLength(1)
  })

  test('does not take over a tree that lacks a package', async () => {
    await bootstrap()
    await rm(join(folder, 'node_modules/.stepstream-install'))
    await rm(join(folder, 'node_modules/web'), { recursive: true })
    await bootstrap()
    expect(await calls()).toHaveLength(2)
  })

  test('starts the service without the development tools, but tests only with them', async () => {
    await mkdir(join(folder, 'node_modules/web'), { recursive: true })
    await writeFile(
      join(folder, 'node_modules/.package-lock.json'),
      JSON.stringify({ packages: { 'node_modules/web': { version: '1.0.0' } } }),
    )
    expect(await bootstrap({ npm_lifecycle_event: 'prestart' })).toEqual({ code: 0, output: '' })
    expect(existsSync(join(folder, 'calls'))).toBe(false)
    await bootstrap({ npm_lifecycle_event: 'pretest' })
    expect(await calls()).toHaveLength(1)
  })

  test('installs the development tools where Node is too old, since the pinned one is of them', async () => {
    await mkdir(join(folder, 'node_modules/web'), { recursive: true })
    await writeFile(
      join(folder, 'node_modules/.package-lock.json'),
      JSON.stringify({ packages: { 'node_modules/web': { version: '1.0.0' } } }),
    )
    const older = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.1.0'}})`
    const { code, output } = await bootstrap({
      npm_lifecycle_event: 'prestart',
      NODE_OPTIONS: `--import ${older}`,
    })
    expect(await calls()).toHaveLength(1)
    expect(code).toBe(1)
    expect(output).toContain('Stepstream needs Node 24 or newer')
  })

  test('shows what npm says when it fails, and tries again the next time', async () => {
    await writeFile(join(folder, 'npm-fails'), '')
    const { code, output } = await bootstrap()
    expect(code).toBe(1)
    expect(output).toContain('noise of npm')
    expect(existsSync(join(folder, '.bootstrap.lock'))).toBe(false)

    await rm(join(folder, 'npm-fails'))
    expect((await bootstrap()).code).toBe(0)
  })

  test('installs once when several processes start at the same time', async () => {
    const results = await Promise.all([bootstrap(), bootstrap(), bootstrap()])
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(await calls()).toHaveLength(1)
    expect(existsSync(join(folder, '.bootstrap.lock'))).toBe(false)
  })

  test('waits for an owner that lives, and goes on when it has finished', async () => {
    await mkdir(join(folder, '.bootstrap.lock'))
    const waiting = bootstrap()
    await outputOf(started[0], 'Waiting')
    expect(existsSync(join(folder, 'calls'))).toBe(false)
    await rm(join(folder, '.bootstrap.lock'), { recursive: true })
    expect((await waiting).code).toBe(0)
  })

  test('breaks a lock whose owner has died', async () => {
    await mkdir(join(folder, '.bootstrap.lock'))
    expect((await bootstrap()).code).toBe(0)
    expect(await calls()).toHaveLength(1)
  })

  async function bootstrap(
    environment: Record<string, string> = {},
  ): Promise<{ code: number | null; output: string }> {
    const child = spawn(process.execPath, ['scripts/bootstrap.mjs'], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        npm_execpath: join(folder, 'npm.cjs'),
        npm_node_execpath: process.execPath,
        ...environment,
      },
    })
    started.push(child)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })))
  }

  /** Resolves when the process has written the text to its standard error. */
  function outputOf(child: ChildProcess | undefined, text: string): Promise<void> {
    return new Promise((resolve) => {
      child?.stderr?.on('data', (chunk) => String(chunk).includes(text) && resolve())
    })
  }

  async function calls(): Promise<string[]> {
    return (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n')
  }

  async function writeLock(packages: Record<string, unknown>): Promise<void> {
    await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ packages }))
  }
})
