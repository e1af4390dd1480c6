import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PlannedStep } from '../../src/session/plan.ts'
import {
  type Commit,
  ConflictError,
  type EncodedEvent,
  type SessionRecord,
  type Store,
} from '../../src/store/types.ts'
import { documentContract } from './document-contract.ts'
import { labelContract } from './label-contract.ts'
import { mergedContract } from './merged-contract.ts'
import {
  appendOne,
  artifactRecord,
  create,
  events,
  move,
  seqs,
  sessionRecord,
  start,
} from './records.ts'
import { workflowContract } from './workflow-contract.ts'

const settle = (promises: readonly Promise<unknown>[]) =>
  Promise.allSettled(promises).then((results) => results.map((result) => result.status))

/** What every store must do; `open` gives an empty one. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`the ${name} store`, () => {
    let store: Store
    beforeEach(async () => {
      store = await open()
    })
    afterEach(() => store.close())

    describe('sessions', () => {
      test('gives back a session as it was created', async () => {
        const session = await create(store, { name: 'nightly', wakeAt: start + 5 })
        expect(await store.session(session.id)).toEqual(session)
        expect(await store.session('ses_unknown')).toBeUndefined()
      })

      test('refuses a second session with the same id and keeps the first', async () => {
        const session = await create(store, { name: 'first' })
        await expect(create(store, { id: session.id, name: 'second' })).rejects.toThrow(
          ConflictError,
        )
        expect((await store.session(session.id))?.name).toBe('first')
        expect(await seqs(store, session.id)).toEqual([1])
      })

      test('updates status, timer and end with the append that carries them', async () => {
        const session = await create(store)
        await move(store, session, 1, 'waiting', { wakeAt: start + 50 })
        expect(await store.session(session.id)).toMatchObject({
          status: 'waiting',
          wakeAt: start + 50,
        })
        await appendOne(store, session, 2)
        expect(await store.session(session.id)).toMatchObject({ status: 'waiting' })
        await move(store, session, 3, 'completed', { endedAt: start + 60 })
        expect(await store.session(session.id)).toMatchObject({
          status: 'completed',
          wakeAt: null,
          endedAt: start + 60,
        })
      })

      test('counts sessions of all tenants by status', async () => {
        expect(await store.countByStatus()).toEqual({})
        const first = await create(store)
        await create(store, { tenant: 'other' })
        const third = await create(store)
        await move(store, first, 1, 'running')
        expect(await store.countByStatus()).toEqual({ queued: 2, running: 1 })
        await move(store, first, 2, 'running', { wakeAt: start })
        await move(store, third, 1, 'failed', { endedAt: start })
        expect(await store.countByStatus()).toEqual({ queued: 1, running: 1, failed: 1 })
      })
    })

    describe('counting what something has started', () => {
      const byBatch = (batch: string) => ({ correlation: { id: 'req-1', startedBy: { batch } } })

      test('is by status, of one tenant and one starter, without what is gone', async () => {
        expect(await store.countStarted('default', 'batch', 'bat_1')).toEqual({})
        const first = await create(store, byBatch('bat_1'))
        const second = await create(store, byBatch('bat_1'))
        await create(store, byBatch('bat_1'))
        await create(store, byBatch('bat_2'))
        await create(store, { ...byBatch('bat_1'), tenant: 'other' })
        await create(store, { correlation: { id: 'req-1', startedBy: { schedule: 'bat_1' } } })
        await create(store)
        await move(store, first, 1, 'running')
        await move(store, second, 1, 'failed', { endedAt: start })
        const counts = { queued: 1, running: 1, failed: 1 }
        expect(await store.countStarted('default', 'batch', 'bat_1')).toEqual(counts)
        await store.markForPurge(second.id)
        const left = { queued: 1, running: 1 }
        expect(await store.countStarted('default', 'batch', 'bat_1')).toEqual(left)
      })

      test('goes with lists whose ids do not tell when a session was made', async () => {
        const ids = [5, 9, 2, 7].map((time) => sessionRecord({ createdAt: start + time }).id)
        for (const [index, id] of ids.entries()) {
          await create(store, { id, createdAt: start + index, ...byBatch('bat_1') })
        }
        const filter = { tenant: 'default', startedBy: { batch: 'bat_1' }, limit: 1 }
        const found: string[] = []
        for (let after: string | undefined; ; after = found.at(-1)) {
          const page = await store.listSessions({ ...filter, ...(after ? { after } : {}) })
          if (page.length === 0) break
          found.push(...page.map(({ id }) => id))
        }
        expect(found).toEqual(ids.toReversed())
      })
    })

    describe('appending', () => {
      test('continues the log at the expected seq', async () => {
        const { id: sessionId, tenant } = await create(store, {}, 2)
        await store.append({ sessionId, tenant, expectedSeq: 2, events: events(2, 3) })
        expect(await seqs(store, sessionId)).toEqual([1, 2, 3, 4, 5])
      })

      test('refuses an append behind the log and one ahead of it', async () => {
        const session = await create(store, {}, 3)
        await expect(appendOne(store, session, 2)).rejects.toThrow(ConflictError)
        await expect(appendOne(store, session, 4)).rejects.toThrow(ConflictError)
        expect(await seqs(store, session.id)).toEqual([1, 2, 3])
        await appendOne(store, session, 3)
      })

      test('refuses an append to a session that is not there, or is of another tenant', async () => {
        const session = await create(store)
        const unknown = sessionRecord()
        await expect(appendOne(store, unknown, 0)).rejects.toThrow(ConflictError)
        const stranger = { ...session, tenant: 'other' }
        await expect(appendOne(store, stranger, 1)).rejects.toThrow(ConflictError)
        expect(await seqs(store, session.id)).toEqual([1])
      })

      test('refuses events that are not numbered one after the other', async () => {
        const { id: sessionId, tenant } = await create(store)
        const gap = [...events(1, 1), ...events(3, 1)]
        await expect(
          store.append({ sessionId, tenant, expectedSeq: 1, events: gap }),
        ).rejects.toThrow('event 4 stands where 3 is expected')
        expect(await seqs(store, sessionId)).toEqual([1])
      })

      test('lets one of two writers win when both expect the same seq', async () => {
        const session = await create(store)
        expect(await settle([appendOne(store, session, 1), appendOne(store, session, 1)])).toEqual([
          'fulfilled',
          'rejected',
        ])
        expect(await seqs(store, session.id)).toEqual([1, 2])
      })

      test('keeps the rest of a group when one append of it is refused', async () => {
        const [left, right] = [await create(store), await create(store)]
        const results = await settle([
          appendOne(store, left, 1),
          appendOne(store, right, 7),
          appendOne(store, right, 8),
          appendOne(store, left, 2),
          appendOne(store, right, 1),
        ])
        expect(results).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled', 'fulfilled'])
        expect(await seqs(store, left.id)).toEqual([1, 2, 3])
        expect(await seqs(store, right.id)).toEqual([1, 2])
      })

      test('leaves the status alone when the append is refused', async () => {
        const session = await create(store)
        await expect(move(store, session, 5, 'running')).rejects.toThrow(ConflictError)
        expect(await store.countByStatus()).toEqual({ queued: 1 })
        expect((await store.session(session.id))?.status).toBe('queued')
      })

      test('keeps a thousand sessions that append in turn dense', async () => {
        const sessions = await Promise.all(Array.from({ length: 1000 }, () => create(store)))
        for (const round of [1, 2, 3]) {
          await Promise.all(sessions.map((session) => appendOne(store, session, round)))
        }
        for (const session of sessions.slice(0, 50)) {
          expect(await seqs(store, session.id)).toEqual([1, 2, 3, 4])
        }
      })
    })

    describe('what a commit shows', () => {
      test('tells listeners once per group, before its promises settle', async () => {
        const told: string[] = []
        const session = await create(store)
        store.onCommit((commits) => told.push(`commit of ${commits.length}`))
        const appends = [1, 2, 3].map((seq) =>
          appendOne(store, session, seq).then(() => told.push(`append ${seq}`)),
        )
        await Promise.all(appends)
        expect(told).toEqual(['commit of 3', 'append 1', 'append 2', 'append 3'])
      })

      test('tells what was committed and nothing that was refused', async () => {
        const told: Commit[] = []
        store.onCommit((commits) => told.push(...commits))
        const session = sessionRecord()
        await Promise.allSettled([
          store.createSession({ session, events: events(0, 1) }),
          move(store, session, 1, 'running'),
          move(store, session, 9, 'failed'),
          move(store, session, 2, 'running', { wakeAt: start }),
        ])
        const of = { sessionId: session.id, tenant: 'default' }
        expect(told).toEqual([
          {
            ...of,
            events: events(0, 1),
            status: 'queued',
            created: expect.objectContaining({ id: session.id }),
          },
          { ...of, events: events(1, 1), status: 'running' },
          { ...of, events: events(2, 1), status: undefined },
        ])
      })

      test('shows an event to whoever hears of it', async () => {
        const session = await create(store)
        const seen: Promise<number[]>[] = []
        store.onCommit(() => seen.push(seqs(store, session.id)))
        await appendOne(store, session, 1)
        expect(await Promise.all(seen)).toEqual([[1, 2]])
      })
    })

    describe('reading a log', () => {
      test('gives the events after a cursor as they were written, up to a limit', async () => {
        const { id: sessionId } = await create(store, {}, 5)
        expect(await store.readEvents({ sessionId, afterSeq: 2, limit: 2 })).toEqual(events(2, 2))
        expect(await store.readEvents({ sessionId, afterSeq: 5, limit: 2 })).toEqual([])
        expect(await store.readEvents({ sessionId, afterSeq: 99, limit: 2 })).toEqual([])
        expect(await store.readEvents({ sessionId: 'ses_no', afterSeq: 0, limit: 2 })).toEqual([])
      })

      test('gives bodies back byte for byte', async () => {
        const session = await create(store)
        const texts = ['\0 as JSON escapes it', '"quoted" \\ {a,b} NULL', '𝄞 é 漢 \u2028', '']
        const written = texts.flatMap((text, index) => events(1 + index, 1, text))
        await store.append({
          sessionId: session.id,
          tenant: session.tenant,
          expectedSeq: 1,
          events: written,
        })
        expect(await store.readEvents({ sessionId: session.id, afterSeq: 1, limit: 9 })).toEqual(
          written,
        )
      })

      test('stops after the event that exceeds the bytes asked for', async () => {
        const { id: sessionId } = await create(store, {}, 5)
        const size = Buffer.byteLength(events(0, 1)[0]?.body ?? '')
        const read = (maxBytes: number) =>
          store.readEvents({ sessionId, afterSeq: 0, limit: 10, maxBytes })
        expect(await read(1)).toHaveLength(1)
        expect(await read(size + 1)).toHaveLength(2)
      })

      test('gives only the events of some types, up to one of them', async () => {
        const session = await create(store)
        const written = events(1, 6).map(
          (event): EncodedEvent =>
            event.seq % 2 === 0 ? event : { ...event, type: 'step.output' },
        )
        const { id: sessionId, tenant } = session
        await store.append({ sessionId, tenant, expectedSeq: 1, events: written })
        const read = async (upToSeq: number, more: object = {}, types = ['step.output']) => {
          const only = { types, upToSeq }
          const page = await store.readEvents({ sessionId, afterSeq: 1, limit: 9, only, ...more })
          return page.map(({ seq }) => seq)
        }
        expect(await read(99)).toEqual([3, 5, 7])
        expect(await read(6)).toEqual([3, 5])
        expect(await read(99, { limit: 2 })).toEqual([3, 5])
        expect(await read(99, { maxBytes: 1 })).toEqual([3])
        expect(await read(99, { afterSeq: 3 })).toEqual([5, 7])
        expect(await read(4, {}, ['step.output', 'step.progress'])).toEqual([2, 3, 4])
        expect(await read(99, {}, ['session.failed'])).toEqual([])
        expect(await read(99, {}, [])).toEqual([])
      })

      test('knows where a log begins, where it goes on and whether it has ended', async () => {
        const session = await create(store, { tenant: 'acme' }, 3)
        const extent = { tenant: 'acme', first: 1, next: 4, ended: false }
        expect(await store.extent(session.id)).toEqual(extent)
        await move(store, session, 3, 'cancelled', { endedAt: start })
        expect(await store.extent(session.id)).toEqual({ ...extent, next: 5, ended: true })
        expect(await store.extent('ses_unknown')).toBeUndefined()
      })
    })

    describe('lists', () => {
      const list = async (filter: Partial<Parameters<Store['listSessions']>[0]>) => {
        const listings = await store.listSessions({ tenant: 'default', limit: 10, ...filter })
        return listings.map((listing) => listing.name)
      }

      beforeEach(async () => {
        for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries()) {
          const session = await create(store, { name, createdAt: start + index * 1000 })
          if (name === 'b' || name === 'd') await move(store, session, 1, 'running')
        }
        await create(store, { name: 'foreign', tenant: 'other' })
      })

      test('show the sessions of one tenant, the newest first', async () => {
        expect(await list({})).toEqual(['e', 'd', 'c', 'b', 'a'])
        expect(await list({ tenant: 'other' })).toEqual(['foreign'])
        expect(await list({ tenant: 'nobody' })).toEqual([])
      })

      test('show everything but the plan', async () => {
        const [listing] = await store.listSessions({ tenant: 'other', limit: 1 })
        expect(listing).toEqual({
          id: expect.stringMatching(/^ses_/),
          tenant: 'other',
          name: 'foreign',
          status: 'queued',
          wakeAt: null,
          endedAt: null,
          createdAt: start,
          title: '',
          totalSteps: 0,
          priority: 0,
          workflow: null,
          workflowVersion: null,
          labels: {},
          startedBy: {},
        })
      })

      test('say what a session without a name does', async () => {
        const step = { id: 'a', text: 'Wait 1 second' } as PlannedStep
        const plan = { ...sessionRecord().plan, steps: [step, { ...step, id: 'b' }] }
        await create(store, { tenant: 'titled', name: null, plan })
        const [listing] = await store.listSessions({ tenant: 'titled', limit: 1 })
        expect(listing?.title).toBe('Wait 1 second, and 1 more')
      })

      test('filter by status, name and time', async () => {
        expect(await list({ status: ['running'] })).toEqual(['d', 'b'])
        expect(await list({ status: ['queued', 'running'], limit: 3 })).toEqual(['e', 'd', 'c'])
        expect(await list({ status: [] })).toEqual([])
        expect(await list({ name: 'c' })).toEqual(['c'])
        expect(await list({ name: 'c', status: ['running'] })).toEqual([])
        expect(await list({ name: 'd', status: ['running', 'failed'] })).toEqual(['d'])
        expect(await list({ createdAfter: start + 3000 })).toEqual(['e', 'd'])
        expect(await list({ createdBefore: start + 1000 })).toEqual(['b', 'a'])
        expect(
          await list({ createdAfter: start + 1000, createdBefore: start + 3000, limit: 2 }),
        ).toEqual(['d', 'c'])
      })

      test('go on after a cursor, with the same filters', async () => {
        const [, second] = await store.listSessions({ tenant: 'default', limit: 2 })
        const after = second?.id ?? ''
        expect(await list({ after, limit: 2 })).toEqual(['c', 'b'])
        expect(await list({ after, status: ['running'] })).toEqual(['b'])
        expect(await list({ after, createdBefore: start + 1000 })).toEqual(['b', 'a'])
      })

      test('go on after a session that is gone', async () => {
        const gone = sessionRecord({ createdAt: start + 1500 })
        expect(await list({ after: gone.id })).toEqual(['b', 'a'])
      })
    })

    describe('timers', () => {
      test('name the sessions to drive at once, the oldest first', async () => {
        const statuses = ['queued', 'waiting', 'running', 'paused', 'cancelling', 'failed'] as const
        const ids: string[] = []
        for (const [index, status] of statuses.entries()) {
          ids.push((await create(store, { status, createdAt: start + index })).id)
        }
        const [queued = '', , running = '', , cancelling = ''] = ids
        const all = [
          { sessionId: queued, status: 'queued', priority: 0 },
          { sessionId: running, status: 'running', priority: 0 },
          { sessionId: cancelling, status: 'cancelling', priority: 0 },
        ]
        expect(await store.runnable(undefined, 10)).toEqual(all)
        expect(await store.runnable(undefined, 2)).toEqual(all.slice(0, 2))
        expect(await store.runnable(queued, 10)).toEqual(all.slice(1))
      })

      test('name what is due, the earliest first, and what comes next', async () => {
        expect(await store.nextWakeAt()).toBeUndefined()
        const late = await create(store, { status: 'waiting', wakeAt: start + 20 })
        const early = await create(store, { status: 'waiting', wakeAt: start + 10 })
        await create(store)
        expect(await store.nextWakeAt()).toBe(start + 10)
        const due = async (now: number, limit: number) =>
          (await store.due(now, limit)).map(({ sessionId }) => sessionId)
        expect(await due(start + 9, 10)).toEqual([])
        expect(await due(start + 10, 10)).toEqual([early.id])
        expect(await due(start + 30, 10)).toEqual([early.id, late.id])
        expect(await due(start + 30, 1)).toEqual([early.id])
        await move(store, early, 1, 'running')
        expect(await store.nextWakeAt()).toBe(start + 20)
      })
    })

    describe('priorities', () => {
      const prioritised = (priority: number, changes: Partial<SessionRecord> = {}) =>
        create(store, { plan: { ...sessionRecord().plan, priority }, ...changes })

      test('are those of the plan, in lists too', async () => {
        const [low, high] = [
          await prioritised(-100, { createdAt: start - 1 }),
          await prioritised(7),
        ]
        expect((await store.session(high.id))?.plan.priority).toBe(7)
        const listed = await store.listSessions({ tenant: 'default', limit: 10 })
        expect(listed.map(({ id, priority }) => [id, priority])).toEqual([
          [high.id, 7],
          [low.id, -100],
        ])
      })

      test('come with what is to be driven, and order what is due', async () => {
        const waiting = { status: 'waiting', wakeAt: start + 5 } as const
        const [usual, low] = [await create(store, waiting), await prioritised(-3, waiting)]
        const high = await prioritised(2, { ...waiting, wakeAt: start + 9 })
        const peer = await prioritised(2, { ...waiting, wakeAt: start + 8 })
        const running = await prioritised(-1, { status: 'running' })
        const one = { sessionId: running.id, status: 'running', priority: -1 }
        expect(await store.runnable(undefined, 10)).toEqual([one])
        const due = await store.due(start + 10, 10)
        expect(due.map(({ sessionId, priority }) => [sessionId, priority])).toEqual([
          [peer.id, 2],
          [high.id, 2],
          [usual.id, 0],
          [low.id, -3],
        ])
        expect(await store.due(start + 10, 1)).toEqual([due[0]])
        expect(await store.due(start + 5, 10)).toEqual(due.slice(2))
      })
    })

    describe('idempotency keys', () => {
      const claim = (answer: string, expiresAt = start + 1000) => ({
        key: 'k',
        requestHash: `hash of ${answer}`,
        answer,
        expiresAt,
      })
      const createWithKey = (answer: string, createdAt = start, tenant = 'default') => {
        const session = sessionRecord({ createdAt, tenant })
        return store.createSession({
          session,
          events: events(0, 1),
          idempotency: { ...claim(answer), expiresAt: createdAt + 1000 },
        })
      }

      test('replay the first answer and write nothing more', async () => {
        const session = sessionRecord()
        const idempotency = claim('first')
        expect(await store.createSession({ session, events: events(0, 1), idempotency })).toEqual({
          created: true,
        })
        expect(await createWithKey('second')).toEqual({
          created: false,
          requestHash: 'hash of first',
          answer: 'first',
          sessionId: session.id,
        })
        expect(await store.countByStatus()).toEqual({ queued: 1 })
      })

      test('let concurrent twins make one session', async () => {
        const answers = await Promise.all([createWithKey('a'), createWithKey('b')])
        expect(answers.map((answer) => answer.created)).toEqual([true, false])
        expect(await store.countByStatus()).toEqual({ queued: 1 })
      })

      test('belong to a tenant', async () => {
        await createWithKey('mine')
        expect(await createWithKey('theirs', start, 'other')).toEqual({ created: true })
      })

      test('are free again once they have expired', async () => {
        await createWithKey('first')
        expect((await createWithKey('second', start + 999)).created).toBe(false)
        expect((await createWithKey('third', start + 1000)).created).toBe(true)
        expect(await createWithKey('fourth', start + 1500)).toMatchObject({ answer: 'third' })
      })

      test('are free again once their session is hidden', async () => {
        const session = sessionRecord({ status: 'completed', endedAt: start })
        await store.createSession({ session, events: events(0, 1), idempotency: claim('first') })
        await store.markForPurge(session.id)
        expect(await createWithKey('second')).toEqual({ created: true })
      })
    })

    workflowContract(() => store)
    labelContract(() => store)
    mergedContract(() => store)
    documentContract(() => store)

    describe('artifacts and settings', () => {
      test('keep artifacts by tenant and by session', async () => {
        const session = await create(store)
        const first = artifactRecord(session)
        const second = artifactRecord(session, { stepId: null, createdAt: start + 1 })
        await store.putArtifact(first)
        await store.putArtifact(second)
        expect(await store.artifact('default', first.id)).toEqual(first)
        expect(await store.artifact('other', first.id)).toBeUndefined()
        expect(await store.artifact('default', 'art_unknown')).toBeUndefined()
        expect(await store.listArtifacts(session.id)).toEqual([first, second])
        expect(await store.listArtifacts('ses_unknown')).toEqual([])
      })

      test('refuse an artifact of a session that is not there', async () => {
        await expect(store.putArtifact(artifactRecord(sessionRecord()))).rejects.toMatchObject({
          code: 'SESSION_NOT_FOUND',
        })
      })

      test('keep the first value of a setting', async () => {
        expect(await store.getSetting('key')).toBeUndefined()
        expect(await store.initSetting('key', 'first')).toBe('first')
        expect(await store.initSetting('key', 'second')).toBe('first')
        expect(await store.getSetting('key')).toBe('first')
      })
    })

    describe('retention', () => {
      const ended = (endedAt: number) => ({ status: 'completed', endedAt }) as const
      const purge = (endedBefore: number, maxRows = 1000) =>
        store.purge({ endedBefore, now: start, maxRows })

      test('removes sessions that ended before the time given, with all that is theirs', async () => {
        const old = await create(store, ended(start))
        const recent = await create(store, ended(start + 10))
        const running = await create(store)
        const artifact = artifactRecord(old)
        await store.putArtifact(artifact)
        expect(await purge(start + 10)).toEqual({ removed: [old.id], more: false })
        expect(await store.session(old.id)).toBeUndefined()
        expect(await store.artifact('default', artifact.id)).toBeUndefined()
        expect(await seqs(store, old.id)).toEqual([])
        expect(await seqs(store, recent.id)).toEqual([1])
        expect(await seqs(store, running.id)).toEqual([1])
        expect(await store.countByStatus()).toEqual({ completed: 1, queued: 1 })
        expect(await purge(start + 10)).toEqual({ removed: [], more: false })
      })

      test('works in batches, and what is half removed is not seen', async () => {
        const session = await create(store, ended(start), 25)
        expect(await purge(start + 1, 10)).toEqual({ removed: [], more: true })
        expect(await store.session(session.id)).toBeUndefined()
        expect(await store.extent(session.id)).toBeUndefined()
        expect(await seqs(store, session.id)).toEqual([])
        expect(await store.listSessions({ tenant: 'default', limit: 10 })).toEqual([])
        await expect(appendOne(store, session, 25)).rejects.toThrow(ConflictError)
        const batches = [await purge(start + 1, 10), await purge(start + 1, 10)]
        expect(batches).toEqual([
          { removed: [], more: true },
          { removed: [session.id], more: false },
        ])
      })

      test('removes many sessions in one call when there is room for them', async () => {
        const many = await Promise.all(
          Array.from({ length: 250 }, () => create(store, ended(start), 2)),
        )
        const { removed, more } = await purge(start + 1, 10_000)
        expect(new Set(removed)).toEqual(new Set(many.map(({ id }) => id)))
        expect(more).toBe(false)
        expect(await store.countByStatus()).toEqual({})
      })

      test('hides an ended session at once and removes it later', async () => {
        const session = await create(store, ended(start))
        await store.putArtifact(artifactRecord(session))
        await store.markForPurge(session.id)
        await store.markForPurge(session.id)
        expect(await store.session(session.id)).toBeUndefined()
        expect(await store.listArtifacts(session.id)).toEqual([])
        expect(await store.countByStatus()).toEqual({})
        expect(await purge(0)).toEqual({ removed: [session.id], more: false })
      })

      test('does not hide a session that has not ended', async () => {
        const session = await create(store)
        await expect(store.markForPurge(session.id)).rejects.toMatchObject({
          code: 'SESSION_NOT_ENDED',
        })
        expect(await store.session(session.id)).toBeDefined()
        await store.markForPurge('ses_unknown')
      })

      test('removes idempotency keys that have expired', async () => {
        const idempotency = { key: 'k', requestHash: 'h', answer: 'a', expiresAt: start }
        const session = sessionRecord({ createdAt: start - 1 })
        await store.createSession({ session, events: events(0, 1), idempotency })
        await purge(0)
        const again = sessionRecord({ createdAt: start - 1 })
        expect(
          await store.createSession({ session: again, events: events(0, 1), idempotency }),
        ).toEqual({ created: true })
      })
    })

    describe('closing', () => {
      test('commits what has arrived and refuses what comes later', async () => {
        const session = await create(store)
        const arrived = appendOne(store, session, 1)
        await store.close()
        await arrived
        await expect(appendOne(store, session, 2)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
      })
    })

    test('says that it can be written to', async () => {
      expect(await store.health()).toMatchObject({ writable: true })
    })
  })
}
