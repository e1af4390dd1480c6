import { execFile } from 'node:child_process'
import { appendFile, cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const generated = ['.env.example', 'docs/configuration.md', 'docs/errors.md', 'docs/events.md']

describe('the generated files', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stepstream-generate-'))
    for (const path of ['src', 'scripts', 'package.json', ...generated]) {
      await cp(join(root, path), join(folder, path), { recursive: true })
    }
    await cp(join(root, 'openapi.yaml'), join(folder, 'openapi.yaml')).catch(ignoreMissing)
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  })

  afterEach(() => rm(folder, { recursive: true, force: true }))

  test('are refused by name when they are not what the code says, and made again on request', async () => {
    await appendFile(join(folder, 'docs/events.md'), 'by hand')
    await rm(join(folder, '.env.example'))
    const refused = await generate('--check')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('.env.example, docs/events.md')
    expect(refused.stderr).not.toContain('errors.md')

    expect(await generate()).toEqual({ code: 0, stderr: '' })
    for (const path of generated) {
      expect(await readFile(join(folder, path), 'utf8')).toBe(
        await readFile(join(root, path), 'utf8'),
      )
    }
  })

  async function generate(...options: string[]): Promise<{ code: number; stderr: string }> {
    const script = join(folder, 'scripts/generate.ts')
    return promisify(execFile)(process.execPath, [script, ...options]).then(
      ({ stderr }) => ({ code: 0, stderr }),
      (error: { code: number; stderr: string }) => ({ code: error.code, stderr: error.stderr }),
    )
  }
})

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
