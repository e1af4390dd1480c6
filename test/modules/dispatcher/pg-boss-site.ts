import { systemClock } from '../../../src/clock.ts'
import {
  createPgBossDispatcher,
  type PgBossDispatcherOptions,
} from '../../../src/modules/dispatcher/pg-boss/index.ts'
import { openPostgresStore } from '../../../src/store/postgres/postgres-store.ts'
import type { Lifeline, SessionClaims } from '../../../src/store/replica.ts'
import type { DispatcherProcess, DispatcherSite } from './conformance.ts'

/** A process with a dispatcher, as far as one can be had inside another. */
export interface Replica extends DispatcherProcess {
  readonly claims: SessionClaims
  readonly lifeline: Lifeline
  readonly log: string[]
}

export interface ReplicaOptions
  extends Partial<Pick<PgBossDispatcherOptions, 'maxRunning' | 'renewAfterMs'>> {
  readonly url: string
  /** @default with */
  readonly lifeline?: 'with' | 'without'
}

/** Everything of a replica that a dispatcher needs. */
export async function openReplica({
  url,
  lifeline: kind = 'with',
  maxRunning = 10,
  ...options
}: ReplicaOptions): Promise<Replica> {
  const { store, claims, lifeline, config } = await openPostgresStore({
    url,
    poolSize: 3,
    connectTimeoutMs: 2000,
    statementTimeoutMs: 10_000,
    tls: 'off',
    caFile: '',
  })
  const lines: string[] = []
  const write = (...args: unknown[]) => lines.push(args.map(describe).join(' '))
  const dispatcher = createPgBossDispatcher({
    connection: config,
    engine: 'postgres',
    claims,
    lifeline: kind === 'with' ? lifeline : undefined,
    clock: systemClock,
    log: { debug: () => {}, info: write, warn: write, error: write },
    maxRunning,
    ...options,
  })
  return {
    store,
    dispatcher,
    claims,
    lifeline,
    log: lines,
    close: () => store.close(),
  }
}

/** A site for the conformance suite on a database of its own. */
export async function pgBossSite(
  database: AsyncDisposable & { readonly url: string },
  options: Pick<ReplicaOptions, 'lifeline'> = {},
): Promise<DispatcherSite> {
  return {
    open: ({ maxRunning }) => openReplica({ url: database.url, maxRunning, ...options }),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value
  return JSON.stringify(value, (_, field) => (field instanceof Error ? field.message : field))
}
