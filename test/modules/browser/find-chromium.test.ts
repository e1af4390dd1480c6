import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ConfigError } from '../../../src/config.ts'
import { findChromium } from '../../../src/modules/browser/find-chromium.ts'

async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'chromium-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const program = async (...path: string[]) => {
    const file = join(folder, ...path)
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(file, '#!/bin/sh\necho Chromium 1.2.3\n')
    await chmod(file, 0o755)
    return file
  }
  const packaged = { folder: join(folder, 'package'), target: join(folder, 'cache/chromium-1') }
  await mkdir(packaged.folder)
  const archive = brotliCompressSync('#!/bin/sh\necho packaged\n')
  await writeFile(join(packaged.folder, 'chromium.br'), archive)
  const nothing = { packaged: null, downloaded: async () => undefined }
  return { folder, program, packaged, nothing, searchPath: `${folder}/a:${folder}/b` }
}

describe('the Chromium that is used', () => {
  test('is the one that the settings name, before any other', async () => {
    const { program, searchPath } = await setUp()
    await program('a', 'chromium')
    const configured = await program('mine')
    const chromium = await findChromium({ configured, searchPath })
    expect(chromium.missing).toBeUndefined()
    expect(await chromium.locate()).toBe(configured)
  })

  test('stops the start where the settings name what is no program', async () => {
    const { folder, program, searchPath } = await setUp()
    await program('a', 'chromium')
    await writeFile(join(folder, 'text'), 'no program')
    for (const configured of ['/nowhere/chromium', folder, join(folder, 'text')]) {
      const finding = findChromium({ configured, searchPath })
      await expect(finding).rejects.toThrow(ConfigError)
      await expect(finding).rejects.toThrow(`CHROMIUM_PATH="${configured}"`)
    }
  })

  test('is else one that is installed: the smallest kind, wherever on the path', async () => {
    const { program, searchPath } = await setUp()
    await program('a', 'google-chrome')
    await program('a', 'chromium')
    const shell = await program('b', 'chromium-headless-shell')
    const chromium = await findChromium({ configured: '', searchPath })
    expect(await chromium.locate()).toBe(shell)
  })

  test('is else what Playwright has downloaded', async () => {
    const { program, packaged, searchPath } = await setUp()
    const download = await program('download')
    const downloaded = async () => download
    const both = await findChromium({ configured: '', searchPath, packaged, downloaded })
    expect(await both.locate()).toBe(download)
    const alone = { configured: '', searchPath, packaged: null, downloaded }
    expect(await (await findChromium(alone)).locate()).toBe(download)
  })

  test('is else a packaged one, unpacked once into a folder of its version', async () => {
    const { packaged, nothing, searchPath } = await setUp()
    const options = { configured: '', searchPath, ...nothing, packaged }
    const chromium = await findChromium(options)
    expect(chromium.missing).toBeUndefined()
    const paths = await Promise.all([chromium.locate(), chromium.locate(), chromium.locate()])
    expect(new Set(paths)).toEqual(new Set([join(packaged.target, 'chromium')]))
    expect(await readFile(paths[0], 'utf8')).toContain('echo packaged')
    expect(await readdir(packaged.target)).toEqual(['chromium'])
    expect((await stat(packaged.target)).mode & 0o777).toBe(0o700)
    expect((await stat(paths[0])).mode & 0o777).toBe(0o700)
    const { mtimeMs } = await stat(paths[0])
    await (await findChromium(options)).locate()
    expect((await stat(paths[0])).mtimeMs).toBe(mtimeMs)
  })

  test('gets the libraries of its package where the machine lacks them', async () => {
    const { folder, packaged, nothing, searchPath } = await setUp()
    const needy =
      '#!/bin/sh\n[ -f "$LD_LIBRARY_PATH/libnss3.so" ] && echo "started $1" && exit\necho "error while loading shared libraries: libnss3.so" >&2\nexit 127\n'
    await writeFile(join(packaged.folder, 'chromium.br'), brotliCompressSync(needy))
    await mkdir(join(folder, 'lib'))
    await writeFile(join(folder, 'lib/libnss3.so'), 'library')
    const { stdout: tar } = spawnSync('tar', ['-c', '-C', folder, 'lib'])
    await writeFile(join(packaged.folder, 'al2023.tar.br'), brotliCompressSync(tar))
    const options = { configured: '', searchPath, ...nothing, packaged }
    for (const find of [findChromium(options), findChromium(options)]) {
      const path = await (await find).locate()
      expect(path).toBe(join(packaged.target, 'chromium-with-libraries'))
      expect(spawnSync(path, ['--headless'], { encoding: 'utf8' }).stdout).toBe(
        'started --headless\n',
      )
    }
  })

  test('leaves nothing where it cannot be unpacked', async () => {
    const { packaged, nothing, searchPath } = await setUp()
    await writeFile(join(packaged.folder, 'chromium.br'), 'no archive')
    const chromium = await findChromium({ configured: '', searchPath, ...nothing, packaged })
    await expect(chromium.locate()).rejects.toThrow()
    expect(await readdir(packaged.target)).toEqual([])
  })

  test('says what to do where there is none', async () => {
    const { nothing, searchPath } = await setUp()
    const chromium = await findChromium({ configured: '', searchPath, ...nothing })
    expect(chromium.missing).toContain('apt install chromium-headless-shell')
    expect(chromium.missing).toContain('CHROMIUM_PATH')
  })
})
