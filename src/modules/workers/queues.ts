import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import type { Document } from '../../store/documents.ts'
import type { Store } from '../../store/types.ts'
import type { Claimant } from './claims.ts'
import { Feed, SHOWN } from './feed.ts'
import { Line } from './line.ts'
import { kindOf } from './record.ts'
import type { HeldInteraction } from './types.ts'

export interface QueuesOptions {
  readonly store: Pick<Store, 'oldestDocuments'>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'warn'>
  take(ticket: Document, claimant: Claimant): Promise<HeldInteraction | undefined>
}

/** A queue of a tenant, as somebody here waits at it or follows it. */
interface Place {
  readonly tenant: string
  readonly queue: string
  line?: Line | undefined
  feed?: Feed | undefined
}

/** How often queues are looked at for what other processes have put there. */
const LOOK_MS = 1000

/** How soon after other processes have written. */
const SOON_MS = 100

/** The queues that somebody waits at, or follows, in this process. */
export class Queues {
  readonly #options: QueuesOptions
  readonly #places = new Map<string, Place>()
  #nextAt = 0
  #cancelTimer: (() => void) | undefined
  #looking: Promise<void> | undefined
  /** Something has happened while it looked. */
  #isSoon = false

  constructor(options: QueuesOptions) {
    this.#options = options
  }

  line(tenant: string, queue: string): Line {
    const place = this.#placeOf(tenant, queue)
    place.line ??= new Line({
      list: (limit) => this.#list(place, limit),
      take: this.#options.take,
      onEmpty: () => {
        place.line = undefined
        this.#tidy(place)
      },
    })
    return place.line
  }

  feed(tenant: string, queue: string): Feed {
    const place = this.#placeOf(tenant, queue)
    place.feed ??= new Feed({
      list: (limit) => this.#list(place, limit),
      onEmpty: () => {
        place.feed = undefined
        this.#tidy(place)
      },
    })
    return place.feed
  }

  /** Something was put into a queue here. */
  changed(tenant: string, queue: string): void {
    const place = this.#places.get(keyOf(tenant, queue))
    place?.line?.wake()
    place?.feed?.wake()
  }

  /** Something was taken out of a queue here: that leaves nothing for those who wait. */
  taken(tenant: string, queue: string): void {
    this.#places.get(keyOf(tenant, queue))?.feed?.wake()
  }

  /** Other processes may have. */
  storeChanged(): void {
    if (this.#places.size > 0) this.#lookIn(SOON_MS)
  }

  async stop(): Promise<void> {
    this.#cancelTimer?.()
    this.#places.clear()
    await this.#looking
  }

  #placeOf(tenant: string, queue: string): Place {
    const key = keyOf(tenant, queue)
    const place = this.#places.get(key) ?? { tenant, queue }
    this.#places.set(key, place)
    this.#lookIn(LOOK_MS)
    return place
  }

  #tidy(place: Place): void {
    if (place.line !== undefined || place.feed !== undefined) return
    this.#places.delete(keyOf(place.tenant, place.queue))
  }

  #list({ tenant, queue }: Place, limit: number): Promise<readonly Document[]> {
    return this.#options.store.oldestDocuments(tenant, [kindOf(queue)], limit)
  }

  #lookIn(ms: number): void {
    const { clock } = this.#options
    const at = clock.now() + ms
    if (this.#looking !== undefined) {
      this.#isSoon ||= ms < LOOK_MS
      return
    }
    if (this.#cancelTimer !== undefined && this.#nextAt <= at) return
    this.#cancelTimer?.()
    this.#nextAt = at
    this.#cancelTimer = clock.setTimer(ms, () => {
      this.#cancelTimer = undefined
      this.#looking = this.#look().finally(() => {
        this.#looking = undefined
        const nextMs = this.#isSoon ? SOON_MS : LOOK_MS
        this.#isSoon = false
        if (this.#places.size > 0) this.#lookIn(nextMs)
      })
    })
  }

  /** One read for all queues that a tenant’s workers wait at, and one for those that are followed. */
  async #look(): Promise<void> {
    const tenants = Map.groupBy(this.#places.values(), ({ tenant }) => tenant)
    try {
      for (const [tenant, places] of tenants) await this.#lookAt(tenant, places)
    } catch (error) {
      const isQuiet = error instanceof StepstreamError && error.code === 'STORAGE_UNAVAILABLE'
      if (!isQuiet) this.#options.log.warn({ err: error }, 'queues are looked at later')
    }
  }

  async #lookAt(tenant: string, places: readonly Place[]): Promise<void> {
    const waitedAt = places.filter(({ line }) => line !== undefined)
    const heads = await this.#read(tenant, waitedAt, 1)
    for (const { line, queue } of waitedAt) if (heads.has(kindOf(queue))) line?.wake()
    const followed = places.filter(({ feed }) => feed !== undefined)
    const found = await this.#read(tenant, followed, SHOWN)
    for (const { feed, queue } of followed) feed?.compare(found.get(kindOf(queue)) ?? [])
  }

  async #read(
    tenant: string,
    places: readonly Place[],
    limit: number,
  ): Promise<ReadonlyMap<string, readonly Document[]>> {
    if (places.length === 0) return new Map()
    const kinds = places.map(({ queue }) => kindOf(queue))
    const found = await this.#options.store.oldestDocuments(tenant, kinds, limit)
    return Map.groupBy(found, ({ kind }) => kind)
  }
}

function keyOf(tenant: string, queue: string): string {
  return JSON.stringify([tenant, queue])
}
