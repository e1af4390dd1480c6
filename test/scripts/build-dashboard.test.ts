import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

describe('building the dashboard', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stepstream-build-'))
    await cp(join(root, 'scripts/build-dashboard.mjs'), join(folder, 'scripts/build-dashboard.mjs'))
    await cp(join(root, 'scripts/bootstrap/lock.mjs'), join(folder, 'scripts/bootstrap/lock.mjs'))
    await mkdir(join(folder, 'src/dashboard'), { recursive: true })
    await mkdir(join(folder, 'src/session'))
    await writeFile(join(folder, 'package-lock.json'), '{}')
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await writeFile(
      join(folder, 'src/dashboard/index.html'),
      '<script type="module" src="./main.ts"></script>',
    )
    await writeFile(join(folder, 'src/dashboard/main.ts'), 'document.title = "one"')
  })

  afterEach(() => rm(folder, { recursive: true, force: true }))

  const withLibraries = () =>
    symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir')

  test('is done once, and again when something has changed', async () => {
    await withLibraries()
    expect(await build()).toEqual({ code: 0, output: 'Building the dashboard…\n' })
    expect(existsSync(join(folder, 'dist/dashboard/index.html'))).toBe(true)
    expect(await build()).toEqual({ code: 0, output: '' })
    await writeFile(join(folder, 'src/dashboard/main.ts'), 'document.title = "two"')
    expect((await build()).output).toBe('Building the dashboard…\n')
    await writeFile(join(folder, 'src/session/status.ts'), 'export const statuses = []')
    expect((await build()).output).toBe('Building the dashboard…\n')
  })

  test('is done once where several start at the same time', async () => {
    await withLibraries()
    const all = await Promise.all([build(), build(), build()])
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(all.filter(({ output }) => output.includes('Building'))).toHaveLength(1)
  })

  test('without the development dependencies says so, and lets the service start', async () => {
    const said = 'The dashboard was not built: it needs the development dependencies (npm ci)\n'
    expect(await build()).toEqual({ code: 0, output: said })
    expect(existsSync(join(folder, 'dist/dashboard'))).toBe(false)
    expect(await build('--required')).toEqual({ code: 1, output: said })
  })

  test('that fails leaves what was there', async () => {
    await withLibraries()
    await build()
    await writeFile(join(folder, 'src/dashboard/main.ts'), 'import "./gone.ts"')
    const { code, output } = await build()
    expect([code, output]).toEqual([0, expect.stringContaining('The dashboard was not built')])
    expect(existsSync(join(folder, 'dist/dashboard/index.html'))).toBe(true)
    expect((await build('--required')).code).toBe(1)
  })

  function build(...options: string[]): Promise<{ code: number; output: string }> {
    return new Promise((resolve) => {
      const script = join(folder, 'scripts/build-dashboard.mjs')
      execFile(process.execPath, [script, ...options], { cwd: folder }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
      )
    })
  }
})
