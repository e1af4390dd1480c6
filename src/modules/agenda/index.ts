import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import type { Document } from '../../store/documents.ts'
import type { Store } from '../../store/types.ts'
import { keyOf, Pauses } from './pauses.ts'
import type { Agenda } from './types.ts'

export interface AgendaOptions {
  readonly store: Pick<Store, 'dueDocuments'>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'error'>
}

type Handler = Parameters<Agenda['on']>[1]

/** How often the store is asked, and how far ahead; within that, timers know the time. */
const LOOK_MS = 1000

/** How soon it is asked again at the earliest, when much falls due one after the other. */
const MIN_LOOK_MS = 10

/** How many handlers run at once in this process. */
const MAX_RUNNING = 16

/** How many documents are read at once, beyond those that will be passed over. */
const PAGE = 64

/** What the agenda would rather wait out than report: it passes, and others report it. */
const quietCodes: ReadonlySet<string> = new Set(['STORAGE_UNAVAILABLE', 'SHUTTING_DOWN'])

export function createAgenda({ store, clock, log }: AgendaOptions): Agenda {
  const handlers = new Map<string, Handler>()
  const running = new Map<string, Promise<void>>()
  const pauses = new Pauses()
  /** How many documents of the last page were passed over: they must not hide those behind them. */
  let passedOver = 0
  let cancelTimer = () => {}
  let looking: Promise<void> | undefined
  let lookAgain = false
  let isOn = false

  return {
    on: (kind, handle) => void handlers.set(kind, handle),
    soon: look,
    start() {
      isOn = true
      look()
    },
    async stop() {
      isOn = false
      cancelTimer()
      await looking
      await Promise.all(running.values())
    },
  }

  /** What comes while it looks may have been missed, so it looks again. */
  function look(): void {
    if (!isOn) return
    lookAgain = true
    looking ??= lookOn()
  }

  async function lookOn(): Promise<void> {
    cancelTimer()
    let nextAt = clock.now() + LOOK_MS
    while (lookAgain && isOn) {
      lookAgain = false
      try {
        nextAt = await takeUpDue()
      } catch (error) {
        nextAt = clock.now() + LOOK_MS
        if (!isQuiet(error)) log.error({ err: error }, 'looking for due documents failed')
      }
    }
    looking = undefined
    if (isOn) cancelTimer = clock.setTimer(Math.max(nextAt - clock.now(), MIN_LOOK_MS), look)
  }

  /** Starts what is due while there is room; resolves to when to look next. */
  async function takeUpDue(): Promise<number> {
    const now = clock.now()
    pauses.prune(now)
    const limit = PAGE + passedOver
    const documents = await store.dueDocuments(now + LOOK_MS, limit)
    if (!isOn) return now + LOOK_MS
    let skipped = 0
    let nextAt = now + LOOK_MS
    for (const document of documents) {
      const restsUntil = pauses.until(document) ?? now
      const at = Math.max(document.dueAt ?? now, restsUntil)
      const isOurs = handlers.has(document.kind) && !running.has(keyOf(document))
      if (!isOurs || restsUntil > now) skipped += 1
      if (isOurs && at > now) nextAt = Math.min(nextAt, at)
      else if (isOurs && running.size < MAX_RUNNING) run(document)
    }
    if (documents.length === limit && skipped > passedOver) lookAgain = true
    passedOver = skipped
    return nextAt
  }

  function run(document: Document): void {
    const key = keyOf(document)
    running.set(
      key,
      handle(document).finally(() => {
        running.delete(key)
        // There is room for another, and this one may be due again.
        look()
      }),
    )
  }

  async function handle(document: Document): Promise<void> {
    try {
      await handlers.get(document.kind)?.(document)
      pauses.succeeded(document, clock.now())
    } catch (error) {
      pauses.failed(document, clock.now())
      const { kind, id } = document
      if (!isQuiet(error)) log.error({ err: error, kind, id }, 'a due document was not seen to')
    }
  }
}

function isQuiet(error: unknown): boolean {
  return error instanceof StepstreamError && quietCodes.has(error.code)
}
