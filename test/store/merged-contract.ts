import { beforeEach, describe, expect, test } from 'vitest'
import type { LogPage, LogScope, ReadLog, SessionRecord, Store } from '../../src/store/types.ts'
import { label, labelled } from './label-contract.ts'
import { appendOne, create, events, move, sessionRecord, start } from './records.ts'

/** What every store must do with the logs of several sessions as one. */
export function mergedContract(current: () => Store): void {
  describe('merged logs', () => {
    let store: Store
    beforeEach(() => {
      store = current()
    })

    const read = (sessions: LogScope, changes: Partial<ReadLog> = {}) =>
      store.readLog({
        tenant: 'default',
        sessions,
        afterPosition: 0,
        limit: 1000,
        maxBytes: 1_000_000,
        ...changes,
      })

    /** Reads page after page until nothing is left. */
    async function readAll(sessions: LogScope, changes: Partial<ReadLog> = {}): Promise<LogPage[]> {
      const pages: LogPage[] = []
      let position = changes.afterPosition ?? 0
      for (;;) {
        const page = await read(sessions, { ...changes, afterPosition: position })
        pages.push(page)
        expect(page.position).toBeGreaterThanOrEqual(position)
        if (page.position === page.end) return pages
        expect(page.position).toBeGreaterThan(position)
        position = page.position
      }
    }

    const placesOf = (pages: readonly LogPage[]) =>
      pages.flatMap(({ events }) => events.map(({ sessionId, seq }) => `${sessionId} ${seq}`))

    /** Three sessions that are written in turn, and what an earlier test left has other ids. */
    async function interleave(rounds: number): Promise<SessionRecord[]> {
      const sessions: SessionRecord[] = []
      for (const name of ['a', 'b', 'c']) {
        sessions.push(
          await create(store, labelled({ env: name === 'b' ? 'test' : 'prod' }, { name })),
        )
      }
      for (let round = 1; round <= rounds; round++) {
        for (const session of sessions) await appendOne(store, session, round)
      }
      return sessions
    }

    const idsOf = (sessions: readonly SessionRecord[]) => sessions.map(({ id }) => id)

    test('are in the order of commits, with positions that grow', async () => {
      const [a, b, c] = idsOf(await interleave(2))
      const page = await read({ ids: [c ?? '', a ?? ''] })
      expect(placesOf([page])).toEqual([`${a} 1`, `${c} 1`, `${a} 2`, `${c} 2`, `${a} 3`, `${c} 3`])
      const positions = page.events.map(({ position }) => position)
      expect(positions).toEqual(positions.toSorted((x, y) => x - y))
      expect(new Set(positions).size).toBe(6)
      expect(page.position).toBe(page.end)
      expect(page.end).toBe((await store.logBounds()).end)
      const [first] = page.events
      expect(first).toMatchObject({ sessionId: a, ...events(0, 1)[0] })
      expect(placesOf([await read({ ids: [b ?? ''] })])).toEqual([`${b} 1`, `${b} 2`, `${b} 3`])
    })

    test('go on behind any position, in pages of any size, each event once', async () => {
      const ids = idsOf(await interleave(4))
      for (const sessions of [{ ids }, { filter: {} }] satisfies LogScope[]) {
        const [whole] = await readAll(sessions)
        const all = whole?.events ?? []
        expect(all).toHaveLength(15)
        for (const limit of [1, 2, 7]) {
          expect((await readAll(sessions, { limit })).flatMap((page) => page.events)).toEqual(all)
        }
        for (const [index, { position }] of all.entries()) {
          const rest = await readAll(sessions, { afterPosition: position, limit: 4 })
          expect(rest.flatMap((page) => page.events)).toEqual(all.slice(index + 1))
        }
      }
    })

    test('pages end with the event that fills them', async () => {
      const [session] = await interleave(0)
      const { id: sessionId, tenant } = session as SessionRecord
      const big = events(1, 5, 'x'.repeat(1000))
      await store.append({ sessionId, tenant, expectedSeq: 1, events: big })
      for (const sessions of [
        { ids: [sessionId] },
        { filter: { name: 'a' } },
      ] satisfies LogScope[]) {
        const pages = await readAll(sessions, { maxBytes: 1500 })
        expect(pages.map((page) => page.events.length)).toEqual([3, 2, 1])
        expect(pages[0]?.position).toBe(pages[0]?.events.at(-1)?.position)
      }
    })

    test('of a long log and short ones lose nothing', async () => {
      const sessions = await interleave(1)
      const { id: sessionId, tenant } = sessions[0] as SessionRecord
      await store.append({ sessionId, tenant, expectedSeq: 2, events: events(2, 60) })
      for (const session of sessions.slice(1)) await appendOne(store, session, 2)
      await store.append({ sessionId, tenant, expectedSeq: 62, events: events(62, 60) })
      const ids = idsOf(sessions)
      const pages = await readAll({ ids }, { limit: 10 })
      const found = pages.flatMap((page) => page.events)
      expect(found).toEqual((await read({ ids })).events)
      expect(found).toHaveLength(128)
    })

    test('say which ids are unknown, and none of other tenants is known', async () => {
      const [a] = await interleave(0)
      const foreign = await create(store, { tenant: 'other' })
      const unknown = sessionRecord().id
      const page = await read({ ids: [unknown, a?.id ?? '', foreign.id] })
      expect(page.unknown).toEqual([unknown, foreign.id])
      expect(placesOf([page])).toEqual([`${a?.id} 1`])
      const everything = placesOf(await readAll({ filter: {} }))
      expect(everything).not.toContain(`${foreign.id} 1`)
      expect((await read({ ids: [] })).events).toEqual([])
    })

    test('say whether all sessions named have ended', async () => {
      const [a, b] = (await interleave(0)) as [SessionRecord, SessionRecord, SessionRecord]
      const ids = [a.id, b.id]
      await move(store, a, 1, 'completed', { endedAt: start + 1 })
      expect((await read({ ids })).ended).toBe(false)
      await move(store, b, 1, 'failed', { endedAt: start + 2 })
      expect((await read({ ids })).ended).toBe(true)
      expect((await read({ filter: {} })).ended).toBe(false)
    })

    test('of a filter have the sessions that a list with it has', async () => {
      const [a, b, c] = idsOf(await interleave(1))
      const nightly = { ...sessionRecord().plan, workflow: { name: 'nightly', version: 2 } }
      const d = await create(store, {
        plan: nightly,
        correlation: { id: 'x', startedBy: { batch: 'bat_1' } },
      })
      const found = async (filter: Extract<LogScope, { filter: object }>['filter']) =>
        placesOf(await readAll({ filter }))
      const ofA = [`${a} 1`, `${a} 2`]
      expect(await found({ labels: [label('env:prod')] })).toEqual([
        `${a} 1`,
        `${c} 1`,
        `${a} 2`,
        `${c} 2`,
      ])
      expect(await found({ labels: [label('env:prod')], name: 'a' })).toEqual(ofA)
      expect(await found({ labels: [label('env:prod')], name: 'b' })).toEqual([])
      expect(await found({ name: 'b' })).toEqual([`${b} 1`, `${b} 2`])
      expect(await found({ workflow: 'nightly' })).toEqual([`${d.id} 1`])
      expect(await found({ startedBy: { batch: 'bat_1' } })).toEqual([`${d.id} 1`])
      expect(await found({ startedBy: { batch: 'bat_2' } })).toEqual([])
    })

    test('of a filter are found also far behind the end, as of few sessions', async () => {
      const [a, b, c] = (await interleave(1)) as [SessionRecord, SessionRecord, SessionRecord]
      for (let from = 2; from < 3002; from += 1000) {
        const { id: sessionId, tenant } = b
        await store.append({ sessionId, tenant, expectedSeq: from, events: events(from, 1000) })
      }
      await appendOne(store, a, 2)
      const filter = { labels: [label('env:prod')] }
      const pages = await readAll({ filter })
      expect(pages.length).toBeLessThan(3)
      expect(placesOf(pages)).toEqual([
        `${a.id} 1`,
        `${c.id} 1`,
        `${a.id} 2`,
        `${c.id} 2`,
        `${a.id} 3`,
      ])
      const none = await readAll({ filter: { name: 'nobody' } })
      expect(placesOf(none)).toEqual([])
      const end = none.at(-1)?.end ?? 0
      const late = await read({ filter }, { afterPosition: end - 5, limit: 10 })
      expect(placesOf([late])).toEqual([`${a.id} 3`])
    })

    test('positions are never given out again, and sessions that are removed are gone', async () => {
      const [a, b] = (await interleave(0)) as [SessionRecord, SessionRecord, SessionRecord]
      await move(store, a, 1, 'completed', { endedAt: start + 1 })
      const { end } = await store.logBounds()
      await store.markForPurge(a.id)
      expect((await read({ ids: [a.id, b.id] })).unknown).toEqual([a.id])
      expect(placesOf(await readAll({ filter: { name: 'a' } }))).toEqual([])
      for (let more = true; more; ) {
        more = (await store.purge({ endedBefore: 0, now: start, maxRows: 100 })).more
      }
      const bounds = await store.logBounds()
      expect(bounds.end).toBe(end)
      await appendOne(store, b, 1)
      const page = await read({ ids: [b.id] }, { afterPosition: end })
      expect(page.events.map(({ position }) => position)).toEqual([end + 1])
    })

    test('show nothing late behind a position that was reached, however many write', async () => {
      const sessions = await interleave(0)
      const ids = idsOf(sessions)
      let writing = true
      const writers = Promise.all(
        sessions.map(async (session) => {
          for (let seq = 1; seq <= 60; seq++) await appendOne(store, session, seq)
        }),
      ).finally(() => (writing = false))
      const seen: LogPage[] = []
      for (let position = 0, last = false; ; ) {
        const page = await read({ ids }, { afterPosition: position, limit: 7 })
        seen.push(page)
        position = page.position
        if (last && page.position === page.end) break
        last = !writing
        await new Promise(setImmediate)
      }
      await writers
      const whole = await readAll({ ids })
      expect(placesOf(seen)).toEqual(placesOf(whole))
      expect(placesOf(seen)).toHaveLength(3 * 61)
    })
  })
}
