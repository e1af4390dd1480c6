import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import type { Folder } from './folder.ts'
import { withEntries } from './record.ts'
import type { FireKind, Hook, HookEntry, HookKey } from './types.ts'

export interface JournalOptions {
  readonly folder: Folder
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'error'>
  /** Told what became of calls and events, once each. */
  readonly observe: (kind: FireKind, count: number) => void
}

/** The histories of hooks. */
export interface Journal {
  /** Never throws: the session runs, and says itself which hook started it. */
  note(hook: Pick<Hook, 'tenant' | 'id'>, entry: HookEntry): void
  /** Resolves when what was noted before is written; it does not rest for that. */
  written(): Promise<void>
  /** Resolves when nothing is left to write. */
  flush(): Promise<void>
}

/** How long a hook's history is left alone after it was written: calls may come by the hundred. */
const REST_MS = 1000

interface Page {
  readonly key: HookKey
  notes: HookEntry[]
  writing: Promise<void> | undefined
  cancelRest: (() => void) | undefined
}

export function createJournal({ folder, clock, log, observe }: JournalOptions): Journal {
  const pages = new Map<string, Page>()

  return {
    note({ tenant, id }, entry) {
      const name = JSON.stringify([tenant, id])
      const page = pages.get(name) ?? newPage({ tenant, id })
      pages.set(name, page)
      page.notes.push(entry)
      if (page.writing === undefined && page.cancelRest === undefined) write(name, page)
    },
    async written() {
      for (const [name, page] of [...pages]) {
        await page.writing
        if (page.writing === undefined && page.notes.length > 0) write(name, page)
        await page.writing
      }
    },
    async flush() {
      while (pages.size > 0) {
        for (const [name, page] of pages) {
          if (page.writing === undefined) write(name, page)
          await page.writing
        }
      }
    },
  }

  function write(name: string, page: Page): void {
    page.cancelRest?.()
    page.cancelRest = undefined
    if (page.notes.length === 0) return void pages.delete(name)
    const notes = page.notes
    page.notes = []
    page.writing = writeNotes(page.key, notes).then(() => {
      page.writing = undefined
      page.cancelRest = clock.setTimer(REST_MS, () => write(name, page))
    })
  }

  async function writeNotes(key: HookKey, notes: readonly HookEntry[]): Promise<void> {
    let added: readonly HookEntry[] = []
    try {
      await folder.change(key, (hook) => {
        const changed = withEntries(hook, notes)
        added = changed.added
        return changed.record
      })
    } catch (error) {
      added = notes
      // Removed meanwhile: nobody will ask what became of it.
      const isGone = error instanceof StepstreamError && error.code === 'HOOK_NOT_FOUND'
      if (!isGone) log.error({ err: error, hookId: key.id }, 'a history lacks entries')
    }
    for (const { kind, count = 1 } of added) observe(kind, count)
  }
}

function newPage(key: HookKey): Page {
  return { key, notes: [], writing: undefined, cancelRest: undefined }
}
