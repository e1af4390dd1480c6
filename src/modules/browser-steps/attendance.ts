import { readFile, rm, stat } from 'node:fs/promises'
import { StepstreamError } from '../../errors.ts'
import type { BrowserNote, BrowserSession } from '../browser/types.ts'
import type { ExecutorContext } from '../executors/types.ts'
import { type Keeper, MAX_FILE_BYTES, tooLarge } from './keeper.ts'

type Download = Extract<BrowserNote, { kind: 'download' }>['download']

/** What a page may tell of one kind in one attempt: one that does nothing else would fill the log. */
const MAX_TOLD = 100

/** Listens to what happens in the pages of a session while an attempt is at work, and tells it. */
export class Attendance {
  /** How the page ended that the attempt worked in, where it crashed. */
  crash: string | undefined
  /** A page has gone somewhere else, by itself or not. */
  hasNavigated = false
  readonly #context: ExecutorContext
  readonly #keeper: Keeper
  readonly #stopListening: () => void
  readonly #told = new Map<BrowserNote['kind'], number>()
  readonly #saving = new Set<Promise<void>>()
  #isDownloading = false

  constructor(session: BrowserSession, context: ExecutorContext, keeper: Keeper) {
    this.#context = context
    this.#keeper = keeper
    this.#stopListening = session.onNote((note) => this.#hear(note))
  }

  /** While a download is what is done, whoever does it takes the file. */
  async whileDownloading<T>(work: () => Promise<T>): Promise<T> {
    this.#isDownloading = true
    try {
      return await work()
    } finally {
      this.#isDownloading = false
    }
  }

  /** The file of a download that somebody took. */
  async keep({ name, path }: { readonly name: string; readonly path: string }): Promise<string> {
    try {
      const { size } = await stat(path)
      if (size > MAX_FILE_BYTES) throw tooLarge(name, size)
      return await this.#keeper.download(name, await readFile(path))
    } finally {
      await rm(path, { force: true })
    }
  }

  /** Resolves when all that pages gave by themselves is kept. */
  async settled(): Promise<void> {
    while (this.#saving.size > 0) await Promise.all(this.#saving)
  }

  end(): void {
    this.#stopListening()
  }

  #hear(note: BrowserNote): void {
    if (note.kind === 'crashed') this.crash = note.message
    if (note.kind === 'navigated') this.hasNavigated = true
    const told = (this.#told.get(note.kind) ?? 0) + 1
    this.#told.set(note.kind, told)
    if (told > MAX_TOLD) return
    if (told === MAX_TOLD) {
      this.#context.warn('BROWSER_EVENTS_CUT', `no more than ${MAX_TOLD} of ${note.kind} are told`)
    }
    this.#tell(note)
  }

  #tell(note: BrowserNote): void {
    switch (note.kind) {
      case 'dialog': {
        const { type, message, accepted } = note
        return this.#context.observe({ type: 'browser.dialog', data: { type, message, accepted } })
      }
      case 'navigated': {
        const { url, status } = note
        const data = { url, ...(status === undefined ? {} : { status }) }
        return this.#context.observe({ type: 'browser.navigated', data })
      }
      case 'blocked': {
        const { url, reason } = note
        return this.#context.observe({ type: 'browser.blocked', data: { url, reason } })
      }
      case 'tabOpened':
      case 'tabClosed': {
        const change = note.kind === 'tabOpened' ? 'opened' : 'closed'
        return this.#context.observe({ type: 'browser.tab', data: { change, url: note.url } })
      }
      case 'download':
        if (!this.#isDownloading) this.#take(note.download)
        return
      case 'crashed':
        return this.#context.warn('PAGE_CRASHED', note.message)
      case 'notSaved':
        this.#context.warn('BROWSER_NOT_SAVED', note.message)
    }
  }

  #take(download: Download): void {
    const saving = this.#save(download).finally(() => this.#saving.delete(saving))
    this.#saving.add(saving)
  }

  /** A file that nobody asked for is no reason to fail: what cannot be kept is told. */
  async #save(download: Download): Promise<void> {
    const name = download
      .suggestedFilename()
      .replaceAll(/[^\w.()+ -]/g, '_')
      .slice(-200)
    try {
      await this.keep({ name, path: await download.path() })
    } catch (error) {
      const why = error instanceof StepstreamError ? error.message : 'it did not arrive'
      this.#context.warn('DOWNLOAD_NOT_KEPT', `${name}: ${why}`)
    }
  }
}
