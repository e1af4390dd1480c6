import { beforeEach, describe, expect, test } from 'vitest'
import type { Label, ListFilter, SessionRecord, Store } from '../../src/store/types.ts'
import { create, move, sessionRecord, start } from './records.ts'

/** A new session with labels. */
export function labelled(
  labels: Readonly<Record<string, string>>,
  changes: Partial<SessionRecord> = {},
): Partial<SessionRecord> {
  const { plan } = sessionRecord()
  return { plan: { ...plan, labels }, ...changes }
}

/** `key:value` as a filter has it. */
export function label(text: string): Label {
  const [key = '', value = ''] = text.split(':')
  return { key, value }
}

/** What every store must do with labels. */
export function labelContract(current: () => Store): void {
  describe('labels', () => {
    let store: Store
    beforeEach(() => {
      store = current()
    })

    const found = async (labels: readonly string[], filter: Partial<ListFilter> = {}) => {
      const listings = await store.listSessions({
        tenant: 'default',
        limit: 10,
        labels: labels.map(label),
        ...filter,
      })
      return listings.map((listing) => listing.name)
    }

    async function fill(): Promise<SessionRecord[]> {
      const sessions: SessionRecord[] = []
      const all = [
        { env: 'prod', team: 'a' },
        { env: 'test', team: 'a' },
        { env: 'prod', team: 'b' },
        { env: 'prod' },
        {},
        { env: 'prod', team: 'a', 'app.io/tier': 'é"\\' },
      ]
      for (const [index, labels] of all.entries()) {
        const changes = { name: 'abcdef'.charAt(index), createdAt: start + index * 1000 }
        sessions.push(await create(store, labelled(labels, changes)))
      }
      await create(store, labelled({ env: 'prod' }, { name: 'foreign', tenant: 'other' }))
      return sessions
    }

    test('come back with the session and in lists', async () => {
      const [first] = await fill()
      expect(await store.session(first?.id ?? '')).toEqual(first)
      const listings = await store.listSessions({ tenant: 'default', limit: 2 })
      expect(listings.map(({ labels }) => labels)).toEqual([
        { env: 'prod', team: 'a', 'app.io/tier': 'é"\\' },
        {},
      ])
    })

    test('find the sessions that have all of them, the newest first, of one tenant', async () => {
      await fill()
      expect(await found(['env:prod'])).toEqual(['f', 'd', 'c', 'a'])
      expect(await found(['env:prod'], { tenant: 'other' })).toEqual(['foreign'])
      expect(await found(['env:prod', 'team:a'])).toEqual(['f', 'a'])
      expect(await found(['team:a', 'env:prod'])).toEqual(['f', 'a'])
      expect(await found(['app.io/tier:é"\\'])).toEqual(['f'])
      expect(await found(['env:prod', 'env:test'])).toEqual([])
      expect(await found(['env:'])).toEqual([])
      expect(await found(['team:prod'])).toEqual([])
      expect(await found([])).toEqual(['f', 'e', 'd', 'c', 'b', 'a'])
    })

    test('go with every other filter and with cursors, whichever leaves the fewest', async () => {
      const sessions = await fill()
      for (const index of [0, 2, 3]) {
        await move(store, sessions[index] as SessionRecord, 1, 'running')
      }
      expect(await found(['env:prod'], { status: ['running'] })).toEqual(['d', 'c', 'a'])
      expect(await found(['env:prod'], { status: ['running', 'queued'], limit: 3 })).toEqual([
        'f',
        'd',
        'c',
      ])
      expect(await found(['env:prod'], { status: [] })).toEqual([])
      expect(await found(['team:b'], { status: ['running'] })).toEqual(['c'])
      expect(await found(['team:b'], { status: ['queued'] })).toEqual([])
      expect(await found(['env:prod'], { name: 'c' })).toEqual(['c'])
      expect(await found(['env:prod'], { name: 'c', status: ['failed'] })).toEqual([])
      expect(await found(['env:test'], { name: 'c' })).toEqual([])
      expect(await found(['env:prod'], { workflow: 'nightly' })).toEqual([])
      const window = { createdAfter: start + 1000, createdBefore: start + 3000 }
      expect(await found(['env:prod'], window)).toEqual(['d', 'c'])
      const after = sessions[3]?.id ?? ''
      expect(await found(['env:prod'], { after, limit: 1 })).toEqual(['c'])
      expect(await found(['env:prod', 'team:a'], { after })).toEqual(['a'])
    })

    test('are listed oldest first as well, and go on from there', async () => {
      const sessions = await fill()
      const order = 'oldest' as const
      expect(await found(['env:prod'], { order })).toEqual(['a', 'c', 'd', 'f'])
      expect(await found([], { order, limit: 2 })).toEqual(['a', 'b'])
      const status = ['queued', 'running'] as const
      await move(store, sessions[2] as SessionRecord, 1, 'running')
      expect(await found(['env:prod'], { order, status, limit: 3 })).toEqual(['a', 'c', 'd'])
      expect(await found(['env:prod'], { order, status: ['queued'] })).toEqual(['a', 'd', 'f'])
      const after = sessions[2]?.id ?? ''
      expect(await found(['env:prod'], { order, after })).toEqual(['d', 'f'])
      expect(await found([], { order, after, limit: 2 })).toEqual(['d', 'e'])
      const window = { createdAfter: start + 1000, createdBefore: start + 3000 }
      expect(await found([], { order, ...window })).toEqual(['b', 'c', 'd'])
      expect(await found(['env:prod'], { order, ...window })).toEqual(['c', 'd'])
    })

    test('stand for a concurrency key, and do not show', async () => {
      const { plan } = sessionRecord()
      const concurrency = { key: 'k', limit: 1, onLimit: 'queue' } as const
      await create(store, { plan: { ...plan, concurrency }, name: 'keyed' })
      await create(store, { name: 'free' })
      const [listing, ...rest] = await store.listSessions({
        tenant: 'default',
        concurrency: { key: 'k', priority: 0 },
        limit: 10,
      })
      expect(listing).toMatchObject({ name: 'keyed', labels: {}, startedBy: {} })
      expect(rest).toEqual([])
    })

    test('stand for a concurrency key with one priority, and do not show', async () => {
      const concurrency = { key: 'k', limit: 1, onLimit: 'queue' } as const
      const keyed = (name: string, priority?: number) => {
        const { plan } = sessionRecord()
        const prioritised = priority === undefined ? {} : { priority }
        return create(store, { name, plan: { ...plan, concurrency, ...prioritised } })
      }
      for (const [name, priority] of [['usual'], ['high', 10], ['low', -10], ['one', 1]] as const) {
        await keyed(name, priority)
      }
      await create(store, { name: 'free', plan: { ...sessionRecord().plan, priority: 10 } })
      const found = async (priority: number, key = 'k') => {
        const sought = { tenant: 'default', concurrency: { key, priority }, limit: 10 }
        return (await store.listSessions(sought)).map(({ name, labels, startedBy }) => {
          expect([labels, startedBy]).toEqual([{}, {}])
          return name
        })
      }
      expect([await found(0), await found(10), await found(-10), await found(1)]).toEqual([
        ['usual'],
        ['high'],
        ['low'],
        ['one'],
      ])
      expect([await found(2), await found(10, 'other')]).toEqual([[], []])
    })

    test('go with the session', async () => {
      const [first] = await fill()
      await move(store, first as SessionRecord, 1, 'completed', { endedAt: start + 9000 })
      await store.markForPurge(first?.id ?? '')
      expect(await found(['env:prod', 'team:a'])).toEqual(['f'])
      for (let more = true; more; ) {
        more = (await store.purge({ endedBefore: 0, now: start, maxRows: 100 })).more
      }
      expect(await found(['env:prod', 'team:a'])).toEqual(['f'])
    })
  })
}
