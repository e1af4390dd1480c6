import type { Clock } from '../../clock.ts'
import type { RequestCounter } from '../replica.ts'
import type { Queries } from './queries.ts'

export interface RequestCounterOptions {
  readonly queries: Queries
  readonly clock: Clock
}

interface Request {
  readonly key: string
  readonly windowMs: number
  readonly resolve: (counted: { count: number; ttlMs: number }) => void
  readonly reject: (reason: unknown) => void
}

interface CountRow {
  readonly key: string
  readonly window_ms: number
  readonly requests: number
  readonly ttl_ms: number
}

const SWEEP_MS = 600_000
const SWEPT_ROWS = 1000

const now = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint'

/*
 * The database's clock is the one that all processes share. A window begins with the first request
 * after the last one's end. The table is not logged, so that its commits wait for no disk. Rows are
 * taken in the order of their keys, so that two processes wait for one another instead of failing.
 */
const countRequests = `
  INSERT INTO stepstream.request_count AS counted (key, window_ms, window_start, requests)
  SELECT key, window_ms, ${now}, requests
  FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS more (key, window_ms, requests)
  ORDER BY key, window_ms
  ON CONFLICT (key, window_ms) DO UPDATE SET
    requests = excluded.requests + CASE
      WHEN counted.window_start + counted.window_ms > excluded.window_start
      THEN counted.requests ELSE 0 END,
    window_start = CASE
      WHEN counted.window_start + counted.window_ms > excluded.window_start
      THEN counted.window_start ELSE excluded.window_start END
  RETURNING key, window_ms, requests, greatest(window_start + window_ms - ${now}, 0) AS ttl_ms`

/** Passes over rows that somebody counts in: they are not gone. */
const sweep = `
  DELETE FROM stepstream.request_count AS counted
  USING (
    SELECT key, window_ms FROM stepstream.request_count
    WHERE window_start + window_ms < ${now}
    LIMIT ${SWEPT_ROWS} FOR UPDATE SKIP LOCKED
  ) AS gone
  WHERE counted.key = gone.key AND counted.window_ms = gone.window_ms`

/**
 * Counts in the database. What arrives in one turn of the event loop, or while the last statement
 * is under way, goes into the next. Every ten minutes in which something is counted, a thousand
 * keys whose windows are over are removed.
 */
export function createRequestCounter({ queries, clock }: RequestCounterOptions): RequestCounter {
  let waiting: Request[] = []
  let busy = false
  let sweptAt = clock.now()

  return {
    count(key, windowMs) {
      return new Promise((resolve, reject) => {
        waiting.push({ key, windowMs, resolve, reject })
        schedule()
      })
    },
  }

  function schedule(): void {
    if (busy) return
    busy = true
    setImmediate(flush)
  }

  async function flush(): Promise<void> {
    const group = Map.groupBy(waiting, ({ key, windowMs }) => `${windowMs} ${key}`)
    waiting = []
    try {
      settle(group, await count([...group.values()]))
    } catch (error) {
      for (const request of [...group.values()].flat()) request.reject(error)
    }
    busy = false
    if (waiting.length > 0) schedule()
    sweepNowAndThen()
  }

  function count(requests: readonly (readonly Request[])[]): Promise<readonly CountRow[]> {
    const firsts = requests.flatMap((same) => same.slice(0, 1))
    return queries.rows<CountRow>(
      countRequests,
      [
        firsts.map(({ key }) => key),
        firsts.map(({ windowMs }) => windowMs),
        requests.map((same) => same.length),
      ],
      'count-requests',
    )
  }

  function sweepNowAndThen(): void {
    if (clock.now() - sweptAt < SWEEP_MS) return
    sweptAt = clock.now()
    // What cannot be removed now is there the next time.
    queries.rows(sweep).catch(() => {})
  }
}

/** Those that counted under one key have the last numbers of its count, in the order they came. */
function settle(group: ReadonlyMap<string, readonly Request[]>, rows: readonly CountRow[]): void {
  for (const { key, window_ms: windowMs, requests, ttl_ms: ttlMs } of rows) {
    const same = group.get(`${windowMs} ${key}`) ?? []
    for (const [index, request] of same.entries()) {
      request.resolve({ count: requests - same.length + 1 + index, ttlMs })
    }
  }
}
