import pg from 'pg'
import type { Clock } from '../../clock.ts'
import { isConnectionFault, unavailable } from './faults.ts'

export interface LiveConnectionOptions {
  readonly config: pg.ClientConfig
  readonly clock: Clock
  /** Ends an attempt to connect. */
  readonly signal: AbortSignal
  readonly onMessage: (channel: string, payload: string) => void
  /** Called once, when the connection is lost after it was there. */
  readonly onLost: () => void
}

/** One connection that is watched: it is alive, or it is known within seconds that it is not. */
export interface LiveConnection {
  readonly alive: boolean
  /** One statement goes after the other. @throws StepstreamError STORAGE_UNAVAILABLE */
  query<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>
  close(): Promise<void>
}

/** How long after an answer the next sign of life is asked for. */
const CHECK_MS = 1000
/** How long an answer may take before the connection counts as lost. */
const ANSWER_MS = 3000
const CLOSE_MS = 500

/** @throws StepstreamError STORAGE_UNAVAILABLE when the database cannot be reached */
export async function openLiveConnection(options: LiveConnectionOptions): Promise<LiveConnection> {
  const { clock, signal, onMessage, onLost } = options
  const client = new pg.Client({ ...options.config, query_timeout: 0 })
  let state: 'opening' | 'alive' | 'over' = 'opening'
  let turn: Promise<unknown> = Promise.resolve()
  let cancelCheck = () => {}

  client.on('error', lose)
  client.on('end', lose)
  client.on('notification', ({ channel, payload = '' }) => onMessage(channel, payload))
  await connect()
  scheduleCheck()
  return {
    get alive() {
      return state === 'alive'
    },
    query,
    close,
  }

  async function connect(): Promise<void> {
    signal.addEventListener('abort', lose)
    try {
      signal.throwIfAborted()
      await client.connect()
      if (state === 'over') throw new Error('the connection was lost at once')
      state = 'alive'
    } catch (cause) {
      lose()
      throw isConnectionFault(cause) || signal.aborted ? unavailable(cause) : cause
    } finally {
      signal.removeEventListener('abort', lose)
    }
  }

  function lose(): void {
    if (state === 'over') return
    const wasAlive = state === 'alive'
    state = 'over'
    cancelCheck()
    client.connection.stream.destroy()
    if (wasAlive) onLost()
  }

  function query<Row>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const answer = turn.then(() => ask<Row>(text, values))
    turn = answer.catch(() => {})
    return answer
  }

  async function ask<Row>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    let waiting = true
    // After a busy stretch the timer is up before an answer that has long arrived was read.
    const late = () => setImmediate(() => waiting && lose())
    const cancel = clock.setTimer(ANSWER_MS, late)
    try {
      const { rows } = await client.query({ text, values: [...values] })
      return rows
    } catch (cause) {
      throw isConnectionFault(cause) ? unavailable(cause) : cause
    } finally {
      waiting = false
      cancel()
    }
  }

  /** What a check meets shows in the connection's own events. */
  function scheduleCheck(): void {
    if (state !== 'alive') return
    cancelCheck = clock.setTimer(CHECK_MS, () => {
      query('SELECT 1').then(scheduleCheck, scheduleCheck)
    })
  }

  async function close(): Promise<void> {
    state = 'over'
    cancelCheck()
    // A farewell needs a peer that reads it.
    const cancel = clock.setTimer(CLOSE_MS, () => client.connection.stream.destroy())
    await client.end()
    cancel()
  }
}
