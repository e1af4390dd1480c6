import { setImmediate as nextTurn } from 'node:timers/promises'
import { queryObjects } from 'node:v8'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Dispatcher, Schedule } from '../../../src/modules/dispatcher/types.ts'
import type { SessionRecord, SessionSummary, Store } from '../../../src/store/types.ts'
import { create, events, sessionRecord } from '../../store/records.ts'
import { type HandDrive, HandDriver, soon } from './hand-driver.ts'

/** What outlives a process: a database, a folder, a store in memory. Empty at first. */
export interface DispatcherSite extends AsyncDisposable {
  /**
   * A process on it, with a dispatcher that is not started yet. Where processes do not share a
   * site, the one before is closed by then.
   */
  open(options: { readonly maxRunning: number }): Promise<DispatcherProcess>
}

export interface DispatcherProcess {
  /** What the dispatcher looks at; sessions created through it are this process's. */
  readonly store: Store
  readonly dispatcher: Dispatcher
  /** Closes what is below the dispatcher, which is stopped by then (perhaps twice); called once. */
  close(): Promise<void>
}

/** Far enough ahead that no test sees it come. */
const LATER_MS = 3_600_000

/** How far timers and clocks, a database's among them, may be apart. */
const EARLY_MS = 10

/** How many wakes are "thousands". */
const MANY = 3000

/** How often a race is run, since one that is lost now and then is lost. */
const ROUNDS = 10

/**
 * What every dispatcher promises. `open` gives a site of its own for each test; `shared` says that
 * several processes may work on one site at once. Time is real here.
 */
export function dispatcherConformance(
  name: string,
  open: () => Promise<DispatcherSite>,
  { shared = false }: { readonly shared?: boolean } = {},
): void {
  describe(`the ${name} dispatcher`, () => {
    describe('driving', () => {
      test('drives a session that was created', async () => {
        const { driver, created } = await started()
        const id = await created()
        const { turn } = await driver.begun(id)
        expect(turn.sessionId).toBe(id)
        expect(turn.claimedSeq).toBe(turn.claim === undefined ? undefined : 1)
        await turn.confirm()
      })

      test('has one drive at a time for a session, however often it is woken', async () => {
        const { dispatcher, driver, created, finish } = await started()
        const id = await created()
        const drive = await driver.begun(id)
        for (let n = 0; n < 50; n++) {
          dispatcher.wake(id, n % 2 === 0 ? 'changed' : 'created')
          dispatcher.changed([id])
        }
        await finish(await driver.begun(await created()))
        expect(driver.of(id)).toHaveLength(1)
        await finish(drive)
        expect(driver.mostOfOneSession).toBe(1)
      })

      test('does not drive a session again that has ended', async () => {
        const { driver, created, finish, restart } = await started()
        const ended = await created()
        const unended = await created()
        await finish(await driver.begun(ended))
        await driver.begun(unended)
        await finish(await driver.begun(await created()))
        const next = await restart()
        await next.driver.begun(unended)
        expect([driver.of(ended).length, next.driver.of(ended).length]).toEqual([1, 0])
      })

      test('tries a drive again that failed, after a pause, and goes on with others meanwhile', async () => {
        const { driver, created, finish } = await started({ maxRunning: 1 })
        const id = await created()
        const failed = await driver.begun(id)
        const failedAt = Date.now()
        failed.fail(new Error('a defect'))
        await finish(await driver.begun(await created()))
        const again = await driver.begun(id, 2)
        expect(again.beganAt - failedAt).toBeGreaterThanOrEqual(100)
        await finish(again)
      })
    })

    describe('a wake while a session is driven', () => {
      const wakes: [string, (dispatcher: Dispatcher, id: string) => void][] = [
        ['wake', (dispatcher, id) => dispatcher.wake(id, 'changed')],
        ['changed', (dispatcher, id) => dispatcher.changed(['ses_unknown', id])],
        ['wakeAll', (dispatcher) => dispatcher.wakeAll()],
      ]

      test.for(wakes)('makes the driver look again (%s)', async ([, wake]) => {
        const { dispatcher, driver, created } = await started()
        const id = await created()
        const { turn } = await driver.begun(id)
        const idle = turn.idle(Date.now() + LATER_MS)
        wake(dispatcher, id)
        await idle
        turn.look()
        wake(dispatcher, id)
        await turn.idle(Date.now() + LATER_MS)
        expect(driver.of(id)).toHaveLength(1)
      })

      test('is not needed when the time comes that the driver idles for', async () => {
        const { driver, created } = await started()
        const { turn } = await driver.begun(await created())
        const until = Date.now() + 150
        await turn.idle(until)
        expect(Date.now()).toBeGreaterThanOrEqual(until - EARLY_MS)
      })

      /** What happens between the last look of a drive and the end of its letting go. */
      const races: [string, (race: Race) => Promise<void>][] = [
        [
          'by wake, before it does',
          async ({ dispatcher, id, append, letGo }) => {
            await append()
            dispatcher.wake(id, 'changed')
            letGo()
          },
        ],
        [
          'by changed, before it does',
          async ({ dispatcher, id, append, letGo }) => {
            await append()
            dispatcher.changed([id])
            letGo()
          },
        ],
        [
          'by wake, in the same moment',
          async ({ dispatcher, id, append, letGo }) => {
            await append()
            letGo()
            dispatcher.wake(id, 'changed')
          },
        ],
        [
          'by wake, while it does',
          async ({ dispatcher, id, append, letGo }) => {
            letGo()
            await append()
            dispatcher.wake(id, 'changed')
          },
        ],
      ]

      test.for(races)('is not lost when the driver lets go (%s)', async ([, race]) => {
        const { dispatcher, driver, store, created, finish } = await started()
        const id = await created()
        for (let round = 1; round <= ROUNDS; round++) {
          const drive = await driver.begun(id, round)
          const seq = await append(store, drive.sessionId, waiting(), drive.turn.claim)
          drive.turn.look()
          await race({
            dispatcher,
            id,
            append: () => append(store, id),
            letGo: () => drive.letGo({ seq }),
          })
        }
        await finish(await driver.begun(id, ROUNDS + 1))
        expect(driver.mostOfOneSession).toBe(1)
      })
    })

    describe('a parked session', () => {
      test('is driven again when its time has come, once', async () => {
        const { driver, created, park, finish } = await started()
        const [id, later] = [await created(), await created()]
        const wakeAt = Date.now() + 200
        await park(await driver.begun(id), wakeAt)
        await park(await driver.begun(later), wakeAt + 300)
        const again = await driver.begun(id, 2)
        expect(again.beganAt).toBeGreaterThanOrEqual(wakeAt - EARLY_MS)
        await park(again)
        await finish(await driver.begun(later, 2))
        expect(driver.of(id)).toHaveLength(2)
      })

      test('is driven at once when it is woken, not at its time', async () => {
        const { dispatcher, driver, store, created, park, finish } = await started()
        const id = await created()
        await park(await driver.begun(id), Date.now() + LATER_MS)
        await append(store, id)
        dispatcher.wake(id, 'changed')
        await finish(await driver.begun(id, 2))
      })

      test('takes no place and is not counted', async () => {
        const { dispatcher, driver, created, park, finish } = await started({ maxRunning: 1 })
        await park(await driver.begun(await created()), Date.now() + LATER_MS)
        await park(await driver.begun(await created()))
        await finish(await driver.begun(await created()))
        await expect.poll(() => dispatcher.load(), soon).toEqual({ running: 0, queued: 0 })
      })
    })

    describe('places', () => {
      test('holds no more sessions at once than it may, and counts the rest as queued', async () => {
        const { dispatcher, driver, created, finish } = await started({ maxRunning: 2 })
        const ids = [await created(), await created(), await created(), await created()]
        await expect.poll(() => dispatcher.load(), soon).toEqual({ running: 2, queued: 2 })
        for (let n = 0; n < ids.length; n++) {
          await expect.poll(() => driver.drives.length, soon).toBeGreaterThan(n)
          await finish(driver.drives[n]!)
        }
        await expect.poll(() => dispatcher.load(), soon).toEqual({ running: 0, queued: 0 })
        expect(driver.drives.map(({ sessionId }) => sessionId).toSorted()).toEqual(ids.toSorted())
        expect(driver.mostAtOnce).toBe(2)
      })

      test('go to what has begun before what is new', async () => {
        const { dispatcher, driver, store, created, park, finish } = await started({
          maxRunning: 1,
        })
        const begun = await created()
        await park(await driver.begun(begun))
        const busy = await driver.begun(await created())
        await created()
        await created()
        await append(store, begun)
        dispatcher.wake(begun, 'changed')
        await expect.poll(() => dispatcher.load(), soon).toEqual({ running: 1, queued: 3 })
        await finish(busy)
        await expect.poll(() => driver.drives.length, soon).toBe(3)
        expect(driver.drives.at(-1)?.sessionId).toBe(begun)
      })

      test('go to higher priorities first, of one in order of arrival, and what has begun before what is new', async () => {
        const process = await started({ maxRunning: 1 })
        const { dispatcher, driver, store, created, park } = process
        const begun: string[] = []
        for (const priority of [-100, 3]) {
          const id = await created(priority)
          await park(await driver.begun(id))
          begun.push(id)
        }
        const [low, high] = begun as [string, string]
        const busy = await driver.begun(await created())
        const waiting: string[] = []
        for (const priority of [0, -1, 100, 1, 100, 0]) {
          waiting.push(await created(priority))
          const queued = waiting.length
          // Jobs that come into a queue by one statement are equally old.
          await expect.poll(() => dispatcher.load(), soon).toEqual({ running: 1, queued })
        }
        for (const [id, priority] of [
          [low, -100],
          [high, 3],
        ] as const) {
          await append(store, id)
          dispatcher.wake(id, 'changed', priority)
        }
        await expect.poll(() => dispatcher.load(), soon).toEqual({ running: 1, queued: 8 })
        const order = [2, 4, 3, 0, 5, 1].map((n) => waiting[n])
        expect(await inTurn(process, busy, 8)).toEqual([high, low, ...order])
      })

      test('go to higher priorities first also among those whose time has come', async () => {
        const process = await started({ maxRunning: 3 })
        const { dispatcher, driver, created, park } = process
        const parked = [await created(0), await created(-5), await created(5)]
        const drives = [await driver.begun(parked[0]!), await driver.begun(parked[1]!)]
        drives.push(await driver.begun(parked[2]!))
        // They take the places at once, so that none is free when the time comes.
        const next = [await created(), await created(), await created()]
        const wakeAt = Date.now() + 2000
        for (const [n, drive] of drives.entries()) await park(drive, wakeAt + n)
        const busy = await driver.begun(next[0]!)
        for (const id of next) await driver.begun(id)
        const last = await created(100)
        await expect.poll(() => dispatcher.load(), soon).toEqual({ running: 3, queued: 4 })
        const order = [2, 0, 1].map((n) => parked[n])
        expect(await inTurn(process, busy, 4)).toEqual([...order, last])
      })
    })

    describe('from one process to the next', () => {
      test('drives after the start what was runnable or due before it, and nothing else', async () => {
        const { store, restart } = await started()
        const now = Date.now()
        const wanted: string[] = []
        for (const summary of [
          { status: 'queued' },
          { status: 'running' },
          { status: 'cancelling' },
          { status: 'waiting', wakeAt: now - 1000 },
          { status: 'waiting', wakeAt: now + 300 },
        ] as const) {
          wanted.push((await create(store, { createdAt: now, ...summary })).id)
        }
        for (const summary of [
          { status: 'waiting' },
          { status: 'waiting', wakeAt: now + LATER_MS },
          { status: 'paused' },
          { status: 'completed', endedAt: now },
        ] as const) {
          await create(store, { createdAt: now, ...summary })
        }
        const { driver, finish } = await restart()
        for (const id of wanted) await finish(await driver.begun(id))
        expect(driver.drives.map(({ sessionId }) => sessionId).toSorted()).toEqual(
          wanted.toSorted(),
        )
      })

      test('keeps the priorities, and what has begun before what is new', async () => {
        const first = await started({ maxRunning: 1 })
        const now = Date.now()
        const begun = await first.created(-50)
        const drive = await first.driver.begun(begun)
        await append(first.store, begun, summary({ status: 'running' }), drive.turn.claim)
        const ids: string[] = []
        for (const [priority, status, wakeAt] of [
          [-9, 'queued', null],
          [9, 'queued', null],
          [-9, 'cancelling', null],
          [9, 'running', null],
          [0, 'waiting', now - 1000],
        ] as const) {
          const record = { createdAt: now, status, wakeAt, ...prioritised(priority) }
          ids.push((await create(first.store, record)).id)
        }
        const next = await first.restart({ maxRunning: 0 })
        // Where processes share a queue, all of it must be there before the first is taken.
        await expect
          .poll(() => next.dispatcher.load(), soon)
          .toEqual({ running: 0, queued: ids.length + 1 })
        const { driver, finish } = await next.restart({ maxRunning: 1 })
        for (let n = 0; n <= ids.length; n++) {
          await expect.poll(() => driver.drives.length, soon).toBe(n + 1)
          await finish(driver.drives[n]!)
        }
        expect(driver.drives.map(({ sessionId }) => sessionId)).toEqual([
          ids[3],
          ids[4],
          ids[2],
          begun,
          ids[1],
          ids[0],
        ])
      })

      test('stops when the last driver has let go, and leaves the rest to the next one', async () => {
        const first = await started({ maxRunning: 1 })
        const driven = await first.created()
        const { turn, letGo } = await first.driver.begun(driven)
        const seq = await append(first.store, driven, summary({ status: 'running' }), turn.claim)
        const queued = [await first.created(), await first.created()]
        turn.look()
        const idle = turn.idle()
        let stopped = false
        const stopping = first.dispatcher.stop().then(() => {
          stopped = true
        })
        await idle
        first.dispatcher.wake(queued[0]!, 'changed')
        await nextTurn()
        expect(stopped).toBe(false)
        letGo({ seq })
        await stopping
        expect(first.driver.drives).toHaveLength(1)
        expect(first.dispatcher.load().running).toBe(0)
        const { driver, finish } = await first.restart({ maxRunning: 10 })
        for (const id of [driven, ...queued]) await finish(await driver.begun(id))
      })
    })

    test.for<[string, Partial<Schedule>]>([
      ['a minute that no hour has', { cron: '61 * * * *' }],
      ['seconds', { cron: '* * * * * *' }],
      ['a nickname', { cron: '@daily' }],
      ['a moment', { cron: '2099-01-01T00:00:00' }],
      ['a day that never comes', { cron: '0 0 30 2 *' }],
      ['a time zone that is none', { timeZone: 'Mars/Olympus' }],
      ['a name with a blank', { name: 'two words' }],
    ])('refuses a schedule with %s', async ([, wrong]) => {
      const { dispatcher } = await started()
      const schedule = { name: 'nightly', cron: '0 3 * * *', ...wrong }
      await expect(dispatcher.schedule(schedule, async () => {})).rejects.toMatchObject({
        code: 'INVALID_VALUE',
      })
    })

    test('takes thousands of wakes without keeping anything for each', async () => {
      const { dispatcher, driver, created, park, finish } = await started()
      const [driven, parked] = [await created(), await created()]
      const drive = await driver.begun(driven)
      await park(await driver.begun(parked))
      const before = kept()
      for (let n = 0; n < MANY; n++) {
        dispatcher.wake(driven, 'changed')
        dispatcher.wake(parked, 'changed')
        dispatcher.changed([driven, parked])
        await drive.turn.idle(drive.beganAt + LATER_MS)
        drive.turn.look()
      }
      await park(await driver.begun(parked, 2))
      await finish(await driver.begun(await created()))
      await expect.poll(() => kept().timers, soon).toBeLessThanOrEqual(before.timers + 20)
      await expect.poll(() => kept().promises, soon).toBeLessThanOrEqual(before.promises + MANY / 2)
      expect(driver.of(parked).length).toBeLessThan(10)
    })

    describe.runIf(shared)('several processes', () => {
      test('have one drive at a time for a session, whoever wakes it', async () => {
        const { site, ...one } = await started()
        const other = await startedOn(site)
        const id = await one.created()
        await expect.poll(() => drivesOf(id, one, other), soon).toBe(1)
        await append(one.store, id)
        one.dispatcher.wake(id, 'changed')
        other.dispatcher.wake(id, 'changed')
        const [drive] = [...one.driver.of(id), ...other.driver.of(id)]
        await drive?.turn.idle()
        const last = await other.created()
        await expect.poll(() => drivesOf(last, one, other), soon).toBe(1)
        expect(drivesOf(id, one, other)).toBe(1)
      })

      test('lose no event that one appends while the driver of another lets go', async () => {
        const { site, ...one } = await started()
        const id = await one.created()
        const { turn, letGo } = await one.driver.begun(id)
        const other = await startedOn(site)
        const seq = await append(one.store, id, waiting(), turn.claim)
        await append(other.store, id)
        letGo({ seq })
        await expect.poll(() => drivesOf(id, one, other), soon).toBe(2)
      })

      test('drive a parked session once when its time has come', async () => {
        const { site, ...one } = await started()
        const [id, later] = [await one.created(), await one.created()]
        const wakeAt = Date.now() + 300
        await one.park(await one.driver.begun(id), wakeAt)
        await one.park(await one.driver.begun(later), wakeAt + 300)
        const other = await startedOn(site)
        await expect.poll(() => drivesOf(later, one, other), soon).toBe(2)
        expect(drivesOf(id, one, other)).toBe(2)
      })

      test('take over what has begun before what is new, whatever the priorities', async () => {
        const { site, ...one } = await started({ maxRunning: 1 })
        const driven = await one.created(-100)
        const { turn } = await one.driver.begun(driven)
        await append(one.store, driven, summary({ status: 'running' }), turn.claim)
        const other = await startedOn(site, { maxRunning: 1 })
        const busy = await other.driver.begun(await other.created())
        const created = await other.created(100)
        await one.end()
        await expect.poll(() => other.dispatcher.load(), soon).toEqual({ running: 1, queued: 2 })
        expect(await inTurn(other, busy, 2)).toEqual([driven, created])
      })

      test('take over what one that stops has left', async () => {
        const { site, ...one } = await started({ maxRunning: 1 })
        const driven = await one.created()
        await one.driver.begun(driven)
        const other = await startedOn(site)
        await one.end()
        await other.finish(await other.driver.begun(driven))
      })
    })
  })

  async function started(options?: StartOptions): Promise<Started> {
    const site = await open()
    onTestFinished(() => site[Symbol.asyncDispose]())
    return startedOn(site, options)
  }
}

interface Race {
  readonly dispatcher: Dispatcher
  readonly id: string
  /** Somebody else writes to the session. */
  readonly append: () => Promise<unknown>
  /** The driver returns, with what it knew at its last look. */
  readonly letGo: () => void
}

interface StartOptions {
  readonly maxRunning?: number
}

interface Started {
  readonly site: DispatcherSite
  readonly store: Store
  readonly dispatcher: Dispatcher
  readonly driver: HandDriver
  /** Creates a session and tells the dispatcher. */
  created(priority?: number): Promise<string>
  /** Ends a drive whose session waits, for ever or until a time. */
  park(drive: HandDrive, wakeAt?: number): Promise<void>
  /** Ends a drive with the end of its session. */
  finish(drive: HandDrive): Promise<void>
  /** Lets every drive go as it is, and ends the process. */
  end(): Promise<void>
  /** Ends the process and starts the next one on the same site. */
  restart(options?: StartOptions): Promise<Started>
}

async function startedOn(
  site: DispatcherSite,
  { maxRunning = 10 }: StartOptions = {},
): Promise<Started> {
  const { store, dispatcher, close } = await site.open({ maxRunning })
  const driver = new HandDriver()
  let ended: Promise<void> | undefined
  const end = () => {
    driver.release()
    ended ??= dispatcher.stop().then(close)
    return ended
  }
  onTestFinished(end)
  dispatcher.start(driver.drive)
  return {
    site,
    store,
    dispatcher,
    driver,
    end,
    async created(priority) {
      const { id } = await create(store, { createdAt: Date.now(), ...prioritised(priority) })
      dispatcher.wake(id, 'created', priority)
      return id
    },
    async park(drive, wakeAt) {
      const { sessionId, turn } = drive
      const seq = await append(store, sessionId, waiting(wakeAt), turn.claim)
      turn.look()
      drive.letGo(wakeAt === undefined ? { seq } : { seq, wakeAt })
    },
    async finish(drive) {
      const { sessionId, turn } = drive
      const completed = summary({ status: 'completed', endedAt: Date.now() })
      drive.letGo({ seq: await append(store, sessionId, completed, turn.claim) })
    },
    async restart(options = { maxRunning }) {
      await end()
      return startedOn(site, options)
    },
  }
}

function drivesOf(sessionId: string, ...processes: readonly Pick<Started, 'driver'>[]): number {
  return processes.reduce((sum, { driver }) => sum + driver.of(sessionId).length, 0)
}

function prioritised(priority?: number): Partial<SessionRecord> {
  return priority === undefined ? {} : { plan: { ...sessionRecord().plan, priority } }
}

/** The sessions in the order in which they have a single place, once `busy`, which holds it, has ended. */
async function inTurn({ driver, finish }: Started, busy: HandDrive, count: number) {
  const before = driver.drives.length
  await finish(busy)
  for (let n = before; n < before + count; n++) {
    await expect.poll(() => driver.drives.length, soon).toBe(n + 1)
    await finish(driver.drives[n]!)
  }
  return driver.drives.slice(before).map(({ sessionId }) => sessionId)
}

/** Appends one event; its seq. */
async function append(
  store: Store,
  sessionId: string,
  changed?: SessionSummary,
  claim?: string,
): Promise<number> {
  const { tenant, next } = (await store.extent(sessionId))!
  await store.append({
    sessionId,
    tenant,
    expectedSeq: next - 1,
    events: events(next - 1, 1),
    ...(changed !== undefined && { summary: changed }),
    ...(claim !== undefined && { claim }),
  })
  return next
}

function waiting(wakeAt?: number): SessionSummary {
  return summary({ status: 'waiting', ...(wakeAt !== undefined && { wakeAt }) })
}

function summary(changes: Pick<SessionRecord, 'status'> & Partial<SessionSummary>): SessionSummary {
  return { wakeAt: null, endedAt: null, ...changes }
}

/** What this process holds that grows when something is kept for each wake. */
function kept(): { timers: number; promises: number } {
  return {
    timers: process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length,
    promises: queryObjects(Promise, { format: 'count' }),
  }
}
