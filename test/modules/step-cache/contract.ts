import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createStepCache } from '../../../src/modules/step-cache/index.ts'
import { KIND } from '../../../src/modules/step-cache/record.ts'
import type { CacheKey } from '../../../src/modules/step-cache/types.ts'
import type { Store } from '../../../src/store/types.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { clicks, key, only, weakClick } from './steps.ts'

const day = 24 * 3_600_000
const ttlMs = 30 * day

/** What the cache does on every store. @param open two stores of two replicas, or one twice */
export function stepCacheContract(
  name: string,
  open: () => Promise<readonly [Store, Store]> | readonly [Store, Store],
): void {
  describe(`the step cache on ${name}`, () => {
    let stores: readonly [Store, Store]
    let clock: ManualClock
    beforeEach(async () => {
      stores = await open()
      clock = new ManualClock()
    })
    afterEach(async () => {
      for (const store of new Set(stores)) await store.close()
    })

    const cacheOn = (store: Store, maxEntries = 100) =>
      createStepCache({
        store,
        clock,
        version: '1',
        ttlMs,
        maxEntries,
        holdsSecret: (text) => text.includes('hunter2'),
      })
    const cache = (maxEntries?: number) => cacheOn(stores[0], maxEntries)
    const elsewhere = () => cacheOn(stores[1])
    const entries = (tenant = key.tenant) => cache().list(tenant, undefined, 100)

    test('gives back what was put, here and elsewhere, to its tenant and its page alone', async () => {
      const steps = { ...clicks('Add to cart', 'Cart'), done: { text: 'Blue mug' } }
      expect(await cache().get(key)).toBeUndefined()
      expect(await cache().put(key, steps)).toBe('stored')
      for (const one of [cache(), elsewhere()]) {
        expect(await one.get(key)).toEqual(steps)
        expect(await one.get({ ...key, tenant: 'other' })).toBeUndefined()
        expect(await one.get({ ...key, url: 'https://shop.example/cart' })).toBeUndefined()
        expect(await one.get({ ...key, text: 'Put the red mug into the cart' })).toBeUndefined()
      }
    })

    test('finds nothing that another version of the grammar or the prompts has kept', async () => {
      await cache().put(key, clicks('Cart'))
      const options = { store: stores[0], clock, ttlMs, holdsSecret: () => false }
      expect(await createStepCache({ ...options, version: '2' }).get(key)).toBeUndefined()
    })

    test('shows who used what, and lets an entry or all of them go', async () => {
      const at = clock.now()
      await cache().put(key, clicks('Add to cart', 'Cart'))
      clock.advance(1000)
      const order = { ...key, text: 'Open the order', url: 'https://shop.example/orders/17?a=b' }
      await cache().put(order, clicks('Order'))
      clock.advance(1000)
      await cache().worked(key)
      await cache().failed(order)
      await cache().put({ ...key, tenant: 'other' }, clicks('Cart'))
      const [first, second] = await entries()
      const id = expect.stringMatching(/^[0-9a-f]{64}$/)
      const common = { id, pending: false }
      expect([first, second]).toEqual([
        {
          ...common,
          text: key.text,
          url: 'https://shop.example/products',
          actions: 2,
          hits: 1,
          failures: 0,
          createdAt: at,
          lastUsedAt: at + 2000,
        },
        {
          ...common,
          text: 'Open the order',
          url: 'https://shop.example/orders/*',
          actions: 1,
          hits: 0,
          failures: 1,
          createdAt: at + 1000,
          lastUsedAt: at + 1000,
        },
      ])
      expect(await cache().list(key.tenant, first?.id, 1)).toEqual([second])
      const removed = cache().remove('other', first?.id ?? '')
      await expect(removed).rejects.toMatchObject({ code: 'CACHE_ENTRY_NOT_FOUND' })
      await cache().remove(key.tenant, first?.id ?? '')
      expect(await entries()).toEqual([second])
      expect(await elsewhere().clear(key.tenant)).toBe(1)
      expect([await entries(), await cache().get(order)]).toEqual([[], undefined])
      expect(await entries('other')).toHaveLength(1)
    })

    test('keeps what is used, and forgets what was not used for long', async () => {
      await cache().put(key, clicks('Cart'))
      clock.advance(ttlMs - 1)
      await cache().worked(key)
      clock.advance(ttlMs - 1)
      expect(await cache().get(key)).toEqual(clicks('Cart'))
      clock.advance(1)
      expect([await cache().get(key), await entries()]).toEqual([undefined, []])
      const now = clock.now()
      await stores[0].purge({ endedBefore: 0, now, maxRows: 10 })
      expect(await stores[0].countDocuments(key.tenant, KIND)).toBe(0)
      await cache().put(key, clicks('Cart'))
      expect(await entries()).toMatchObject([{ hits: 0, createdAt: now }])
    })

    test('puts what is found anew in place of what has expired', async () => {
      await cache().put(key, clicks('Cart'))
      await cache().worked(key)
      clock.advance(ttlMs)
      await cache().put(key, clicks('Cart'))
      expect(await entries()).toMatchObject([{ hits: 0, createdAt: clock.now() }])
    })

    test('has room for so many of a tenant: what lies unused for longest gives way', async () => {
      const texts = ['one', 'two', 'three', 'four']
      const of = (text: string): CacheKey => ({ ...key, text })
      for (const text of texts.slice(0, 3)) {
        await cache(3).put(of(text), clicks(text))
        clock.advance(1)
      }
      await cache(3).worked(of('one'))
      clock.advance(1)
      await cache(3).put({ ...of('two'), tenant: 'other' }, clicks('two'))
      await cache(3).put(of('four'), clicks('four'))
      const kept = await Promise.all(texts.map((text) => cache().get(of(text))))
      expect(kept.map((steps) => steps !== undefined)).toEqual([true, false, true, true])
      expect(await cache().get({ ...of('two'), tenant: 'other' })).toEqual(clicks('two'))
    })

    test('has no more than there is room for, however many write at the same moment', async () => {
      const both = [cacheOn(stores[0], 3), cacheOn(stores[1], 3)]
      const texts = Array.from({ length: 12 }, (_, n) => `Click button ${n}`)
      await Promise.all(texts.map((text, n) => both[n % 2]!.put({ ...key, text }, clicks(text))))
      expect((await entries()).length).toBeLessThanOrEqual(3)
      await cache(3).put(key, clicks('Cart'))
      expect(await elsewhere().get(key)).toEqual(clicks('Cart'))
    })

    test('lets go of what failed twice in a row', async () => {
      await cache().put(key, clicks('Cart'))
      await cache().failed(key)
      expect(await cache().get(key)).toEqual(clicks('Cart'))
      await cache().worked(key)
      expect(await cache().failed(key)).toBe(false)
      expect(await elsewhere().get(key)).toEqual(clicks('Cart'))
      expect(await elsewhere().failed(key)).toBe(true)
      expect(await cache().get(key)).toBeUndefined()
      expect(await cache().failed(key)).toBe(false)
      await cache().worked(key)
      expect(await entries()).toEqual([])
    })

    test('puts what was healed in place of what did not work', async () => {
      const at = clock.now()
      await cache().put(key, clicks('Cart'))
      await cache().failed(key)
      clock.advance(5)
      await cache().worked(key, clicks('Basket'))
      expect(await cache().get(key)).toEqual(clicks('Basket'))
      const entry = { hits: 1, failures: 0, createdAt: at, lastUsedAt: at + 5 }
      expect(await entries()).toMatchObject([entry])
      await cache().failed(key)
      expect(await cache().get(key)).toEqual(clicks('Basket'))
    })

    test('keeps what was healed though it went in between, and leaves what is there when it may not be kept', async () => {
      await cache().worked(key, clicks('Basket'))
      expect(await cache().get(key)).toEqual(clicks('Basket'))
      await cache().worked(key, only({ do: 'extract' }))
      expect(await cache().get(key)).toEqual(clicks('Basket'))
      expect(await entries()).toMatchObject([{ hits: 0 }])
    })

    test('says nothing of what is kept now when something else has failed', async () => {
      await cache().put(key, clicks('Cart'))
      const stale = (await cache().get(key))!
      await elsewhere().worked(key, clicks('Basket'))
      for (let n = 0; n < 3; n++) await cache().failed(key, stale)
      expect(await cache().get(key)).toEqual(clicks('Basket'))
      for (let n = 0; n < 2; n++) await cache().failed(key, clicks('Basket'))
      expect(await cache().get(key)).toBeUndefined()
    })

    test('uses what is found by its place when it was found the same way twice', async () => {
      await cache().put(key, weakClick(1))
      expect([await cache().get(key), await entries()]).toMatchObject([
        undefined,
        [{ pending: true }],
      ])
      await elsewhere().put(key, weakClick(2))
      expect(await cache().get(key)).toBeUndefined()
      await cache().put(key, weakClick(2))
      expect([await elsewhere().get(key), await entries()]).toMatchObject([
        weakClick(2),
        [{ pending: false }],
      ])
      await cache().worked(key, weakClick(2))
      expect(await cache().get(key)).toEqual(weakClick(2))
      await cache().worked(key, weakClick(3))
      expect(await cache().get(key)).toBeUndefined()
      await cache().put(key, weakClick(3))
      expect(await cache().get(key)).toEqual(weakClick(3))
    })

    test('loses no use, failure or confirmation to others that write at the same moment', async () => {
      const both = [cache(), elsewhere()]
      await Promise.all(both.map((one) => one.put(key, weakClick())))
      expect(await cache().get(key)).toEqual(weakClick())
      await Promise.all(both.flatMap((one) => [one.worked(key), one.worked(key), one.worked(key)]))
      expect(await entries()).toMatchObject([{ hits: 6, failures: 0 }])
      await Promise.all(both.map((one) => one.failed(key)))
      expect(await entries()).toEqual([])
    })

    test('keeps one of several that were verified at the same moment, whole', async () => {
      const all = Array.from({ length: 8 }, (_, n) => clicks(`Cart ${n}`, `Pay ${n}`))
      const both = [cache(), elsewhere()]
      await Promise.all(all.map((steps, n) => both[n % 2]!.worked(key, steps)))
      expect(all).toContainEqual(await cache().get(key))
      expect(await entries()).toHaveLength(1)
    })

    test.for(['{', 'null', '[]', '{"format":0}', '{"format":1,"steps":{"actions":[]}}'])(
      'misses what it cannot read, and writes over it: %s',
      async (body) => {
        await cache().put(key, clicks('Cart'))
        const [document] = await stores[0].listDocuments({
          tenant: key.tenant,
          kind: KIND,
          limit: 1,
        })
        const { version, ...rest } = document!
        await stores[0].putDocument({ ...rest, body }, version)
        expect([await cache().get(key), await entries()]).toEqual([undefined, []])
        await cache().failed(key)
        await cache().put(key, clicks('Basket'))
        expect(await cache().get(key)).toEqual(clicks('Basket'))
      },
    )

    test('lists on behind what it cannot read', async () => {
      for (const text of ['one', 'two', 'three']) {
        await cache().put({ ...key, text }, clicks(text))
        clock.advance(1)
      }
      const list = { tenant: key.tenant, kind: KIND, limit: 10 }
      const { version, ...second } = (await stores[0].listDocuments(list))[1]!
      await stores[0].putDocument({ ...second, body: '?' }, version)
      const page = await cache().list(key.tenant, undefined, 2)
      expect(page.map(({ text }) => text)).toEqual(['three', 'one'])
      expect(await cache().clear(key.tenant)).toBe(3)
    })

    test('misses an action that is no action any more', async () => {
      await cache().put(key, clicks('Cart'))
      const list = { tenant: key.tenant, kind: KIND, limit: 1 }
      const { version, body, ...rest } = (await stores[0].listDocuments(list))[0]!
      const changed = body.replace('"do":"click"', '"do":"evaluate"')
      expect(changed).not.toBe(body)
      await stores[0].putDocument({ ...rest, body: changed }, version)
      expect(await cache().get(key)).toBeUndefined()
    })
  })
}
