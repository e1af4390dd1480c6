import type { Document } from '../../store/documents.ts'
import type { Store } from '../../store/types.ts'
import type { CurrentSession, SessionCoordinator } from '../session-coordinator/types.ts'
import { openOf } from './open.ts'
import { ANSWERED, answeredRecordOf, OPEN, type OpenRecord, openRecordOf } from './record.ts'
import type { InboxPage, InboxQuery, Interactions, OpenInteraction, PastAnswer } from './types.ts'

export interface InboxOptions {
  readonly store: Pick<Store, 'listDocuments'>
  readonly coordinator: Pick<SessionCoordinator, 'current'>
}

const PAGE = 100

/** How much one request looks at; what was not looked at is on the next page. */
const MAX_DOCUMENTS = 5000
const MAX_SESSIONS = 300

/** Lists of what is asked for, and of what was answered. */
export function createInbox(options: InboxOptions): Pick<Interactions, 'list' | 'listAnswered'> {
  const { store, coordinator } = options

  return {
    list: (query) => collect(query, OPEN, (document) => openItem(document, query)),
    listAnswered: (query) => collect(query, ANSWERED, (document) => pastItem(document, query)),
  }

  async function collect<Item>(
    query: InboxQuery,
    kind: string,
    itemOf: (document: Document) => Promise<Looked<Item>>,
  ): Promise<InboxPage<Item>> {
    const items: Item[] = []
    let sessions = 0
    let documents = 0
    for await (const document of documentsOf(query, kind)) {
      const { item, hasRead } = await itemOf(document)
      if (item !== undefined) items.push(item)
      sessions += hasRead ? 1 : 0
      documents += 1
      const isFull = items.length >= query.limit
      if (isFull || sessions >= MAX_SESSIONS || documents >= MAX_DOCUMENTS) {
        return { items, next: document }
      }
    }
    return { items, next: undefined }
  }

  /** Those after the position, the newest first. */
  async function* documentsOf(
    { tenant, sessionId, after }: InboxQuery,
    kind: string,
  ): AsyncGenerator<Document> {
    const ofSession = sessionId === undefined ? {} : { sessionId }
    for (let behind = after; ; ) {
      const from = behind === undefined ? {} : { behind }
      const page = await store.listDocuments({ tenant, kind, ...ofSession, ...from, limit: PAGE })
      yield* page
      if (page.length < PAGE) return
      behind = page.at(-1)
    }
  }

  async function openItem(
    { id, body }: Document,
    query: InboxQuery,
  ): Promise<Looked<OpenInteraction>> {
    const record = openRecordOf({ body })
    if (!mayFit(record, query)) return nothing
    const session = await coordinator.current(record.sessionId)
    if (session === undefined || !fitsSession(session, query)) return { hasRead: true }
    const found = openOf(session).find(({ interaction }) => interaction.id === id)
    if (found === undefined || !mayFit(found.interaction, query)) return { hasRead: true }
    return { item: found, hasRead: true }
  }

  async function pastItem(
    { id: interactionId, body, createdAt: askedAt }: Document,
    query: InboxQuery,
  ): Promise<Looked<PastAnswer>> {
    const { digest: _, kind = 'client', at = askedAt, ...record } = answeredRecordOf({ body })
    if (!mayFit({ kind }, query)) return nothing
    const item = { interactionId, ...record, kind, askedAt, at }
    if (query.workflow === undefined && query.labels === undefined) return { item, hasRead: false }
    const session = await coordinator.current(record.sessionId)
    const isMeant = session !== undefined && fitsSession(session, query)
    return isMeant ? { item, hasRead: true } : { hasRead: true }
  }
}

interface Looked<Item> {
  readonly item?: Item
  /** Whether its session had to be read. */
  readonly hasRead: boolean
}

const nothing = { hasRead: false } as const

/** Records from before kinds were kept may be of any. */
function mayFit(
  { kind, queue }: { readonly kind?: OpenRecord['kind']; readonly queue?: string | undefined },
  { kinds, queue: wanted }: InboxQuery,
): boolean {
  if (kind === undefined) return true
  if (kinds !== undefined && !kinds.includes(kind)) return false
  return wanted === undefined || queue === wanted
}

function fitsSession(
  { state: { plan } }: CurrentSession,
  { workflow, labels = [] }: InboxQuery,
): boolean {
  if (workflow !== undefined && plan.workflow?.name !== workflow) return false
  return labels.every(({ key, value }) => plan.labels?.[key] === value)
}
