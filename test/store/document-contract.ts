import { beforeEach, describe, expect, test } from 'vitest'
import type { ListDocuments, NewDocument } from '../../src/store/documents.ts'
import type { Store } from '../../src/store/types.ts'
import { create, events, start } from './records.ts'

/** A schedule that is never due, belongs to no session and does not expire. */
export function newDocument(id: string, changes: Partial<NewDocument> = {}): NewDocument {
  return {
    tenant: 'default',
    kind: 'schedule',
    id,
    body: JSON.stringify({ id, text: 'é' }),
    createdAt: start,
    dueAt: null,
    sessionId: null,
    expiresAt: null,
    ...changes,
  }
}

/** What every store must do with documents; part of its contract. */
export function documentContract(current: () => Store): void {
  describe('documents', () => {
    let store: Store
    beforeEach(() => {
      store = current()
    })

    const written = (version?: number) => ({ kind: 'written', version })
    const unexpected = (version?: number) => ({ kind: 'unexpected', version })
    const held = (id: string) => store.document('default', 'schedule', id)
    const remove = (id: string, expected?: number) =>
      store.removeDocument('default', 'schedule', id, expected)
    const put = async (id: string, changes: Partial<NewDocument> = {}) => {
      expect(await store.putDocument(newDocument(id, changes), 0)).toEqual(written(1))
    }
    const listed = async (list: Partial<ListDocuments> = {}) => {
      const found = await store.listDocuments({
        tenant: 'default',
        kind: 'schedule',
        limit: 10,
        ...list,
      })
      return found.map(({ id }) => id)
    }
    const due = async (now: number, limit = 10) =>
      (await store.dueDocuments(now, limit)).map(({ id }) => id)

    describe('are written', () => {
      test('and come back as they are, from every read', async () => {
        const first = newDocument('a', {
          dueAt: start + 5,
          sessionId: 'ses_1',
          expiresAt: start + 9,
        })
        await put('b')
        expect(await store.putDocument(first, 0)).toEqual(written(1))
        expect(await held('a')).toEqual({ ...first, version: 1 })
        expect(await held('b')).toEqual({ ...newDocument('b'), version: 1 })
        expect(await held('c')).toBeUndefined()
        const all = [
          { ...newDocument('b'), version: 1 },
          { ...first, version: 1 },
        ]
        expect(
          await store.listDocuments({ tenant: 'default', kind: 'schedule', limit: 10 }),
        ).toEqual(all)
        expect(await store.dueDocuments(start + 5, 10)).toEqual([{ ...first, version: 1 }])
      })

      test('whole: nothing is left of the version before', async () => {
        await put('a', { dueAt: start, sessionId: 'ses_1', expiresAt: start })
        const next = newDocument('a', { createdAt: start + 7, body: '[]' })
        expect(await store.putDocument(next, 1)).toEqual(written(2))
        expect(await held('a')).toEqual({ ...next, version: 2 })
        expect(await due(start + 100)).toEqual([])
        expect(await listed({ sessionId: 'ses_1' })).toEqual([])
      })

      test('only if the version expected is current', async () => {
        expect(await store.putDocument(newDocument('a'), 1)).toEqual(unexpected())
        expect(await held('a')).toBeUndefined()
        await put('a')
        const stale = newDocument('a', { body: '"stale"', dueAt: start })
        for (const version of [0, 2]) {
          expect(await store.putDocument(stale, version)).toEqual(unexpected(1))
        }
        expect(await held('a')).toEqual({ ...newDocument('a'), version: 1 })
        for (const version of [1, 2, 3]) {
          const next = newDocument('a', { body: `${version}` })
          expect(await store.putDocument(next, version)).toEqual(written(version + 1))
        }
        expect(await held('a')).toMatchObject({ version: 4, body: '3' })
      })

      test.each([0, 1])(
        'once by many who expect version %i at the same moment',
        async (expected) => {
          if (expected === 1) await put('a')
          const outcomes = await Promise.all(
            Array.from({ length: 30 }, (_, index) =>
              store.putDocument(newDocument('a', { body: `${index}` }), expected),
            ),
          )
          const winner = outcomes.findIndex(({ kind }) => kind === 'written')
          expect(outcomes).toEqual(
            outcomes.map((_, index) =>
              index === winner ? written(expected + 1) : unexpected(expected + 1),
            ),
          )
          expect(await held('a')).toMatchObject({ version: expected + 1, body: `${winner}` })
        },
      )

      test('without losing a change, by many who read and write again when they are too late', async () => {
        await put('a', { body: '0' })
        const add = async (): Promise<void> => {
          const { version, body } = (await held('a'))!
          const next = newDocument('a', { body: `${Number(body) + 1}` })
          const { kind } = await store.putDocument(next, version)
          if (kind === 'unexpected') await add()
        }
        await Promise.all(Array.from({ length: 10 }, add))
        expect(await held('a')).toMatchObject({ version: 11, body: '10' })
      })
    })

    describe('are removed', () => {
      test('if the version expected is current, or whichever is', async () => {
        await put('a')
        await put('b')
        await store.putDocument(newDocument('b'), 1)
        expect(await remove('b', 1)).toEqual(unexpected(2))
        expect(await held('b')).toMatchObject({ version: 2 })
        expect(await remove('b', 2)).toEqual(written())
        expect(await remove('a')).toEqual(written())
        expect(await remove('a')).toEqual(unexpected())
        expect(await remove('a', 1)).toEqual(unexpected())
        expect(await held('a')).toBeUndefined()
        expect(await listed()).toEqual([])
      })

      test('and begin with version 1 when they are written again', async () => {
        await put('a')
        await store.putDocument(newDocument('a'), 1)
        await remove('a')
        expect(await store.putDocument(newDocument('a'), 2)).toEqual(unexpected())
        await put('a')
      })

      test('once by many who try at the same moment', async () => {
        await put('a')
        const outcomes = await Promise.all(Array.from({ length: 10 }, () => remove('a', 1)))
        expect(outcomes.filter(({ kind }) => kind === 'written')).toHaveLength(1)
      })
    })

    describe('are listed', () => {
      test('newest first, and by id where they are as old', async () => {
        await put('b', { createdAt: start + 1 })
        await put('z', { createdAt: start })
        await put('a', { createdAt: start + 1 })
        await put('B', { createdAt: start + 1 })
        await put('é', { createdAt: start + 1 })
        expect(await listed()).toEqual(['é', 'b', 'a', 'B', 'z'])
        expect(await listed({ limit: 2 })).toEqual(['é', 'b'])
        expect(await listed({ limit: 2, after: 'b' })).toEqual(['a', 'B'])
        expect(await listed({ after: 'B' })).toEqual(['z'])
        expect(await listed({ after: 'z' })).toEqual([])
      })

      test('from a place on, also where nothing is there any more', async () => {
        for (const id of ['a', 'b', 'c']) await put(id, { createdAt: start + 1 })
        await put('z', { createdAt: start })
        await remove('b')
        expect(await listed({ behind: { createdAt: start + 1, id: 'b' } })).toEqual(['a', 'z'])
        expect(await listed({ behind: { createdAt: start + 1, id: 'a' } })).toEqual(['z'])
        expect(await listed({ behind: { createdAt: start, id: 'z' } })).toEqual([])
      })

      test('from the beginning after one that is gone', async () => {
        for (const id of ['a', 'b', 'c']) await put(id)
        expect(await listed({ limit: 2 })).toEqual(['c', 'b'])
        await remove('b')
        expect(await listed({ limit: 2, after: 'b' })).toEqual(['c', 'a'])
        await put('of another kind', { kind: 'batch' })
        expect(await listed({ limit: 1, after: 'of another kind' })).toEqual(['c'])
      })

      test('by the session they belong to', async () => {
        for (const [index, id] of ['a', 'b', 'c', 'd'].entries()) {
          const sessionId = id === 'c' ? 'ses_2' : 'ses_1'
          await put(id, { sessionId, createdAt: start + index })
        }
        await put('e', { createdAt: start + 9 })
        expect(await listed({ sessionId: 'ses_1' })).toEqual(['d', 'b', 'a'])
        expect(await listed({ sessionId: 'ses_1', after: 'd', limit: 1 })).toEqual(['b'])
        expect(await listed({ sessionId: 'ses_2' })).toEqual(['c'])
        expect(await listed({ sessionId: 'ses_3' })).toEqual([])
        expect(await listed()).toEqual(['e', 'd', 'c', 'b', 'a'])
      })
    })

    test('are found by kind, the oldest of each first', async () => {
      const oldest = async (kinds: readonly string[], limit = 10) =>
        (await store.oldestDocuments('default', kinds, limit)).map(({ id }) => id)
      expect(await oldest(['queue:a', 'queue:b'])).toEqual([])
      await put('third', { kind: 'queue:a', createdAt: start + 20 })
      await put('second', { kind: 'queue:a', createdAt: start + 10 })
      await put('first', { kind: 'queue:a', createdAt: start + 10 })
      await put('other', { kind: 'queue:b', createdAt: start + 5 })
      await put('foreign', { kind: 'queue:a', tenant: 'other', createdAt: start })
      expect(await oldest(['queue:a'])).toEqual(['first', 'second', 'third'])
      expect(await oldest(['queue:a'], 2)).toEqual(['first', 'second'])
      expect((await oldest(['queue:a', 'queue:b', 'queue:c'], 1)).toSorted()).toEqual([
        'first',
        'other',
      ])
      expect(await oldest([])).toEqual([])
      const [found] = await store.oldestDocuments('default', ['queue:b'], 1)
      expect(found).toEqual({
        ...newDocument('other', { kind: 'queue:b', createdAt: start + 5 }),
        version: 1,
      })
    })

    test('are found when they are due, earliest first, of all tenants and kinds', async () => {
      expect(await due(start + 100)).toEqual([])
      await put('late', { dueAt: start + 30 })
      await put('never')
      await put('second', { dueAt: start + 20, tenant: 'other' })
      await put('first', { dueAt: start + 10, kind: 'delivery' })
      expect(await due(start + 9)).toEqual([])
      expect(await due(start + 20)).toEqual(['first', 'second'])
      expect(await due(start + 100)).toEqual(['first', 'second', 'late'])
      expect(await due(start + 100, 1)).toEqual(['first'])
      await store.putDocument(newDocument('first', { kind: 'delivery', dueAt: start + 40 }), 1)
      expect(await due(start + 100)).toEqual(['second', 'late', 'first'])
    })

    test('of tenants and kinds have nothing to do with each other', async () => {
      await put('a', { body: '"mine"', sessionId: 'ses_1' })
      await put('a', { body: '"theirs"', sessionId: 'ses_1', tenant: 'other' })
      await put('a', { body: '"a batch"', sessionId: 'ses_1', kind: 'batch' })
      expect(await store.document('other', 'schedule', 'a')).toMatchObject({ body: '"theirs"' })
      expect(await store.document('other', 'batch', 'a')).toBeUndefined()
      expect(await listed({ tenant: 'other', sessionId: 'ses_1' })).toEqual(['a'])
      expect(await store.removeDocument('other', 'schedule', 'a')).toEqual(written())
      expect(await store.removeDocument('other', 'batch', 'a')).toEqual(unexpected())
      expect(await listed({ tenant: 'other' })).toEqual([])
      expect(await held('a')).toMatchObject({ body: '"mine"' })
      expect(await store.document('default', 'batch', 'a')).toMatchObject({ body: '"a batch"' })
    })

    test('are written beside events, in one group', async () => {
      const { id: sessionId, tenant } = await create(store)
      const outcomes = await Promise.all([
        store.putDocument(newDocument('a'), 0),
        store.append({ sessionId, tenant, expectedSeq: 1, events: events(1, 2) }),
        store.putDocument(newDocument('a', { body: '2' }), 1),
        store.removeDocument('default', 'schedule', 'unknown'),
        store.putDocument(newDocument('b'), 0),
      ])
      expect(outcomes).toEqual([written(1), undefined, written(2), unexpected(), written(1)])
      expect(await listed()).toEqual(['b', 'a'])
    })

    test('are counted, of one tenant and kind', async () => {
      expect(await store.countDocuments('default', 'schedule')).toBe(0)
      for (const id of ['a', 'b', 'c']) await put(id)
      await put('a', { tenant: 'other' })
      await put('a', { kind: 'batch' })
      await remove('b')
      expect(await store.countDocuments('default', 'schedule')).toBe(2)
    })

    describe('go', () => {
      const purge = (options: { endedBefore?: number; now?: number; maxRows?: number } = {}) =>
        store.purge({ endedBefore: 0, now: start, maxRows: 1000, ...options })

      test('with the session they belong to, and no others', async () => {
        const ended = await create(store, { status: 'completed', endedAt: start })
        const running = await create(store)
        await put('ended', { sessionId: ended.id })
        await put('ended too', { sessionId: ended.id, kind: 'delivery' })
        await put('foreign', { sessionId: ended.id, tenant: 'other' })
        await put('running', { sessionId: running.id })
        await put('unknown', { sessionId: 'ses_unknown' })
        await put('none')
        expect((await purge({ endedBefore: start + 1 })).removed).toEqual([ended.id])
        expect(await listed()).toEqual(['unknown', 'running', 'none'])
        expect(await listed({ kind: 'delivery' })).toEqual([])
        expect(await listed({ tenant: 'other' })).toEqual(['foreign'])
      })

      test('with a session that was removed by hand', async () => {
        const { id: sessionId } = await create(store, { status: 'completed', endedAt: start })
        await put('a', { sessionId, dueAt: start })
        await store.markForPurge(sessionId)
        await purge()
        expect(await held('a')).toBeUndefined()
        expect(await due(start)).toEqual([])
      })

      test('when they have expired', async () => {
        await put('expired', { expiresAt: start, dueAt: start })
        await put('kept', { expiresAt: start + 1 })
        await put('of a session that is gone', { sessionId: 'ses_gone', expiresAt: start - 1 })
        await put('endless')
        expect(await held('expired')).toBeDefined()
        expect(await purge()).toEqual({ removed: [], more: false })
        expect(await listed()).toEqual(['kept', 'endless'])
        expect(await due(start + 100)).toEqual([])
      })
    })
  })
}
