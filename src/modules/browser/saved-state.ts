import type { BrowserContext } from 'playwright-core'
import type { Clock } from '../../clock.ts'
import type { Store } from '../../store/types.ts'

/** What a context is built anew from: Playwright's storage state, and the addresses of its tabs. */
export interface SavedState {
  readonly storage: Awaited<ReturnType<BrowserContext['storageState']>>
  readonly tabs: readonly string[]
  /** The place of the tab that is acted on. */
  readonly current: number
}

/** Whose it is. */
export interface StateOwner {
  readonly tenant: string
  readonly sessionId: string
}

/** A state as it was found, with what a later write must expect; version 0: there is none. */
export interface FoundState {
  readonly version: number
  readonly state: SavedState | undefined
}

/** Contexts as they are kept over restarts. They hold what sites keep secret: they go nowhere else. */
export interface SavedStates {
  find(owner: StateOwner): Promise<FoundState>
  /**
   * Writes it if nobody has written or removed it since `expected`.
   * @returns the version it has now; undefined: somebody has; `tooLarge`: nothing is kept now
   */
  write(
    owner: StateOwner,
    state: SavedState,
    expected: number,
  ): Promise<number | undefined | { readonly tooLarge: number }>
  remove(owner: StateOwner): Promise<void>
}

/** The kind of its documents. */
const KIND = 'browserState'

/** The largest that is kept, in bytes of JSON. */
const MAX_BYTES = 1024 * 1024

export function createSavedStates(
  store: Pick<Store, 'document' | 'putDocument' | 'removeDocument'>,
  clock: Clock,
): SavedStates {
  return {
    async find({ tenant, sessionId }) {
      const found = await store.document(tenant, KIND, sessionId)
      if (found === undefined) return { version: 0, state: undefined }
      return { version: found.version, state: JSON.parse(found.body) as SavedState }
    },
    async write({ tenant, sessionId }, state, expected) {
      const body = JSON.stringify(state)
      const bytes = Buffer.byteLength(body)
      if (bytes > MAX_BYTES) {
        // An older state would be of a page that has long been left.
        await store.removeDocument(tenant, KIND, sessionId, expected)
        return { tooLarge: bytes }
      }
      const written = await store.putDocument(
        {
          tenant,
          kind: KIND,
          id: sessionId,
          body,
          createdAt: clock.now(),
          dueAt: null,
          sessionId,
          expiresAt: null,
        },
        expected,
      )
      return written.kind === 'written' ? written.version : undefined
    },
    async remove({ tenant, sessionId }) {
      await store.removeDocument(tenant, KIND, sessionId)
    },
  }
}
