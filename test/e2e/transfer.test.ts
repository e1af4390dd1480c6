// @module-tag slow

import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dataDir } from '../store/data-dir.ts'
import { follow } from '../support/follow.ts'
import { createDatabase } from '../support/postgres.ts'
import { readLog } from './support/json-log.ts'
import { postSession, startedProcess } from './support/started.ts'
import { storyOf } from './support/story.ts'

type Settings = Readonly<Record<string, string>>

const root = join(import.meta.dirname, '../..')

function embedded(): Settings {
  return { DATA_DIR: dataDir(), DATABASE_URL: '' }
}

async function shared(): Promise<Settings> {
  const database = await createDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  return { DATA_DIR: dataDir(), DATABASE_URL: database.url, DATABASE_POOL: '3' }
}

describe('a session that waits', () => {
  test.each([
    ['to Postgres', shared],
    ['to another folder', embedded],
  ])(
    'moves %s with its service stopped, and goes on there with the same stream',
    async (_where, place) => {
      const [from, to] = [embedded(), await place()]
      const first = await startedProcess(from)
      const sessionId = await postSession(first, ['Wait 3 seconds'])
      await follow(first.url, sessionId, { until: ({ type }) => type === 'session.waiting' })
      const before = await readLog(first.url, sessionId)
      expect(await first.stop('SIGTERM')).toBe(0)

      const file = join(from['DATA_DIR']!, 'backup.ndjson')
      const exported = await run('export', ['--to', file], from)
      expect(exported).toMatchObject({ code: 0, stdout: '' })
      const imported = await run('import', ['--from', file], to)
      expect(imported).toMatchObject({ code: 0, stdout: '' })
      expect(digestIn(imported.stderr)).toBe(digestIn(exported.stderr))

      const second = await startedProcess(to)
      const after = before.at(-1)!.seq
      const rest = await follow(second.url, sessionId, { after })
      expect(rest.map(({ seq }) => seq)).toEqual(rest.map((_, index) => after + 1 + index))
      expect(storyOf(rest)).toEqual(['step.completed step1', 'session.completed'])
      expect((await readLog(second.url, sessionId)).slice(0, before.length)).toEqual(before)
    },
  )
})

describe('the commands', () => {
  test('stream from one into the other, and read .env where they are started', async () => {
    const from = embedded()
    const first = await startedProcess(from)
    const sessionId = await postSession(first, ['Wait 1 ms'])
    await follow(first.url, sessionId)
    const log = await readLog(first.url, sessionId)
    await first.stop('SIGTERM')

    const exported = await run('export', [], from)
    expect(exported.stderr).toContain(
      `exported 1 session, ${log.length} events, 0 artifacts of 0 bytes`,
    )
    const to = dataDir()
    writeFileSync(join(to, '.env'), `DATA_DIR=${join(to, 'moved')}\n`)
    const imported = await run('import', [], {}, { cwd: to, stdin: exported.stdout })
    expect(imported).toMatchObject({ code: 0, stdout: '' })
    expect(imported.stderr).toContain('imported and read back 1 session')
    const second = await startedProcess({ DATA_DIR: join(to, 'moved'), DATABASE_URL: '' })
    expect(await readLog(second.url, sessionId)).toEqual(log)
  })

  test.each(['export', 'import'])(
    '%s says what is wrong, with 2, when it is called wrongly',
    async (name) => {
      const { code, stderr } = await run(name, ['--wrong'], embedded())
      expect(code).toBe(2)
      expect(stderr).toContain("error: unknown option '--wrong'")
    },
  )

  test('fail with 1 and one line when there is nothing to read, or the place is taken', async () => {
    const place = embedded()
    const missing = join(place['DATA_DIR']!, 'missing.ndjson')
    expect(await run('import', ['--from', missing], place)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`import failed: ENOENT: no such file or directory, open`),
    })
    expect(await run('export', [], place)).toMatchObject({
      code: 1,
      stderr: `export failed: There is no store in the data folder ${place['DATA_DIR']}: set DATA_DIR or DATABASE_URL.\n`,
    })

    const service = await startedProcess(place)
    expect(await run('export', [], place)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is in use by another Stepstream process'),
    })
    await service.stop('SIGTERM')
    writeFileSync(missing, 'mine')
    expect(await run('export', ['--to', missing], place)).toMatchObject({
      code: 1,
      stderr: `export failed: There is a file ${missing} already.\n`,
    })
    expect(readFileSync(missing, 'utf8')).toBe('mine')
  })

  test('name a database that cannot be reached', async () => {
    const { code, stderr } = await run('export', [], {
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    })
    expect(code).toBe(1)
    expect(stderr).toContain('export failed: ')
    expect(stderr).toContain('127.0.0.1:1')
    expect(stderr).not.toContain('    at ')
  })
})

function digestIn(stderr: string): string | undefined {
  return /^SHA-256 ([0-9a-f]{64})$/m.exec(stderr)?.[1]
}

async function run(
  name: string,
  args: readonly string[],
  settings: Settings,
  { cwd = settings['DATA_DIR'] ?? root, stdin = '' } = {},
) {
  const child = spawn(process.execPath, [join(root, 'bin/stepstream.mjs'), name, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...settings },
  })
  child.stdin.on('error', () => {}).end(stdin)
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exited])
  return { stdout, stderr, code }
}
