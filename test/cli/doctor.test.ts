import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkAi } from '../../src/cli/doctor/ai.ts'
import { checkChromium } from '../../src/cli/doctor/chromium.ts'
import { checkDataFolder } from '../../src/cli/doctor/data-folder.ts'
import { checkNode } from '../../src/cli/doctor/node.ts'
import { checkPort } from '../../src/cli/doctor/port.ts'
import { checkPostgres } from '../../src/cli/doctor/postgres.ts'
import { checkService } from '../../src/cli/doctor/service.ts'
import { readConfig } from '../../src/config.ts'
import { chromiumPath } from '../support/browser.ts'
import { as, operatorSecret, withKeys } from '../support/keys.ts'
import { startServer } from '../support/local-server.ts'
import { createDatabase } from '../support/postgres.ts'
import { type Service, startService } from '../support/service.ts'
import { commandLine, fields, patient, run } from './support/program.ts'
import { atTerminal } from './support/shell-terminal.ts'
import { hasTerminals } from './support/terminal.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepstream-doctored-'))
}, patient.timeout)

afterAll(() => rm(folder, { recursive: true, force: true }))

async function subfolder(): Promise<string> {
  return mkdtemp(join(folder, 'case-'))
}

describe('the program', patient, () => {
  test('looks at everything, says what to do, and changes nothing', async () => {
    const cwd = await subfolder()
    const env = { PORT: '0', CHROMIUM_PATH: await fakeChromium(cwd) }
    const before = await readdir(cwd)
    const ran = await run(['doctor'], { cwd, env })
    const found = fields(ran.stdout)
    expect(found.map(([, check]) => check)).toEqual([
      'node',
      'settings',
      'port',
      'data folder',
      'postgres',
      'chromium',
      'ai',
      'service',
    ])
    const [node, settings, port, data, postgres, chromium, ai] = found
    expect([node, settings, port, data].map((finding) => finding?.[0])).toEqual(Array(4).fill('ok'))
    expect(data?.[2]).toContain(`${join(cwd, 'data')}: made at the first start`)
    expect(postgres?.[0]).toBe('none')
    expect(ai?.[0]).toBe('none')
    // Not a browser: it does not start.
    expect(chromium?.[0]).toBe('broken')
    expect(chromium?.[3]).toContain('CHROMIUM_PATH')
    expect(ran).toMatchObject({ code: 1, stderr: '' })
    expect(await readdir(cwd)).toEqual(before)
  })

  test('points at what is wrong in .env', async () => {
    const cwd = await subfolder()
    await writeFile(join(cwd, '.env'), '# ours\nPORT=many\nDATABASE_URL=mysql://u:hidden@h/d\n')
    const ran = await run(['doctor', '--json', '--url', 'http://127.0.0.1:9'], { cwd })
    expect(ran).toMatchObject({ code: 1, stderr: '' })
    expect(ran.stdout).not.toContain('hidden@')
    const found = JSON.parse(ran.stdout) as { check: string; health: string; action?: string }[]
    expect(found.filter(({ check }) => check === 'settings')).toMatchObject([
      { health: 'broken', action: expect.stringContaining('.env, line 2') },
      { health: 'broken', action: expect.stringContaining('.env, line 3') },
    ])
    expect(found.at(-1)).toMatchObject({ check: 'service', health: 'broken' })
  })

  test.runIf(hasTerminals)('says it in words and marks at a terminal', async () => {
    const cwd = await subfolder()
    await writeFile(join(cwd, '.env'), 'PROT=1\nSECRET_X=1\nCHROMIUM_PATH=/nonsense\nPORT=0\n')
    const terminal = atTerminal(
      `sh -c "cd '${cwd}' && ${commandLine('doctor').replaceAll('"', '\\"')}"`,
    )
    expect(await terminal.end()).toBe(1)
    expect(terminal.shown()).toContain(
      '! settings: PROT is no setting\n  Correct or remove it in .env, line 1;',
    )
    expect(terminal.shown()).toContain('✖ chromium: CHROMIUM_PATH="/nonsense"')
    expect(terminal.shown()).toMatch(/^✔ node: v\d+/m)
  })
})

describe('Chromium', patient, () => {
  test('is started, and nothing of it is left', async () => {
    const chromium = await chromiumPath()
    const left = async () =>
      (await readdir(tmpdir())).filter((name) => name.startsWith('stepstream-doctor-'))
    const before = await left()
    const found = await checkChromium(chromium, process.env['PATH'] ?? '')
    // A warning says that it runs without its sandbox, as it does for root.
    expect(['ok', 'warning']).toContain(found.health)
    expect(found.detail).toMatch(/^\d+\.\S+ \(.*\) started in /)
    expect(await left()).toEqual(before)
  })

  test('that is nowhere is told', async () => {
    const found = await checkChromium('', await subfolder())
    expect(found.health).not.toBe('broken')
    expect(await checkChromium('/nonsense', '')).toMatchObject({ health: 'broken' })
  })
})

test('an old Node is told', () => {
  expect(checkNode('v20.1.0')).toMatchObject({ health: 'broken' })
  expect(checkNode(process.version)).toMatchObject({ health: 'ok' })
})

describe('the port', patient, () => {
  test('is free, taken by Stepstream, or by something else', async () => {
    await using service = await startService()
    // Written when it is first asked for.
    await service.get('/openapi.yaml')
    const { port } = new URL(service.url)
    expect(await checkPort(readConfig({ PORT: port }), undefined)).toMatchObject({
      health: 'ok',
      detail: expect.stringMatching(/Stepstream 0\.0\.0 is there, and ready$/),
    })
    const other = createServer((_, response) => response.end('<html>'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const taken = String((other.address() as AddressInfo).port)
    expect(await checkPort(readConfig({ PORT: taken }), undefined)).toMatchObject({
      health: 'broken',
      detail: expect.stringContaining('not by Stepstream'),
    })
    await new Promise((resolve) => other.close(resolve))
    expect(await checkPort(readConfig({ PORT: taken }), undefined)).toMatchObject({ health: 'ok' })
    const foreign = readConfig({ HOST: '192.0.2.1', PORT: taken })
    expect(await checkPort(foreign, undefined)).toMatchObject({ health: 'broken' })
  })
})

describe('the data folder', patient, () => {
  test('tells what is in it, while a service uses it and after', async () => {
    const dataDir = join(await subfolder(), 'data')
    const service: Service = await startService({ DATA_DIR: dataDir, DATABASE_URL: '' })
    const before = await readdir(dataDir)
    const used = await checkDataFolder(dataDir)
    expect(used).toMatchObject({
      detail: expect.stringMatching(/: in use by a service, schema \d/),
    })
    expect(used.detail).not.toContain('brings')
    expect(await readdir(dataDir)).toEqual(before)
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
    await service[Symbol.asyncDispose]()
    const after = await readdir(dataDir)
    expect((await checkDataFolder(dataDir)).detail).toMatch(/: schema \d+, /)
    expect(await readdir(dataDir)).toEqual(after)
  })

  test('that cannot be used is told', async () => {
    const parent = await subfolder()
    const file = join(parent, 'file')
    await writeFile(file, '')
    expect(await checkDataFolder(file)).toMatchObject({ health: 'broken' })
    const other = join(parent, 'other')
    await mkdir(other)
    await writeFile(join(other, 'stepstream.db'), 'something else, and longer than its name')
    expect(await checkDataFolder(other)).toMatchObject({
      health: 'broken',
      detail: expect.stringContaining('not a SQLite database'),
    })
  })

  // Root may write anywhere.
  test.skipIf(process.getuid?.() === 0)('that is not ours to write is told', async () => {
    const path = await subfolder()
    await chmod(path, 0o500)
    expect(await checkDataFolder(path)).toMatchObject({ health: 'broken' })
    expect(await checkDataFolder(join(path, 'below'))).toMatchObject({ health: 'broken' })
  })
})

describe('Postgres', patient, () => {
  test('is reached, and its schema told, which stays as it is', async () => {
    await using database = await createDatabase()
    const { url } = database
    const empty = await checkPostgres(readConfig({ DATABASE_URL: url }))
    expect(empty).toMatchObject({ health: 'ok', detail: expect.stringContaining('no tables yet') })
    expect(empty.detail).toMatch(/PostgreSQL \d/)
    expect(await checkPostgres(readConfig({ DATABASE_URL: url }))).toEqual(empty)
    const service = await startService({ DATABASE_URL: url })
    await service[Symbol.asyncDispose]()
    expect((await checkPostgres(readConfig({ DATABASE_URL: url }))).detail).toMatch(/schema \d+$/)
  })

  test('that cannot be reached is told without its password', async () => {
    const url = 'postgres://me:hidden@127.0.0.1:9/there'
    const found = await checkPostgres(readConfig({ DATABASE_URL: url }))
    expect(found).toMatchObject({
      health: 'broken',
      detail: expect.stringContaining('ECONNREFUSED'),
    })
    expect(JSON.stringify(found)).not.toContain('hidden')
    await using database = await createDatabase()
    const noDatabase = new URL(database.url)
    noDatabase.pathname = '/nonsense'
    expect(await checkPostgres(readConfig({ DATABASE_URL: noDatabase.href }))).toMatchObject({
      health: 'broken',
      action: expect.stringContaining('createdb'),
    })
  })
})

describe('an AI connection', patient, () => {
  test('is asked for its models, and for nothing that costs tokens', async () => {
    await using server = await startServer(({ headers, path }, response) => {
      const isKnown = headers['authorization'] === 'Bearer right'
      response.writeHead(path === '/v1/models' ? (isKnown ? 200 : 401) : 404)
      response.end(JSON.stringify({ data: [{ id: 'small' }, { id: 'large' }] }))
    })
    const check = async (settings: object) => {
      const AI_BASE_URL = `${server.url}/v1`
      const config = readConfig({
        AI_BASE_URL,
        AI_MODEL: 'small',
        AI_API_KEY: 'right',
        ...settings,
      })
      return (await checkAi(config))[0]
    }
    expect(await check({})).toMatchObject({ check: 'ai default', health: 'ok' })
    const wrong = await check({ AI_API_KEY: 'wrong' })
    expect(wrong).toMatchObject({ health: 'broken', action: expect.stringContaining('AI_API_KEY') })
    const other = await check({ AI_MODEL: 'huge' })
    expect(other).toMatchObject({
      health: 'warning',
      action: expect.stringContaining('small, large'),
    })
    const elsewhere = await check({ AI_BASE_URL: `${server.url}/v2` })
    expect(elsewhere).toMatchObject({ health: 'warning' })
    const refused = await check({ HOST: '0.0.0.0' })
    expect(refused).toMatchObject({
      health: 'broken',
      action: expect.stringContaining('OUTBOUND_ALLOW'),
    })
    expect(server.received.map(({ method }) => method)).toEqual(Array(4).fill('GET'))
  })
})

describe('the service', patient, () => {
  test('is reached with its key, or the key is asked for', async () => {
    await using service = await startService(withKeys)
    await as(service, operatorSecret).get('/openapi.yaml')
    const without = await checkService(service.url, undefined, true)
    expect(without).toMatchObject({ health: 'broken', action: expect.stringContaining('--key') })
    expect(await checkService(service.url, operatorSecret, true)).toMatchObject({
      health: 'ok',
      detail: expect.stringContaining('Stepstream 0.0.0, ready, 0 running'),
    })
  })

  test('that is not there is a fault only where somebody has named it', async () => {
    const nowhere = 'http://127.0.0.1:9'
    expect(await checkService(nowhere, undefined, false)).toMatchObject({ health: 'none' })
    expect(await checkService(nowhere, undefined, true)).toMatchObject({ health: 'broken' })
    await using other = await startServer((_, response) => response.end('<html>'))
    expect(await checkService(other.url, undefined, false)).toMatchObject({ health: 'broken' })
  })
})

async function fakeChromium(cwd: string): Promise<string> {
  const path = join(cwd, 'chromium')
  await writeFile(path, '#!/bin/sh\necho no browser >&2\nexit 1\n', { mode: 0o755 })
  return path
}
