import pg from 'pg'
import type { Clock } from '../../clock.ts'
import type { Lifeline } from '../replica.ts'
import { clientConfig, type DatabaseSettings } from './connection-options.ts'
import { isConnectionFault, unavailable } from './faults.ts'
import { createListeners, type Listeners } from './listeners.ts'

export interface LifelineOptions {
  readonly settings: DatabaseSettings
  readonly clock: Clock
}

export interface OpenLifeline extends Lifeline {
  close(): Promise<void>
}

/** How long a connection may be silent before it is asked for a sign of life. */
const CHECK_MS = 1000
/** How long an answer may take before the connection counts as lost. */
const ANSWER_MS = 3000
const FIRST_PAUSE_MS = 100
const LAST_PAUSE_MS = 2000

/**
 * Makes the server notice within eight seconds that this host is gone. Keepalives tell when nothing
 * is under way; the user timeout when messages to it are not acknowledged.
 */
const watchClient = `
  SELECT set_config('tcp_keepalives_idle', '2', false),
    set_config('tcp_keepalives_interval', '2', false),
    set_config('tcp_keepalives_count', '3', false),
    set_config('tcp_user_timeout', '8000', false)`

/**
 * Opens the connection that stays.
 * @throws StepstreamError STORAGE_UNAVAILABLE when the first attempt fails
 */
export async function openLifeline({ settings, clock }: LifelineOptions): Promise<OpenLifeline> {
  const config = { ...clientConfig(settings), query_timeout: 0 }
  const channels = new Map<string, Listeners<[string]>>()
  const connects = createListeners<[]>()
  const losses = createListeners<[]>()
  let current: pg.Client | undefined
  let attempt: pg.Client | undefined
  /** The statements of a connection go one after the other, as the driver asks for. */
  let turn: Promise<unknown> = Promise.resolve()
  let pauseMs = FIRST_PAUSE_MS
  let cancelTimer = () => {}
  let closed = false

  await connect()
  return {
    get connected() {
      return current !== undefined
    },
    async query(text, values) {
      if (current === undefined) throw unavailable(new Error('the connection is lost'))
      return ask(current, text, values)
    },
    listen(channel, onMessage) {
      const known = channels.get(channel)
      const listeners = known ?? createListeners<[string]>()
      listeners.add(onMessage)
      channels.set(channel, listeners)
      const client = current
      if (known || client === undefined) return
      ask(client, listenTo(channel)).catch((cause) => lose(client, cause))
    },
    onConnect(listener) {
      connects.add(listener)
      const client = current
      // Once it listens to the channels that it was asked for until now.
      if (client) void turn.then(() => current === client && listener())
    },
    onLost: losses.add,
    close,
  }

  async function connect(): Promise<void> {
    const client = new pg.Client(config)
    attempt = client
    let fault: unknown
    client.on('error', (error) => {
      fault = error
      lose(client)
    })
    client.on('end', () => lose(client))
    client.on('notification', ({ channel, payload = '' }) => channels.get(channel)?.tell(payload))
    try {
      await client.connect()
      await ask(client, watchClient).catch((error) => {
        // Not every engine that speaks Postgres has these settings.
        if (isConnectionFault(error.cause)) throw error
      })
      for (const channel of channels.keys()) await ask(client, listenTo(channel))
    } catch (cause) {
      destroy(client)
      throw cause
    } finally {
      attempt = undefined
    }
    if (fault || closed) {
      destroy(client)
      throw unavailable(fault)
    }
    current = client
    pauseMs = FIRST_PAUSE_MS
    cancelTimer = clock.setTimer(CHECK_MS, check)
    connects.tell()
  }
}
