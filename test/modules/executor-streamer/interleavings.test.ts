import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createExecutorStreamer } from '../../../src/modules/executor-streamer/index.ts'
import type { ExecutorStreamer, Follower } from '../../../src/modules/executor-streamer/types.ts'
import type { Commit, EncodedEvent, ReadEvents } from '../../../src/store/types.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const SESSION = 'ses_a'

/** A log whose reads begin, look and answer one by one, when the test says so. */
class SteppedLog {
  readonly events: EncodedEvent[] = []
  /** Reads that have not looked yet. */
  readonly begun: (() => void)[] = []
  /** Reads that have looked and not answered yet. */
  readonly looked: (() => void)[] = []

  append(count: number): Commit {
    const events = Array.from({ length: count }, (_, index) => {
      const seq = this.events.length + index + 1
      return { seq, type: 'step.output', body: `{"seq":${seq}}` } as const
    })
    this.events.push(...events)
    return { sessionId: SESSION, tenant: 'default', events, status: undefined }
  }

  readEvents({ afterSeq, limit, maxBytes = 1 }: ReadEvents): Promise<readonly EncodedEvent[]> {
    return new Promise((resolve) => {
      this.begun.push(() => {
        const page: EncodedEvent[] = []
        let bytes = 0
        for (const event of this.events.slice(afterSeq, afterSeq + limit)) {
          page.push(event)
          bytes += event.body.length
          if (bytes >= maxBytes) break
        }
        this.looked.push(() => resolve(page))
      })
    })
  }

  async extent() {
    return undefined
  }
}

/** Pulls as a stream does: when it was woken, and after each answer. */
class Reader {
  readonly got: number[] = []
  readonly from: number
  readonly #follower: Follower
  readonly #maxBytes: number
  #runnable = true

  constructor(streamer: ExecutorStreamer, from: number, known: number, maxBytes: number) {
    this.from = from
    this.#maxBytes = maxBytes
    this.#follower = streamer.follow(SESSION, from, known)
    this.#follower.onWake(() => {
      this.#runnable = true
    })
  }

  get runnable(): boolean {
    return this.#runnable
  }

  pump(): void {
    if (!this.#runnable) return
    this.#runnable = false
    const pulled = this.#follower.pull(this.#maxBytes)
    if (pulled === undefined) return
    if (pulled instanceof Promise) void pulled.then((events) => this.#take(events))
    else this.#take(pulled)
  }

  #take(events: readonly EncodedEvent[]): void {
    this.got.push(...events.map(({ seq }) => seq))
    this.#runnable = true
  }
}

const position = fc.nat({ max: 1000 })
const operations = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('own'), n: fc.integer({ min: 1, max: 3 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('foreign'), n: fc.integer({ min: 1, max: 3 }) }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('publish'), n: position }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('announce'), n: position }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('announceTwice'), n: position }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('follow'), n: position }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('look'), n: position }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('answer'), n: position }) },
    { weight: 8, arbitrary: fc.record({ do: fc.constant('pump'), n: position }) },
  ),
  { maxLength: 120 },
)

test('every follower gets every event once, in order, however commits, news of them and reads interleave', async () => {
  await fc.assert(
    fc.asyncProperty(operations, fc.integer({ min: 1, max: 8 }), async (steps, maxEvents) => {
      const world = newWorld(maxEvents)
      for (const { do: name, n } of steps) {
        world.perform(name, n)
        await settled()
      }
      await world.finish()
      const all = world.log.events.map(({ seq }) => seq)
      for (const reader of world.readers) expect(reader.got).toEqual(all.slice(reader.from))
    }),
    { numRuns: 400 },
  )
})

function newWorld(maxEvents: number) {
  const log = new SteppedLog()
  const streamer = createExecutorStreamer({
    store: log,
    clock: new ManualClock(),
    maxEvents,
    ttlMs: 3_600_000,
    maxTotalBytes: 10_000,
  })
  const readers: Reader[] = []
  /** Own commits are published in their order, foreign ones announced in any. */
  const unpublished: Commit[] = []
  let unannounced = 0
  follow(0)

  return { log, readers, perform, finish }

  function follow(n: number): void {
    const { length } = log.events
    // A caller may have looked into the log, or know nothing.
    const known = n % 2 === 0 ? length : 0
    readers.push(new Reader(streamer, n % (length + 1), known, n % 3 === 0 ? 20 : 64 * 1024))
  }

  function perform(name: string, n: number): void {
    if (name === 'own') unpublished.push(log.append(n))
    if (name === 'foreign') {
      log.append(n)
      unannounced += 1
    }
    if (name === 'publish') streamer.publish(unpublished.splice(0, 1 + (n % 2)))
    if (name === 'announce' && unannounced > 0) {
      unannounced -= 1
      streamer.changed([SESSION])
    }
    if (name === 'announceTwice') streamer.changed([SESSION, SESSION])
    if (name === 'follow') follow(n)
    if (name === 'look') log.begun.splice(n % (log.begun.length || 1), 1)[0]?.()
    if (name === 'answer') log.looked.splice(n % (log.looked.length || 1), 1)[0]?.()
    if (name === 'pump') readers[n % readers.length]?.pump()
  }

  /** Lets everything arrive that is on its way; what then is not read was lost. */
  async function finish(): Promise<void> {
    while (unannounced > 0) perform('announce', 0)
    while (unpublished.length > 0) perform('publish', 0)
    for (let round = 0; isBusy(); round += 1) {
      if (round > 2000) throw new Error('the followers never come to rest')
      for (const reader of readers) reader.pump()
      for (const look of log.begun.splice(0)) look()
      for (const answer of log.looked.splice(0)) answer()
      await settled()
    }
  }

  function isBusy(): boolean {
    return log.begun.length + log.looked.length > 0 || readers.some(({ runnable }) => runnable)
  }
}

/** Runs the microtasks that wait. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve()
}
