import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import { InTurn } from '../../in-turn.ts'
import type { Store } from '../../store/types.ts'
import { within } from '../../within.ts'
import type { Outbound } from '../outbound/types.ts'
import { type BuiltSession, buildSession } from './build-session.ts'
import { createEngine } from './engine.ts'
import { type FindChromiumOptions, findChromium } from './find-chromium.ts'
import { Places } from './places.ts'
import { createSavedStates, type FoundState, type StateOwner } from './saved-state.ts'
import type { BrowserSession, BrowserSessionRequest, Browsers } from './types.ts'
import { unlessAborted } from './unless-aborted.ts'

export interface BrowsersOptions extends FindChromiumOptions {
  readonly outbound: Pick<Outbound, 'addresses'>
  readonly store: Pick<Store, 'document' | 'putDocument' | 'removeDocument'>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'warn'>
  /** How many contexts are open at once. */
  readonly maxContexts: number
  /** How long a context is kept that nobody uses, and then a browser without contexts, in ms. */
  readonly idleMs: number
  /** Where a folder of our own is made for profiles, downloads, traces and videos. */
  readonly tempDir: string
}

/** How long the end of the service waits for what its contexts would keep. */
const LAST_SAVE_MS = 5000

/** The context of a session as long as it is open. */
interface Entry {
  readonly owner: StateOwner
  readonly built: BuiltSession
  cancelIdle: () => void
  /** It is about to be put away. */
  isLeaving: boolean
}

/**
 * Makes the browsers of the service. Nothing is started, unpacked or loaded before the first is opened.
 * @throws ConfigError when `CHROMIUM_PATH` is no program
 */
export async function createBrowsers(options: BrowsersOptions): Promise<Browsers> {
  const { clock, log, idleMs } = options
  const chromium = await findChromium(options)
  const states = createSavedStates(options.store, clock)
  const places = new Places(options.maxContexts)
  const inTurn = new InTurn()
  const entries = new Map<string, Entry>()
  const underWay = new Set<Promise<unknown>>()
  const closing = new AbortController()
  let cancelStop = () => {}
  const engine = createEngine({
    ...options,
    chromium,
    onWarning: (message) => log.warn(message),
  })

  return {
    missing: chromium.missing,
    open(request) {
      if (chromium.missing !== undefined) return Promise.reject(unavailable(chromium.missing))
      const owner = { tenant: request.tenant, sessionId: request.sessionId }
      const opening = inTurn.run(keyOf(owner), () => open(owner, request))
      track(opening)
      // A browser may take its time to start; whoever has stopped does not wait for it.
      return unlessAborted(request.signal, opening, (session) => session.release())
    },
    done,
    ended(session) {
      track(
        done(session).catch((err) =>
          log.warn({ err, sessionId: session.id }, 'the browser was not removed'),
        ),
      )
    },
    get count() {
      return entries.size
    },
    async close() {
      closing.abort(unavailable('The service is stopping'))
      cancelStop()
      await Promise.allSettled(underWay)
      const saved = Promise.all([...entries.values()].map(saveQuietly))
      await within(clock, LAST_SAVE_MS, saved, undefined)
      await Promise.all([...entries.values()].map(discard))
      await engine.close()
    },
  }

  /** `close` waits for it. */
  function track(work: Promise<unknown>): void {
    underWay.add(work)
    const over = (): void => void underWay.delete(work)
    work.then(over, over)
  }

  function done({ tenant, id }: { readonly tenant: string; readonly id: string }): Promise<void> {
    const owner = { tenant, sessionId: id }
    return inTurn.run(keyOf(owner), async () => {
      const entry = entries.get(keyOf(owner))
      if (entry !== undefined) await discard(entry)
      await states.remove(owner)
    })
  }

  async function open(owner: StateOwner, request: BrowserSessionRequest): Promise<BrowserSession> {
    request.signal.throwIfAborted()
    const kept = entries.get(keyOf(owner))
    // Whoever uses it already sees it as it is.
    if (kept?.built.context.isInUse) return takeAgain(kept, request)
    const found = await states.find(owner)
    const isNewest = kept?.built.context.savedVersion === found.version
    if (kept?.built.context.isOpen && isNewest) return takeAgain(kept, request)
    // Another process has had the session meanwhile, and knows more.
    if (kept !== undefined) await discard(kept)
    const { built } = await openAnew(owner, request, found)
    return built.context.use(found.state === undefined ? 'new' : 'restored')
  }

  function takeAgain(kept: Entry, request: BrowserSessionRequest): BrowserSession {
    kept.cancelIdle()
    kept.built.keepVideo = request.keepVideo
    return kept.built.context.use('kept')
  }

  async function openAnew(
    owner: StateOwner,
    request: BrowserSessionRequest,
    found: FoundState,
  ): Promise<Entry> {
    if (places.isFull) makeRoom()
    await places.take(AbortSignal.any([request.signal, closing.signal]))
    try {
      cancelStop()
      const entry = await build(owner, request, found)
      if (!entry.built.context.isOpen)
        throw new StepstreamError('BROWSER_LOST', 'The browser is gone')
      entries.set(keyOf(owner), entry)
      return entry
    } catch (error) {
      places.free()
      scheduleStop()
      throw error
    }
  }

  async function build(
    owner: StateOwner,
    { options: wanted, keepVideo }: BrowserSessionRequest,
    found: FoundState,
  ): Promise<Entry> {
    const { browser, egress, folder } = await engine.start()
    let entry: Entry | undefined
    try {
      const built = await buildSession({
        browser,
        egress,
        folder: folder.path,
        owner,
        states,
        clock,
        wanted,
        found,
        keepVideo,
        onIdle: () => entry !== undefined && becomeIdle(entry),
        onLost: () => entry !== undefined && forget(entry),
        onFault: (err) => log.warn({ err, sessionId: owner.sessionId }, 'a video was lost'),
      })
      entry = { owner, built, cancelIdle: () => {}, isLeaving: false }
      return entry
    } catch (error) {
      if (browser.isConnected()) throw unavailable(`No page could be opened: ${messageOf(error)}`)
      throw new StepstreamError('BROWSER_LOST', 'The browser is gone', { cause: error })
    }
  }

  function becomeIdle(entry: Entry): void {
    // The last of all: whoever comes to need its place takes another's first.
    entries.delete(keyOf(entry.owner))
    entries.set(keyOf(entry.owner), entry)
    if (places.waiting > 0) return void putAway(entry)
    entry.cancelIdle = clock.setTimer(idleMs, () => void putAway(entry))
  }

  /** The one that nobody has used for longest gives way. */
  function makeRoom(): void {
    const idle = [...entries.values()].find(
      ({ built, isLeaving }) => !built.context.isInUse && !isLeaving,
    )
    if (idle !== undefined) void putAway(idle)
  }

  /** Saves and closes it, unless somebody uses it by then. */
  function putAway(entry: Entry): Promise<void> {
    entry.isLeaving = true
    return inTurn.run(keyOf(entry.owner), async () => {
      entry.isLeaving = false
      const { isInUse, isOpen } = entry.built.context
      if (isInUse || !isOpen) return
      await saveQuietly(entry)
      await discard(entry)
    })
  }

  /** Nobody waits for this: the session may have ended in between, or its page be stuck. */
  async function saveQuietly({ built, owner }: Entry): Promise<void> {
    await built.context
      .save()
      .catch((err) => log.warn({ err, sessionId: owner.sessionId }, 'the browser was not saved'))
  }

  async function discard(entry: Entry): Promise<void> {
    if (!forget(entry)) return
    await entry.built
      .close()
      .catch((err) => log.warn({ err, sessionId: entry.owner.sessionId }, 'the browser was lost'))
  }

  /** Whether it was known until now. */
  function forget(entry: Entry): boolean {
    if (entries.get(keyOf(entry.owner)) !== entry) return false
    entries.delete(keyOf(entry.owner))
    entry.cancelIdle()
    places.free()
    scheduleStop()
    return true
  }

  /** A browser without contexts takes a hundred megabytes or more. */
  function scheduleStop(): void {
    if (entries.size > 0 || closing.signal.aborted) return
    cancelStop()
    cancelStop = clock.setTimer(idleMs, () => {
      if (entries.size > 0) return
      engine.stop().catch((err) => log.warn({ err }, 'the browser did not stop'))
    })
  }
}

function keyOf({ tenant, sessionId }: StateOwner): string {
  return `${tenant} ${sessionId}`
}

function unavailable(message: string): StepstreamError {
  return new StepstreamError('BROWSER_UNAVAILABLE', message)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : String(error)
}
