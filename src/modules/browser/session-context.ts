import type { BrowserContext, Page } from 'playwright-core'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import { InTurn } from '../../in-turn.ts'
import { within } from '../../within.ts'
import { restoreTabs } from './open-context.ts'
import type { SavedState, SavedStates, StateOwner } from './saved-state.ts'
import { followTabs, type Tabs } from './tabs.ts'
import { createTracer, type Tracer } from './tracer.ts'
import type { BrowserNote, BrowserSession } from './types.ts'

export interface SessionContextOptions {
  readonly context: BrowserContext
  readonly owner: StateOwner
  readonly states: SavedStates
  readonly clock: Clock
  /** Of what was saved, or 0. */
  readonly savedVersion: number
  /** Where traces are written before they are read. */
  readonly folder: string
  /** Nobody uses it any more, for now. */
  readonly onIdle: () => void
  /** It is gone, though nobody closed it. */
  readonly onLost: () => void
}

/** An attempt that uses it. */
interface Use {
  readonly listeners: Set<(note: BrowserNote) => void>
  readonly lost: AbortController
}

/** How long a page may take to hand out its storage: one that is stuck in a script never does. */
const SAVE_TIMEOUT_MS = 10_000

/** The context of a session over all its attempts. */
export class SessionContext {
  readonly #options: SessionContextOptions
  readonly #tabs: Tabs
  readonly #tracer: Tracer
  readonly #uses = new Set<Use>()
  readonly #saves = new InTurn()
  #savedVersion: number
  #isClosed = false
  #isLost = false
  #isSilent = false

  constructor(options: SessionContextOptions) {
    this.#options = options
    this.#savedVersion = options.savedVersion
    this.#tabs = followTabs(options.context, (note) => this.tell(note))
    this.#tracer = createTracer(options.context, options.folder)
    options.context.once('close', () => this.#closed())
  }

  get isInUse(): boolean {
    return this.#uses.size > 0
  }

  get isOpen(): boolean {
    return !this.#isClosed
  }

  /** What the saved state must be for this context to be the newest: no other process has used one since. */
  get savedVersion(): number {
    return this.#savedVersion
  }

  tell(note: BrowserNote): void {
    if (this.#isSilent) return
    for (const { listeners, lost } of this.#uses) {
      for (const listener of listeners) listener(note)
      if (note.kind === 'crashed') lost.abort(lostBecause(note.message))
    }
  }

  /** Loads what was saved of its tabs; nobody is told of that. */
  async restore(saved: SavedState): Promise<void> {
    this.#isSilent = true
    try {
      await this.#tabs.switchTo(await restoreTabs(await this.#page(), saved))
    } finally {
      this.#isSilent = false
    }
  }

  /** For one attempt. */
  use(origin: BrowserSession['origin']): BrowserSession {
    const use: Use = { listeners: new Set(), lost: new AbortController() }
    this.#uses.add(use)
    const tabs = this.#tabs
    return {
      context: this.#options.context,
      origin,
      lost: use.lost.signal,
      page: async () => {
        use.lost.signal.throwIfAborted()
        return this.#page()
      },
      get tabs() {
        return tabs.all
      },
      switchTo: (page) => tabs.switchTo(page),
      answerNextDialog: (answer) => tabs.answerNext(answer),
      onNote(listener) {
        use.listeners.add(listener)
        return () => use.listeners.delete(listener)
      },
      save: () => this.save(),
      startTrace: () => this.#tracer.start(use),
      stopTrace: (keep) => this.#tracer.stop(use, keep),
      release: () => this.#release(use),
    }
  }

  /** Does nothing once it was closed in order. @throws StepstreamError BROWSER_LOST */
  save(): Promise<void> {
    return this.#saves.run('save', () => this.#save())
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#options.context.close()
  }

  async #page(): Promise<Page> {
    if (this.#isClosed) throw lostBecause('The browser is gone')
    if (this.#tabs.current !== undefined) return this.#tabs.current
    return this.#tabs.openBlank()
  }

  async #save(): Promise<void> {
    const { context, owner, states, clock } = this.#options
    if (this.#isLost) throw lostBecause('The browser is gone')
    if (this.#isClosed) return
    const storage = await within(
      clock,
      SAVE_TIMEOUT_MS,
      context.storageState({ indexedDB: true }),
      undefined,
    )
    if (storage === undefined) {
      return this.tell({ kind: 'notSaved', message: 'A page did not hand out its storage in time' })
    }
    const { all, current } = this.#tabs
    const state: SavedState = {
      storage,
      tabs: all.map((page) => page.url()),
      current: Math.max(0, current === undefined ? 0 : all.indexOf(current)),
    }
    const written = await states.write(owner, state, this.#savedVersion)
    if (typeof written === 'number') this.#savedVersion = written
    else if (written !== undefined) {
      this.#savedVersion = 0
      const kilobytes = Math.ceil(written.tooLarge / 1024)
      this.tell({
        kind: 'notSaved',
        message: `Cookies and storage are ${kilobytes} KiB, and 1024 KiB are kept: after a restart the browser begins anew`,
      })
    }
  }

  #release(use: Use): void {
    if (!this.#uses.delete(use)) return
    use.listeners.clear()
    // A trace that nobody asked back.
    this.#tracer.stop(use, false).catch(() => {})
    if (!this.isInUse && this.isOpen) this.#options.onIdle()
  }

  #closed(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#isLost = true
    this.tell({ kind: 'crashed', message: 'The browser is gone' })
    this.#options.onLost()
  }
}

function lostBecause(message: string): StepstreamError {
  return new StepstreamError('BROWSER_LOST', message)
}
