import type { Document } from '../../store/documents.ts'
import { queueOfKind, ticketRecordOf } from './record.ts'
import type { QueueFollower, QueueNews } from './types.ts'

/** How much of a queue those who follow it are shown. */
export const SHOWN = 1000

interface Subscriber {
  /** What it was told to be there. */
  shown: ReadonlyMap<string, Document>
  /** The state of the queue that it has seen. */
  seen: readonly Document[] | undefined
  wake: () => void
}

export interface FeedOptions {
  /** The oldest tickets of the queue. */
  list(limit: number): Promise<readonly Document[]>
  /** Told when the last follower has gone. */
  onEmpty(): void
}

/**
 * What is in a queue, for those who follow it. It is read whole when something has happened, once
 * for all of them, and each is told how that differs from what it knew.
 */
export class Feed {
  readonly #options: FeedOptions
  readonly #subscribers = new Set<Subscriber>()
  #current: readonly Document[] | undefined
  #reading: Promise<readonly Document[]> | undefined
  #isStale = false

  constructor(options: FeedOptions) {
    this.#options = options
  }

  follow(): QueueFollower {
    const subscriber: Subscriber = { shown: new Map(), seen: undefined, wake: () => {} }
    this.#subscribers.add(subscriber)
    return {
      pull: () => this.#pull(subscriber),
      onWake: (listener) => {
        subscriber.wake = listener
      },
      close: () => {
        if (!this.#subscribers.delete(subscriber)) return
        if (this.#subscribers.size === 0) this.#options.onEmpty()
      },
    }
  }

  /** The queue may have changed. */
  wake(): void {
    this.#isStale = true
    for (const { wake } of this.#subscribers) wake()
  }

  /** The queue as somebody has read it: that may be older than what is known here. */
  compare(tickets: readonly Document[]): void {
    if (this.#current !== undefined && !isSame(this.#current, tickets)) this.wake()
  }

  #pull(subscriber: Subscriber): Promise<readonly QueueNews[]> | undefined {
    const known = this.#known()
    if (known !== undefined && subscriber.seen === known) return undefined
    const tickets = known === undefined ? this.#read() : Promise.resolve(known)
    return tickets.then((list) => tell(subscriber, list))
  }

  /** The queue as it is, as far as it is known here. */
  #known(): readonly Document[] | undefined {
    return this.#isStale || this.#reading !== undefined ? undefined : this.#current
  }

  /** What comes while it is read may have been missed: it is stale then, and read again. */
  #read(): Promise<readonly Document[]> {
    if (this.#reading !== undefined) return this.#reading
    this.#isStale = false
    this.#reading = this.#options.list(SHOWN).then(
      (tickets) => {
        this.#reading = undefined
        if (this.#current === undefined || !isSame(this.#current, tickets)) this.#current = tickets
        return this.#current
      },
      (error: unknown) => {
        this.#reading = undefined
        this.#isStale = true
        throw error
      },
    )
    return this.#reading
  }
}

function tell(subscriber: Subscriber, tickets: readonly Document[]): readonly QueueNews[] {
  const before = subscriber.shown
  const now = new Map(tickets.map((ticket) => [ticket.id, ticket]))
  const last = tickets.length === SHOWN ? tickets.at(-1) : undefined
  const gone = [...before.values()].filter((ticket) => !now.has(ticket.id))
  // Behind the last that was read it may be there still.
  const hidden = gone.filter((ticket) => last !== undefined && isBehind(ticket, last))
  subscriber.seen = tickets
  subscriber.shown = new Map([...now, ...hidden.map((ticket) => [ticket.id, ticket] as const)])
  return [
    ...gone.filter((ticket) => !hidden.includes(ticket)).map(withdrawn),
    ...tickets.filter(({ id }) => !before.has(id)).map(available),
  ]
}

function available(ticket: Document): QueueNews {
  const { sessionId, stepId, attempt } = ticketRecordOf(ticket)
  return {
    ...newsOf(ticket, 'interaction.available'),
    asked: { sessionId, stepId, attempt, at: ticket.createdAt },
  }
}

function withdrawn(ticket: Document): QueueNews {
  return newsOf(ticket, 'interaction.withdrawn')
}

function newsOf({ id, kind }: Document, type: QueueNews['type']): QueueNews {
  return { type, interactionId: id, queue: queueOfKind(kind) }
}

function isBehind(ticket: Document, last: Document): boolean {
  if (ticket.createdAt !== last.createdAt) return ticket.createdAt > last.createdAt
  return ticket.id > last.id
}

function isSame(a: readonly Document[], b: readonly Document[]): boolean {
  return a.length === b.length && a.every(({ id }, index) => b[index]?.id === id)
}
