import { randomUUID } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import type { Document } from '../../store/documents.ts'
import type { Store } from '../../store/types.ts'

export interface CursorOptions {
  readonly store: Pick<Store, 'putDocument' | 'removeDocument' | 'document' | 'logBounds'>
  readonly clock: Clock
}

export const CURSOR_KIND = 'hook_cursor'

/** A tenant has one. */
const ID = 'events'

/** How often the log is looked into where nobody has said that there is something new. */
const LOOK_MS = 10_000

/** How far a tenant's log was seen to. */
export interface Cursor {
  readonly tenant: string
  /** Every event up to this position was seen to. */
  readonly position: number
  /** Another one after each change of the tenant's hooks that events fire. */
  readonly hooks: string
  /** Of the document it is kept in. */
  readonly version: number
}

/** The cursors of tenants; there is one where a tenant has hooks that events fire. */
export interface Cursors {
  find(tenant: string): Promise<Cursor | undefined>
  /** False when somebody else has written it since it was read. */
  advance(cursor: Cursor, position: number): Promise<boolean>
  /** Says that hooks have changed; a new cursor begins where the log ends. */
  touch(tenant: string): Promise<void>
  /** False when somebody else has written it since it was read. */
  remove(cursor: Cursor): Promise<boolean>
}

export function createCursors({ store, clock }: CursorOptions): Cursors {
  return {
    find,
    advance: (cursor, position) => put({ ...cursor, position }),
    async touch(tenant) {
      for (;;) {
        const hooks = randomUUID()
        const found = await find(tenant)
        const cursor = found ?? { tenant, position: (await store.logBounds()).end, version: 0 }
        if (await put({ ...cursor, hooks })) return
      }
    },
    async remove({ tenant, version }) {
      const { kind } = await store.removeDocument(tenant, CURSOR_KIND, ID, version)
      return kind === 'written'
    },
  }

  async function find(tenant: string): Promise<Cursor | undefined> {
    const document = await store.document(tenant, CURSOR_KIND, ID)
    return document && toCursor(document)
  }

  async function put({ tenant, position, hooks, version }: Cursor): Promise<boolean> {
    const now = clock.now()
    const document = {
      tenant,
      kind: CURSOR_KIND,
      id: ID,
      body: JSON.stringify({ position, hooks }),
      createdAt: now,
      dueAt: now + LOOK_MS,
      sessionId: null,
      expiresAt: null,
    }
    return (await store.putDocument(document, version)).kind === 'written'
  }
}

function toCursor({ tenant, version, body }: Document): Cursor {
  return { ...(JSON.parse(body) as Pick<Cursor, 'position' | 'hooks'>), tenant, version }
}
