import { StepstreamError } from '../errors.ts'
import { ClaimLostError, type Commit, ConflictError } from './types.ts'
import type { Committer, Outcome, Write } from './write.ts'

export interface WriteQueueOptions {
  /** A group takes no further write once it holds this many rows. */
  readonly maxRows?: number
  /** Nor once its events' bodies are this long together, in characters. */
  readonly maxLength?: number
  /** Told of every group after its commit: how many rows it had and how long it took. */
  readonly observe?: (group: { rows: number; durationMs: number }) => void
}

/** Gathers writes into groups and hands one group after the other to the committer. */
export interface WriteQueue {
  /** Settles after the commit that carries the write, with the outcome's value. */
  submit<Value = void>(write: Write): Promise<Value>
  onCommit(listener: (commits: readonly Commit[]) => void): void
  /** Why the last group could not be written; undefined when it could. */
  fault(): unknown
  /** Commits what has arrived; refuses what comes later. */
  close(): Promise<void>
}

/**
 * When many write at once, the next group waits for as many as the last one had, but no longer than
 * the last commit took: fewer and larger commits, and a lone writer never waits. Source: Postgres'
 * `commit_siblings` and `commit_delay`.
 */
const SIBLINGS = 8
const MAX_PATIENCE_MS = 2

interface Patience {
  readonly writes: number
  readonly until: number
}

interface Entry {
  readonly write: Write
  readonly resolve: (value: never) => void
  readonly reject: (reason: unknown) => void
}

/**
 * A queue over a committer. All that arrives while a commit runs, or in one turn of the event
 * loop, goes into the next group.
 */
export function createWriteQueue(
  committer: Committer,
  { maxRows = 4000, maxLength = 8_000_000, observe }: WriteQueueOptions = {},
): WriteQueue {
  const listeners: ((commits: readonly Commit[]) => void)[] = []
  let waiting: Entry[] = []
  let busy = false
  let closed = false
  let fault: unknown
  let onIdle: (() => void) | undefined
  let patience: Patience | undefined

  return {
    submit(write) {
      if (closed) {
        return Promise.reject(new StepstreamError('SHUTTING_DOWN', 'the store is closed'))
      }
      return new Promise((resolve, reject) => {
        waiting.push({ write, resolve, reject })
        schedule()
      })
    },
    onCommit(listener) {
      listeners.push(listener)
    },
    fault: () => fault,
    async close() {
      closed = true
      if (busy) await new Promise<void>((resolve) => (onIdle = resolve))
    },
  }

  function schedule(): void {
    if (busy) return
    busy = true
    setImmediate(flush)
  }

  function flush(): void {
    if (
      patience !== undefined &&
      waiting.length < patience.writes &&
      performance.now() < patience.until
    ) {
      setImmediate(flush)
      return
    }
    const { group, rows } = takeGroup()
    const startedAt = performance.now()
    const outcomes = committer.commit(group.map((entry) => entry.write))
    if (outcomes instanceof Promise) {
      outcomes.then(finish, (cause) => finish(group.map(() => failed(cause))))
    } else {
      finish(outcomes)
    }

    function finish(settled: readonly Outcome[]): void {
      const endedAt = performance.now()
      const durationMs = endedAt - startedAt
      observe?.({ rows, durationMs })
      patience =
        group.length < SIBLINGS
          ? undefined
          : { writes: group.length, until: endedAt + Math.min(durationMs, MAX_PATIENCE_MS) }
      settle(group, settled)
    }
  }

  function takeGroup(): { group: readonly Entry[]; rows: number } {
    let rows = 0
    let length = 0
    let count = 0
    while (count < waiting.length && rows < maxRows && length < maxLength) {
      const { write } = waiting[count++] as Entry
      rows += 1
      if (write.kind === 'append' || write.kind === 'create') {
        rows += write.events.length
        for (const event of write.events) length += event.body.length
      }
    }
    const group = count === waiting.length ? waiting : waiting.slice(0, count)
    waiting = count === waiting.length ? [] : waiting.slice(count)
    return { group, rows }
  }

  function settle(group: readonly Entry[], outcomes: readonly Outcome[]): void {
    fault = outcomes.find((outcome) => outcome.kind === 'failed' && outcome.storage)
    try {
      const commits = committed(group, outcomes)
      if (commits.length > 0) for (const listener of listeners) listener(commits)
    } finally {
      for (const [index, entry] of group.entries()) settleEntry(entry, outcomes[index] as Outcome)
      refuseWhatFollows(group, outcomes)
      busy = false
      if (waiting.length > 0) schedule()
      else onIdle?.()
    }
  }

  /**
   * Appends that were submitted before anyone could know of a refusal were decided on top of what
   * was refused. Their seq alone might fit by chance: somebody else may have written as many events.
   */
  function refuseWhatFollows(group: readonly Entry[], outcomes: readonly Outcome[]): void {
    if (outcomes.every(({ kind }) => kind === 'done')) return
    const refused = refusedAppends(group, outcomes)
    waiting = waiting.filter((entry) => {
      const outcome = entry.write.kind === 'append' && refused.get(entry.write.sessionId)
      if (outcome) settleEntry(entry, outcome)
      return !outcome
    })
  }
}

/** The sessions whose appends were refused, with how. */
function refusedAppends(
  group: readonly Entry[],
  outcomes: readonly Outcome[],
): Map<string, Exclude<Outcome, { kind: 'done' }>> {
  const refused = new Map<string, Exclude<Outcome, { kind: 'done' }>>()
  for (const [index, { write }] of group.entries()) {
    const outcome = outcomes[index] as Outcome
    if (write.kind === 'append' && outcome.kind !== 'done') refused.set(write.sessionId, outcome)
  }
  return refused
}

function committed(group: readonly Entry[], outcomes: readonly Outcome[]): Commit[] {
  const commits: Commit[] = []
  for (const [index, { write }] of group.entries()) {
    const outcome = outcomes[index] as Outcome
    if (outcome.kind !== 'done') continue
    if (write.kind === 'append') {
      const { sessionId, tenant, events } = write
      commits.push({ sessionId, tenant, events, status: outcome.status })
    } else if (write.kind === 'create' && outcome.status !== undefined) {
      const { session, events } = write
      const { id, tenant } = session
      commits.push({ sessionId: id, tenant, events, status: outcome.status, created: session })
    }
  }
  return commits
}

function settleEntry(entry: Entry, outcome: Outcome): void {
  if (outcome.kind === 'done') entry.resolve(outcome.value as never)
  else entry.reject(toError(entry.write, outcome))
}

function toError(write: Write, outcome: Exclude<Outcome, { kind: 'done' }>): unknown {
  if (outcome.kind === 'refused') {
    const { code, message, retryAfterMs } = outcome
    return new StepstreamError(code, message, retryAfterMs === undefined ? {} : { retryAfterMs })
  }
  if (outcome.kind === 'failed') {
    if (!outcome.storage) return outcome.cause
    return new StepstreamError('STORAGE_UNAVAILABLE', 'the store cannot write at the moment', {
      cause: outcome.cause,
    })
  }
  if (write.kind === 'append') {
    const { sessionId } = write
    return outcome.kind === 'conflict'
      ? new ConflictError(sessionId)
      : new ClaimLostError(sessionId)
  }
  return new ConflictError(write.kind === 'create' ? write.session.id : write.kind)
}

function failed(cause: unknown): Outcome {
  return { kind: 'failed', storage: true, cause }
}
