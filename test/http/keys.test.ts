import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'undici'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { noop } from '../support/hand-executor.ts'
import { logLines } from '../support/log-lines.ts'
import { startService } from '../support/service.ts'
import { json } from '../support/sessions.ts'
import { store } from '../support/store.ts'

const secret = '0123456789abcdef'
const bearer = { authorization: `Bearer ${secret}` }
const wide = { HOST: '0.0.0.0' }

/** Every route the API description has, and those it leaves out. */
async function routesOf(yaml: string): Promise<{ method: string; path: string }[]> {
  const { paths } = parse(yaml) as { paths: Record<string, Record<string, unknown>> }
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/g, 'ses_00000000000000000000000000'),
    })),
  )
  return [
    ...described,
    { method: 'HEAD', path: '/v1/sessions' },
    { method: 'GET', path: '/openapi.yaml' },
    { method: 'GET', path: '/docs' },
    { method: 'GET', path: '/docs/static/index.html' },
    { method: 'GET', path: '/nowhere' },
  ]
}

describe('with API_KEYS', () => {
  test('every route but the probes, signing in, and what a link opens, needs one', async () => {
    await using service = await startService({ API_KEYS: `ci:${secret}` })
    const routes = await routesOf(await (await service.get('/openapi.yaml', bearer)).text())
    expect(routes.length).toBeGreaterThan(18)
    for (const { method, path } of routes) {
      // How one comes to have a sign-in: see its own tests.
      if (path === '/v1/sign-in') continue
      const without = await fetch(service.url + path, { method })
      const isProbe = path === '/healthz' || path === '/readyz'
      // The link is what lets in, and this is none.
      const isLinked = path.endsWith('/link')
      const expected = isProbe ? 200 : isLinked ? 404 : 401
      expect([method, path, without.status]).toEqual([method, path, expected])
      if (!isProbe && !isLinked && method !== 'HEAD') {
        expect(without.headers.get('www-authenticate')).toBe('Bearer')
        expect(await json(without)).toMatchObject({ code: 'UNAUTHENTICATED' })
      }
      const withKey = await fetch(service.url + path, { method, headers: bearer })
      await withKey.body?.cancel()
      expect(withKey.status, `${method} ${path}`).not.toBe(401)
      expect(withKey.status, `${method} ${path}`).toBeLessThan(500)
    }
  })

  test.for([
    'Bearer wrong-wrong-wrong',
    'Bearer',
    'Bearer ',
    `Basic ${secret}`,
    secret,
    `Bearer ci:${secret}`,
    `Bearer ${secret}x`,
  ])('%j is no key', async (authorization) => {
    await using service = await startService({ API_KEYS: `ci:${secret}` })
    expect((await service.get('/v1/sessions', { authorization })).status).toBe(401)
  })

  test('each of several keys opens, and the scheme’s case does not matter', async () => {
    await using service = await startService({ API_KEYS: `ci:${secret}, ops:fedcba9876543210` })
    for (const authorization of [`bearer ${secret}`, 'Bearer fedcba9876543210']) {
      expect((await service.get('/v1/sessions', { authorization })).status).toBe(200)
    }
  })

  test.for(['no-colon', ':0123456789abcdef', 'ci:short'])(
    'the pair %j stops the start without showing it',
    async (pair) => {
      const starting = startService({ API_KEYS: `ok:${secret},${pair}` })
      await expect(starting).rejects.toThrow(/^API_KEYS=\(hidden\) is not allowed/)
      await expect(starting).rejects.not.toThrow(pair)
    },
  )

  test('keys are not in the log', async () => {
    const lines = logLines()
    await using service = await startService(
      { API_KEYS: `ci:${secret}`, LOG_LEVEL: 'trace' },
      { logDestination: lines, executors: [noop] },
    )
    await service.post('/v1/sessions?key=hidden', [{ uses: 'noop' }], bearer)
    expect(lines.of('request')).toHaveLength(1)
    expect(lines.text()).not.toContain(secret)
    expect(lines.text()).not.toContain('hidden')
  })
})

describe('beyond loopback without API_KEYS', () => {
  test('a key is made once, shown once, kept hashed, and works after a restart', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'stepstream-'))
    onTestFinished(() => rm(dir, { recursive: true, force: true }))
    const made: string[] = []
    const lines = logLines()
    const settings = { ...wide, DATA_DIR: dir, LOG_LEVEL: 'trace' }
    const options = { onKeyMade: (key: string) => void made.push(key), logDestination: lines }
    for (const start of [1, 2, 3]) {
      await using service = await startService(settings, options)
      expect(made).toHaveLength(1)
      const headers = { authorization: `Bearer ${made[0]}` }
      expect([start, (await service.get('/v1/sessions', headers)).status]).toEqual([start, 200])
      expect((await service.get('/v1/sessions')).status).toBe(401)
      expect((await service.get('/healthz')).status).toBe(200)
    }
    const [key = ''] = made
    expect(key).toMatch(/^sk_[\w-]{32}$/)
    expect(lines.text()).not.toContain(key)
  })

  test.runIf(store === 'sqlite')('the key itself is nowhere in the data folder', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'stepstream-'))
    onTestFinished(() => rm(dir, { recursive: true, force: true }))
    let key = ''
    const onKeyMade = (made: string) => {
      key = made
    }
    await (await startService({ ...wide, DATA_DIR: dir }, { onKeyMade })).app.close()
    const kept = await contentsOf(dir)
    expect(kept.includes(key)).toBe(false)
    expect(kept.includes(createHash('sha256').update(key).digest('hex'))).toBe(true)
  })

  test('any host name leads here, since a page cannot know the key', async () => {
    let key = ''
    await using service = await startService(wide, { onKeyMade: (made) => (key = made) })
    const headers = { authorization: `Bearer ${key}`, host: 'flows.example' }
    const answer = await request(`${service.url}/v1/sessions`, { headers })
    await answer.body.dump()
    expect(answer.statusCode).toBe(200)
  })
})

async function contentsOf(dir: string): Promise<Buffer> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return Buffer.concat(
    await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name)))),
  )
}
