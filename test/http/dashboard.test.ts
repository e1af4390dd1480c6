import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withKeys } from '../support/keys.ts'
import { startService } from '../support/service.ts'

let dashboard: string

beforeAll(async () => {
  dashboard = await mkdtemp(join(tmpdir(), 'stepstream-dashboard-'))
  await mkdir(join(dashboard, 'assets'))
  await writeFile(join(dashboard, 'index.html'), '<title>Stepstream</title>')
  await writeFile(join(dashboard, 'assets/index-abc.js'), 'export {}')
})

afterAll(() => rm(dashboard, { recursive: true, force: true }))

test('every address of the dashboard is its page, which loads nothing from elsewhere', async () => {
  await using service = await startService({}, { dashboard })
  for (const path of ['/', '/sessions', '/sessions/ses_1?view=log', '/new', '/workflows/a%2Fb']) {
    const page = await service.get(path)
    expect([path, page.status, await page.text()]).toEqual([path, 200, '<title>Stepstream</title>'])
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain(
      "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'",
    )
    expect(policy).not.toMatch(/unsafe|https?:/)
    expect(page.headers.get('cache-control')).toBe('no-cache')
  }
})

test('what has a hash in its name is kept for good', async () => {
  await using service = await startService({}, { dashboard })
  const asset = await service.get('/assets/index-abc.js')
  expect([asset.status, asset.headers.get('cache-control')]).toEqual([
    200,
    'public, max-age=31536000, immutable',
  ])
  expect(asset.headers.get('content-type')).toMatch(/javascript/)
  expect((await service.get('/assets/gone.js')).status).toBe(404)
  expect((await service.get('/assets/..%2findex.html')).status).not.toBe(200)
})

test('it needs no key, and leaves everything else as it was', async () => {
  await using service = await startService(withKeys, { dashboard })
  expect((await service.get('/sessions')).status).toBe(200)
  expect((await service.get('/assets/index-abc.js')).status).toBe(200)
  expect((await service.get('/v1/sessions')).status).toBe(401)
  expect((await service.get('/nowhere')).status).toBe(401)
})
