import { execFile } from 'node:child_process'
import { access, cp, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startProcess } from '../support/server-process.ts'

const root = join(import.meta.dirname, '../..')
const packed = [
  'src',
  'scripts',
  'bin',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'LICENSE',
  'README.md',
]

/** It installs some hundred packages, mostly from the cache that the project's own came through. */
const INSTALL_MS = 300_000

const program = `
  import { createStepstream } from 'stepstream/client'
  const { start, follow, result } = createStepstream({ baseUrl: process.argv[2] })
  const { sessionId } = await start(['Wait 10 ms'])
  const types = []
  for await (const event of follow(sessionId)) types.push(event.type)
  console.log(JSON.stringify({ types, status: (await result(sessionId)).status }))
`

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

describe('the packed form, installed in an empty folder', () => {
  let folder: string
  let tarball: string
  let installed: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stepstream-pack-'))
    const checkout = join(folder, 'checkout')
    const empty = join(folder, 'empty')
    for (const path of packed)
      await cp(join(root, path), join(checkout, path), { recursive: true }).catch(ignoreMissing)
    await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'))
    await npm(checkout, 'pack', '--pack-destination', folder)
    const [name] = (await readdir(folder)).filter((file) => file.endsWith('.tgz'))
    tarball = join(folder, name ?? '')
    await mkdir(empty)
    // The Node that the package brings along for older ones is not needed here.
    await npm(
      empty,
      'install',
      tarball,
      '--prefer-offline',
      '--ignore-scripts',
      '--omit=optional',
      '--no-audit',
      '--no-fund',
    )
    installed = join(empty, 'node_modules/stepstream')
  }, INSTALL_MS)

  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('is small, compiled, and has nothing of what the project is built with', async () => {
    expect((await stat(tarball)).size).toBeLessThan(1_500_000)
    const files = await readdir(installed, { recursive: true })
    expect(files).toContain('dist/server.js')
    expect(files).toContain('dist/client/index.d.ts')
    expect(files.filter((file) => /(?<!\.d)\.ts$/.test(file))).toEqual([])
    expect(files.filter((file) => /^(src|test|scripts|bench)\b/.test(file))).toEqual([])
    for (const name of ['typescript', 'vitest', '@biomejs/biome', '@sparticuz/chromium']) {
      await expect(access(join(installed, '..', name)), name).rejects.toThrow('ENOENT')
    }
  })

  test('runs the service, and a workflow through stepstream/client', async () => {
    const dataDir = join(folder, 'data')
    await mkdir(dataDir)
    const service = await startProcess({ DATA_DIR: dataDir }, join(installed, 'dist/server.js'))
    try {
      const file = join(folder, 'empty/program.mjs')
      await writeFile(file, program)
      const { stdout } = await promisify(execFile)(process.execPath, [file, service.url])
      const { types, status } = JSON.parse(stdout) as { types: string[]; status: string }
      expect(types.at(-1)).toBe('session.completed')
      expect(status).toBe('completed')
    } finally {
      await service.stop('SIGTERM')
    }
  })

  test('has the types of the client, for Node and for pages', async () => {
    const file = join(folder, 'empty/typed.mts')
    await writeFile(file, typed)
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    const options = [
      '--noEmit',
      '--strict',
      '--target',
      'es2024',
      '--module',
      'nodenext',
      '--types',
      '',
    ]
    const compile = () =>
      promisify(execFile)(process.execPath, [compiler, ...options, file], {
        cwd: join(folder, 'empty'),
      })
    expect(await compile().catch((error: { stdout: string }) => error)).toMatchObject({
      stdout: '',
    })
  })
})

/** The npm that runs the tests, or the one that is found. */
async function npm(cwd: string, ...options: string[]): Promise<void> {
  const { npm_execpath: path } = process.env
  const [command, first] = path === undefined ? ['npm', []] : [process.execPath, [path]]
  // Settings of the npm that runs the tests are those of the project, not of this folder.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config|package|lifecycle)/.test(name)),
  )
  await promisify(execFile)(command, [...first, ...options], { cwd, env })
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
