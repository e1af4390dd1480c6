import pg from 'pg'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import type { Lifeline } from '../replica.ts'
import { clientConfig, type DatabaseSettings } from './connection-options.ts'
import { unavailable } from './faults.ts'
import { createListeners, type Listeners } from './listeners.ts'
import { type LiveConnection, openLiveConnection } from './live-connection.ts'

export interface LifelineOptions {
  readonly settings: DatabaseSettings
  readonly clock: Clock
}

export interface OpenLifeline extends Lifeline {
  close(): Promise<void>
}

const FIRST_PAUSE_MS = 100
const LAST_PAUSE_MS = 2000

/**
 * Makes the server notice within eight seconds that this host is gone: by keepalives when nothing
 * is under way, by the user timeout when what it sends is not acknowledged.
 */
const watchThisHost = `
  SELECT set_config('tcp_keepalives_idle', '2', false),
    set_config('tcp_keepalives_interval', '2', false),
    set_config('tcp_keepalives_count', '3', false),
    set_config('tcp_user_timeout', '8000', false)`

/**
 * Opens the connection that stays.
 * @throws StepstreamError STORAGE_UNAVAILABLE when the first attempt fails
 */
export async function openLifeline({ settings, clock }: LifelineOptions): Promise<OpenLifeline> {
  const config = clientConfig(settings)
  const channels = new Map<string, Listeners<[string]>>()
  const connects = createListeners<[]>()
  const losses = createListeners<[]>()
  const closing = new AbortController()
  let current: LiveConnection | undefined
  let listening: Promise<void> = Promise.resolve()
  let attempt: Promise<void> = Promise.resolve()
  let pauseMs = FIRST_PAUSE_MS
  let cancelTimer = () => {}

  await connect()
  return {
    get connected() {
      return current !== undefined
    },
    async query(text, values) {
      if (current === undefined) throw unavailable(new Error('the connection is lost'))
      return current.query(text, values)
    },
    listen(channel, onMessage) {
      const known = channels.get(channel)
      const listeners = known ?? createListeners<[string]>()
      listeners.add(onMessage)
      channels.set(channel, listeners)
      if (!known && current) listening = listenOn(current, channel)
    },
    onConnect(listener) {
      connects.add(listener)
      const connection = current
      // What was asked for before is listened to by then.
      if (connection) void listening.then(() => connection === current && listener())
    },
    onLost: losses.add,
    async close() {
      closing.abort()
      cancelTimer()
      await attempt
      await current?.close()
      current = undefined
    },
  }

  async function connect(): Promise<void> {
    const connection = await openLiveConnection({
      config,
      clock,
      signal: closing.signal,
      onMessage: (channel, payload) => channels.get(channel)?.tell(payload),
      onLost: lost,
    })
    try {
      await prepare(connection)
    } catch (cause) {
      await connection.close()
      throw cause
    }
    current = connection
    pauseMs = FIRST_PAUSE_MS
    connects.tell()
  }

  async function prepare(connection: LiveConnection): Promise<void> {
    await connection.query(watchThisHost).catch((error) => {
      // Not every engine that speaks Postgres knows these settings.
      if (error instanceof StepstreamError) throw error
    })
    for (const channel of channels.keys()) await connection.query(listenTo(channel))
    if (!connection.alive || closing.signal.aborted) {
      throw unavailable(new Error('the connection was lost at once'))
    }
  }

  /** While a connection is being prepared there is nothing to lose: preparing it fails. */
  function lost(): void {
    if (current === undefined) return
    current = undefined
    losses.tell()
    reconnectSoon()
  }

  function reconnectSoon(): void {
    if (closing.signal.aborted) return
    const delayMs = pauseMs * (0.5 + Math.random() / 2)
    pauseMs = Math.min(pauseMs * 2, LAST_PAUSE_MS)
    cancelTimer = clock.setTimer(delayMs, () => {
      attempt = connect().catch(reconnectSoon)
    })
  }

  async function listenOn(connection: LiveConnection, channel: string): Promise<void> {
    try {
      await connection.query(listenTo(channel))
    } catch {
      // The next connection listens to it, or is given up as this one.
      if (current !== connection) return
      await connection.close()
      lost()
    }
  }
}

function listenTo(channel: string): string {
  return `LISTEN ${pg.escapeIdentifier(channel)}`
}
