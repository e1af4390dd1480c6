import { expect, test } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { createStepCache } from '../../../src/modules/step-cache/index.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import { clicks, key } from '../../modules/step-cache/steps.ts'
import { as, makeKey, withKeys } from '../../support/keys.ts'
import { startService } from '../../support/service.ts'
import { json } from '../../support/sessions.ts'

interface Page {
  readonly entries: readonly { readonly entryId: string; readonly text: string }[]
  readonly next: string | null
}

/** A service whose tenants `acme` and `other` have entries. */
async function setup() {
  const store = createMemoryStore()
  const options = { store, clock: systemClock, version: '1', ttlMs: 60_000 }
  const cache = createStepCache({ ...options, holdsSecret: () => false })
  for (const text of ['one', 'two', 'three']) await cache.put({ ...key, text }, clicks(text))
  await cache.worked({ ...key, text: 'one' })
  await cache.put({ ...key, tenant: 'other' }, clicks('Cart'))
  const service = await startService(withKeys, { store })
  const admin = async (tenant: string) =>
    as(service, (await makeKey(service, { tenant, scopes: ['admin'] })).secret)
  const acme = await admin('acme')
  const list = async (holder = acme, query = '') => json<Page>(holder.get(`/v1/step-cache${query}`))
  return { service, acme, other: await admin('other'), list }
}

test('GET /v1/step-cache shows what a tenant has kept, in pages', async () => {
  const { service, list } = await setup()
  await using _ = service
  const first = await list(undefined, '?limit=2')
  const second = await list(undefined, `?limit=2&cursor=${first.next}`)
  expect([first.entries.length, second.entries.length, second.next]).toEqual([2, 1, null])
  const all = [...first.entries, ...second.entries]
  expect(all.map(({ text }) => text).toSorted()).toEqual(['one', 'three', 'two'])
  const time = expect.stringMatching(/^\d{4}-.*Z$/)
  expect(all.find(({ text }) => text === 'one')).toEqual({
    entryId: expect.stringMatching(/^[0-9a-f]{64}$/),
    text: 'one',
    url: 'https://shop.example/products',
    actions: 1,
    pending: false,
    hits: 1,
    failures: 0,
    createdAt: time,
    lastUsedAt: time,
  })
})

test('GET /v1/step-cache refuses a cursor of another list, and a query it does not know', async () => {
  const { service, acme } = await setup()
  await using _ = service
  for (const [query, code] of [
    ['?cursor=c2VzXzE', 'INVALID_CURSOR'],
    ['?text=one', 'INVALID_QUERY'],
  ]) {
    const answer = await acme.get(`/v1/step-cache${query}`)
    expect([answer.status, await json(answer)]).toMatchObject([400, { code }])
  }
})

test('DELETE /v1/step-cache/:id forgets one entry, of the tenant alone', async () => {
  const { service, acme, other, list } = await setup()
  await using _ = service
  const [entry] = (await list()).entries
  const path = `/v1/step-cache/${entry?.entryId}`
  const refused = await other.send('DELETE', path)
  expect([refused.status, await json(refused)]).toMatchObject([
    404,
    { code: 'CACHE_ENTRY_NOT_FOUND' },
  ])
  expect((await acme.send('DELETE', path)).status).toBe(204)
  expect((await acme.send('DELETE', path)).status).toBe(404)
  expect((await acme.send('DELETE', '/v1/step-cache/nonsense')).status).toBe(404)
  expect((await list()).entries).toHaveLength(2)
})

test('DELETE /v1/step-cache forgets all of a tenant, and the audit log says so', async () => {
  const { service, acme, other, list } = await setup()
  await using _ = service
  const [entry] = (await list()).entries
  await acme.send('DELETE', `/v1/step-cache/${entry?.entryId}`)
  const cleared = () => json(acme.send('DELETE', '/v1/step-cache'))
  expect(await cleared()).toEqual({ removed: 2 })
  expect(await cleared()).toEqual({ removed: 0 })
  expect([await list(), await list(other)]).toMatchObject([
    { entries: [] },
    { entries: [{ text: key.text }] },
  ])
  const audited = async () => (await json<{ entries: object[] }>(acme.get('/v1/audit'))).entries
  const logged = { tenant: 'acme', actor: 'test', outcome: { status: 200 } }
  await expect.poll(audited).toMatchObject([
    { ...logged, action: 'cache.clear' },
    { ...logged, action: 'cache.clear' },
    { action: 'cache.remove', target: { entry: entry?.entryId }, outcome: { status: 204 } },
  ])
})
