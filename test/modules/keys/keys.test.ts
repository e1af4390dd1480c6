import { describe, expect, test } from 'vitest'
import { openKeys } from '../../../src/modules/keys/index.ts'
import type {
  Caller,
  Identified,
  KeyRecord,
  Keys,
  NewKey,
} from '../../../src/modules/keys/types.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import { losableStore } from '../../http/support/lost-store.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const reader: NewKey = { name: 'reader', scopes: ['read'], createdBy: null, expiresAt: null }
const secretOf = { ci: 'ci-secret-0123456789' }
const session = 'ses_00000000000000000000000000'

async function setup({ pairs = [`ci:${secretOf.ci}`], store = createMemoryStore() } = {}) {
  const clock = new ManualClock()
  const warnings: unknown[] = []
  const log = { warn: (line: unknown) => void warnings.push(line) }
  const open = (others: readonly string[] = pairs) =>
    openKeys({ store, clock, log, areNeeded: true, pairs: others })
  return { keys: await open(), open, store, clock, warnings }
}

function callerOf(found: Identified): Caller {
  if (typeof found !== 'object') throw new Error(`not let in: ${found}`)
  return found.caller
}

/** What opens a stream, as it goes on. */
async function permitOf(keys: Keys, secret: string) {
  const found = await keys.identify(secret)
  if (typeof found !== 'object' || found.permit === undefined) throw new Error('nothing to lapse')
  return found.permit
}

describe('a key', () => {
  test('is found by its secret, of which the hash alone is kept', async () => {
    const { keys, store } = await setup()
    const wanted: NewKey = { ...reader, scopes: ['work'], queues: ['mail'], createdBy: 'key_0' }
    const { key, secret } = await keys.create('acme', wanted)
    expect(secret).toMatch(/^sk_[\w-]{32}$/)
    expect(callerOf(await keys.identify(secret))).toEqual({
      keyId: key.id,
      name: 'reader',
      tenant: 'acme',
      scopes: new Set(['work']),
      queues: ['mail'],
      expiresAt: null,
    })
    const kept = await store.document('acme', 'key', key.id)
    expect(kept?.body).not.toContain(secret.slice(0, -4))
    expect((JSON.parse(kept?.body ?? '') as KeyRecord).secrets).toEqual([
      { hash: expect.stringMatching(/^[0-9a-f]{64}$/), hint: secret.slice(-4), until: null },
    ])
  })

  test.for(['', 'sk_', `sk_${'x'.repeat(32)}`, 'ci', 'x'.repeat(10_000)])(
    '%j is none',
    async (secret) => {
      const { keys } = await setup()
      await keys.create('acme', reader)
      expect(await keys.identify(secret)).toBeUndefined()
    },
  )

  test('of the settings may do everything, as an operator', async () => {
    const { keys } = await setup()
    const found = await keys.identify(secretOf.ci)
    expect(callerOf(found)).toMatchObject({ keyId: 'setting:ci', name: 'ci', tenant: 'default' })
    expect(callerOf(found).scopes).toContain('admin')
    expect(found).not.toHaveProperty('permit')
  })

  test('belongs to its tenant: others do not find it', async () => {
    const { keys } = await setup()
    const { key } = await keys.create('acme', reader)
    const name = { tenant: 'other', id: key.id }
    for (const asked of [keys.get(name), keys.revoke(name), keys.rotate(name, 0)]) {
      await expect(asked).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' })
    }
    expect(await keys.list('other', undefined, 10)).toEqual([])
    expect(await keys.list('acme', undefined, 10)).toMatchObject([{ id: key.id, revokedAt: null }])
  })

  test('a tenant may have a thousand of', async () => {
    const { keys, store, clock } = await setup()
    for (let n = 0; n < 1000; n++) {
      await store.putDocument(
        {
          tenant: 'acme',
          kind: 'key',
          id: `key_${n}`,
          body: '{}',
          createdAt: clock.now(),
          dueAt: null,
          sessionId: null,
          expiresAt: null,
        },
        0,
      )
    }
    await expect(keys.create('acme', reader)).rejects.toMatchObject({ code: 'TOO_MANY_KEYS' })
    await keys.create('other', reader)
  })
})

describe('the end of a key', () => {
  test('comes when it expires, for what is open as well', async () => {
    const { keys, clock } = await setup()
    const { secret } = await keys.create('acme', { ...reader, expiresAt: clock.now() + hour })
    const permit = await permitOf(keys, secret)
    clock.advance(hour - 1)
    expect(callerOf(await keys.identify(secret)).tenant).toBe('acme')
    expect(await permit.lapse()).toBeUndefined()
    clock.advance(1)
    expect(await keys.identify(secret)).toBe('expired')
    expect(await permit.lapse()).toBe('expired')
  })

  test('comes at once where it is revoked, and within two seconds elsewhere', async () => {
    const { keys, open, clock } = await setup()
    const other = await open()
    const { key, secret } = await keys.create('acme', reader)
    const permits = [await permitOf(keys, secret), await permitOf(other, secret)] as const
    await keys.revoke(key)
    expect(await keys.identify(secret)).toBe('revoked')
    expect(await permits[0].lapse()).toBe('revoked')
    clock.advance(2000)
    expect(await other.identify(secret)).toBe('revoked')
    expect(await permits[1].lapse()).toBe('revoked')
  })

  test('is told of a key that is forgotten as well', async () => {
    const { keys, store, clock } = await setup()
    const { key, secret } = await keys.create('acme', reader)
    const permit = await permitOf(keys, secret)
    await keys.revoke(key)
    await store.removeDocument('acme', 'key', key.id)
    clock.advance(2000)
    expect(await permit.lapse()).toBe('revoked')
    expect(await keys.identify(secret)).toBeUndefined()
  })

  test('is final: it is revoked once, and cannot be rotated', async () => {
    const { keys, clock } = await setup()
    const { key } = await keys.create('acme', reader)
    const { revokedAt } = await keys.revoke(key)
    clock.advance(hour)
    expect(await keys.revoke(key)).toMatchObject({ revokedAt, version: 2 })
    await expect(keys.rotate(key, 0)).rejects.toMatchObject({ code: 'KEY_ENDED' })
    const late = await keys.create('acme', { ...reader, expiresAt: clock.now() + 1 })
    clock.advance(1)
    await expect(keys.rotate(late.key, 0)).rejects.toMatchObject({ code: 'KEY_ENDED' })
  })

  test('is listed for 30 days more, and then nothing is left of it', async () => {
    const { keys, store, clock } = await setup()
    const expiring = await keys.create('acme', { ...reader, expiresAt: clock.now() + day })
    const revoked = await keys.create('acme', reader)
    const rotated = await keys.rotate(revoked.key, day)
    await keys.revoke(revoked.key)
    const purge = () => store.purge({ endedBefore: 0, now: clock.now(), maxRows: 100 })
    const kept = async () => ({
      keys: await store.countDocuments('acme', 'key'),
      secrets: await store.countDocuments(':keys', 'secret'),
    })
    clock.advance(30 * day - 1)
    await purge()
    expect(await kept()).toEqual({ keys: 2, secrets: 3 })
    expect(await keys.identify(rotated.secret)).toBe('revoked')
    clock.advance(1)
    await purge()
    expect(await kept()).toEqual({ keys: 1, secrets: 1 })
    expect(await keys.identify(expiring.secret)).toBe('expired')
    clock.advance(day)
    await purge()
    expect(await kept()).toEqual({ keys: 0, secrets: 0 })
  })
})

describe('a rotation', () => {
  test('replaces the secret at once where no overlap is asked for', async () => {
    const { keys, store } = await setup()
    const { key, secret } = await keys.create('acme', reader)
    const permit = await permitOf(keys, secret)
    const next = await keys.rotate(key, 0)
    expect(next.key.id).toBe(key.id)
    expect(await keys.identify(secret)).toBeUndefined()
    expect(callerOf(await keys.identify(next.secret)).keyId).toBe(key.id)
    expect(await permit.lapse()).toBe('revoked')
    expect(await store.countDocuments(':keys', 'secret')).toBe(1)
  })

  test('lets the old secret work until the overlap ends', async () => {
    const { keys, clock } = await setup()
    const { key, secret } = await keys.create('acme', reader)
    const next = await keys.rotate(key, hour)
    clock.advance(hour - 1)
    expect(callerOf(await keys.identify(secret)).keyId).toBe(key.id)
    clock.advance(1)
    expect(await keys.identify(secret)).toBe('revoked')
    expect(callerOf(await keys.identify(next.secret)).keyId).toBe(key.id)
  })

  test('gives no secret longer than it had', async () => {
    const { keys, clock } = await setup()
    const first = await keys.create('acme', reader)
    const second = await keys.rotate(first.key, hour)
    const third = await keys.rotate(first.key, 2 * hour)
    clock.advance(hour)
    expect(await keys.identify(first.secret)).toBe('revoked')
    expect(callerOf(await keys.identify(second.secret)).keyId).toBe(first.key.id)
    await keys.rotate(first.key, 0)
    expect(await keys.identify(second.secret)).toBeUndefined()
    expect(await keys.identify(third.secret)).toBeUndefined()
  })

  test('of two at the same moment leaves one secret', async () => {
    const { keys } = await setup()
    const { key } = await keys.create('acme', reader)
    const both = await Promise.all([keys.rotate(key, 0), keys.rotate(key, 0)])
    const opened = await Promise.all(both.map(({ secret }) => keys.identify(secret)))
    expect(opened.filter((found) => typeof found === 'object')).toHaveLength(1)
  })
})

describe('looking keys up', () => {
  test('asks the store once in two seconds for a secret, known or not', async () => {
    const store = createMemoryStore()
    let reads = 0
    const counting = {
      ...store,
      document: (...asked: Parameters<typeof store.document>) => {
        reads += 1
        return store.document(...asked)
      },
    }
    const { keys, clock } = await setup({ store: counting })
    const { secret } = await keys.create('acme', reader)
    await Promise.all(Array.from({ length: 50 }, () => keys.identify(secret)))
    await keys.stop()
    const atFirst = reads
    for (let n = 0; n < 50; n++) await keys.identify(secret)
    expect(reads).toBe(atFirst)
    const unknown = `sk_${'u'.repeat(32)}`
    for (let n = 0; n < 50; n++) await keys.identify(unknown)
    expect(reads).toBe(atFirst + 1)
    clock.advance(2000)
    await keys.identify(secret)
    expect(reads).toBe(atFirst + 3)
  })

  test('does not keep that the store could not be asked', async () => {
    const lost = losableStore()
    const { keys } = await setup({ store: lost.store })
    const { secret } = await keys.create('acme', reader)
    lost.lose()
    await expect(keys.identify(secret)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(callerOf(await keys.identify(secretOf.ci)).name).toBe('ci')
    lost.find()
    expect(callerOf(await keys.identify(secret)).tenant).toBe('acme')
  })

  test('notes when a key was used, once a minute', async () => {
    const { keys, open, clock } = await setup()
    const other = await open()
    const { key, secret } = await keys.create('acme', reader)
    const use = async (by: Keys) => {
      await by.identify(secret)
      await by.stop()
      const { lastUsedAt, version } = await keys.get(key)
      return { lastUsedAt, version }
    }
    const first = clock.now()
    expect(await use(keys)).toEqual({ lastUsedAt: first, version: 2 })
    clock.advance(59_000)
    expect(await use(keys)).toEqual({ lastUsedAt: first, version: 2 })
    expect(await use(other)).toEqual({ lastUsedAt: first, version: 2 })
    clock.advance(1000)
    expect(await use(other)).toEqual({ lastUsedAt: first + minute, version: 3 })
    clock.advance(2000)
    expect(await use(keys)).toEqual({ lastUsedAt: first + minute, version: 3 })
  })

  test('lets a key in whose use cannot be noted', async () => {
    const store = createMemoryStore()
    const { keys, clock, warnings } = await setup({ store })
    const { key, secret } = await keys.create('acme', reader)
    await keys.identify(secret)
    await keys.stop()
    clock.advance(minute)
    const putDocument = store.putDocument
    store.putDocument = () => Promise.reject(new Error('no'))
    expect(callerOf(await keys.identify(secret)).keyId).toBe(key.id)
    await keys.stop()
    store.putDocument = putDocument
    expect(warnings).toMatchObject([{ keyId: key.id }])
  })
})

describe('a ticket', () => {
  async function withTicket(ttlMs = hour) {
    const set = await setup()
    const made = await set.keys.create('acme', { ...reader, scopes: ['read', 'control'] })
    const caller = callerOf(await set.keys.identify(made.secret))
    return { ...set, made, caller, ...(await set.keys.issueTicket(caller, session, ttlMs)) }
  }

  test('stands for its key, to read alone, in every process', async () => {
    const { open, made, ticket, expiresAt, clock } = await withTicket()
    expect(expiresAt).toBe(clock.now() + hour)
    const found = await (await open()).admitTicket(ticket, session)
    expect(callerOf(found)).toMatchObject({ keyId: made.key.id, tenant: 'acme', expiresAt })
    expect([...callerOf(found).scopes]).toEqual(['read'])
  })

  test('is good for one session', async () => {
    const { keys, ticket } = await withTicket()
    expect(await keys.admitTicket(ticket, session.replace(/0$/, '1'))).toBeUndefined()
  })

  test('cannot be made up, nor changed', async () => {
    const { keys, ticket, caller } = await withTicket()
    const stranger = await setup()
    const theirs = await stranger.keys.issueTicket(caller, session, hour)
    const [payload = '', signature = ''] = ticket.slice(3).split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown[]
    const longer = Buffer.from(JSON.stringify(claims.with(3, Number(claims[3]) + day)))
    const forged = [
      theirs.ticket,
      `tk_${longer.toString('base64url')}.${signature}`,
      `tk_${payload}.${signature.slice(1)}`,
      `tk_${payload}.`,
      `tk_${payload}`,
      `${ticket}x`,
      `tk_${Buffer.from('no JSON').toString('base64url')}.${signature}`,
      `tk_${Buffer.from('[1,2]').toString('base64url')}.${signature}`,
      'tk_.',
      '',
      `tk_${'x'.repeat(5000)}.${signature}`,
    ]
    for (const one of forged)
      expect([one, await keys.admitTicket(one, session)]).toEqual([one, undefined])
    expect(callerOf(await keys.admitTicket(ticket, session)).tenant).toBe('acme')
  })

  test('expires, for what it has opened as well', async () => {
    const { keys, ticket, clock } = await withTicket()
    const found = await keys.admitTicket(ticket, session)
    const { permit } = found as { permit: { lapse(): Promise<unknown> } }
    clock.advance(hour - 1)
    expect(await permit.lapse()).toBeUndefined()
    clock.advance(1)
    expect(await permit.lapse()).toBe('expired')
    expect(await keys.admitTicket(ticket, session)).toBe('expired')
  })

  test('expires with its key at the latest', async () => {
    const { keys, clock } = await setup()
    const { secret } = await keys.create('acme', { ...reader, expiresAt: clock.now() + minute })
    const caller = callerOf(await keys.identify(secret))
    const { expiresAt } = await keys.issueTicket(caller, session, hour)
    expect(expiresAt).toBe(clock.now() + minute)
  })

  test('ends with its key, and outlives its secret', async () => {
    const { keys, made, ticket } = await withTicket()
    const found = await keys.admitTicket(ticket, session)
    const { permit } = found as { permit: { lapse(): Promise<unknown> } }
    await keys.rotate(made.key, 0)
    expect(callerOf(await keys.admitTicket(ticket, session)).keyId).toBe(made.key.id)
    expect(await permit.lapse()).toBeUndefined()
    await keys.revoke(made.key)
    expect(await keys.admitTicket(ticket, session)).toBe('revoked')
    expect(await permit.lapse()).toBe('revoked')
  })

  test('of a key of the settings ends when that has another secret, or is gone', async () => {
    const { keys, open } = await setup()
    const caller = callerOf(await keys.identify(secretOf.ci))
    const { ticket } = await keys.issueTicket(caller, session, hour)
    expect(callerOf(await (await open()).admitTicket(ticket, session)).name).toBe('ci')
    for (const pairs of [['ci:another-0123456789'], [`me:${secretOf.ci}`]]) {
      expect(await (await open(pairs)).admitTicket(ticket, session)).toBeUndefined()
    }
  })

  test('from when no key was needed opens nothing once one is', async () => {
    const { keys } = await setup()
    const { ticket } = await keys.issueTicket(undefined, session, hour)
    expect(await keys.admitTicket(ticket, session)).toBeUndefined()
  })
})
