import { setTimeout as pause } from 'node:timers/promises'
import { Pool } from 'pg'
import { type Replica, startReplicas } from '../../support/replicas.ts'
import type { Random } from './random.ts'
import type { Target } from './service-under-fire.ts'
import { ownerOf, type Takeover, watchTakeover } from './takeover.ts'

/**
 * What is done to a replica: it is killed, and another starts in its place; it stands still; its
 * line to the database breaks; or nothing passes on that line.
 */
export type BlowKind = 'kill' | 'stop' | 'cut' | 'freeze'

/** A blow and how long it lasts, in ms; a kill, until the next process starts. */
export interface Blow {
  readonly kind: BlowKind
  readonly ms: number
}

/** A blow that was dealt. */
export interface Dealt extends Blow {
  readonly replica: string
  readonly takeover: Takeover
  /** Some other replica was well all the while and for some seconds before. */
  readonly witnessed: boolean
}

/** Several real replicas on one database, each of which can be hit. */
export interface ReplicasUnderFire extends Target, AsyncDisposable {
  /** Past the lines that are hit. */
  readonly database: Pool
  /** Deals a blow to a replica that is well, and resolves when that has recovered. */
  strike(blow: Blow): Promise<Dealt>
  /** What the processes have written, those that are gone included. */
  outputs(): readonly string[]
}

/** How long a client waits for an answer before it asks another replica. */
const REQUEST_MS = 3000

/** Bounds of how long a follower stays with one replica. */
const STREAM_MS = [300, 4000] as const

/** After a break a replica takes nobody for dead until it has been back for so long. */
export const RETURN_MS = 4000

/** Whatever has not gone on elsewhere by then never will. */
const LONGEST_WATCH_MS = 30_000

interface Place {
  readonly replica: Replica
  /** By `performance.now`: since when it has been well; undefined while it is not. */
  wellSince: number | undefined
}

/** Starts so many replicas. */
export async function startReplicasUnderFire(
  count: number,
  settings: Readonly<Record<string, string>>,
  random: Random,
): Promise<ReplicasUnderFire> {
  await using undo = new AsyncDisposableStack()
  const replicas = undo.use(await startReplicas(count, settings))
  const database = new Pool({ connectionString: replicas.databaseUrl, max: 3 })
  undo.defer(() => database.end())
  const places = [...replicas].map((replica): Place => ({ replica, wellSince: performance.now() }))
  for (const { replica } of places) watchForEnd(replica)
  const ended: string[] = []
  const owned = undo.move()
  return {
    database,
    url: async () => random.pick(places).replica.url,
    requestLimit: () => AbortSignal.timeout(REQUEST_MS),
    streamLimit: () => AbortSignal.timeout(random.int(...STREAM_MS)),
    strike,
    outputs: () => [...ended, ...places.map(({ replica }) => replica.output())],
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }

  async function strike(blow: Blow): Promise<Dealt> {
    const place = random.pick(places.filter(({ wellSince }) => wellSince !== undefined))
    const { replica } = place
    place.wellSince = undefined
    const owner = await ownerOf(database, replica.name)
    const struckAt = performance.now()
    await deal(replica, blow.kind)
    const over = new AbortController()
    const watching = watchTakeover(
      database,
      owner,
      AbortSignal.any([over.signal, AbortSignal.timeout(LONGEST_WATCH_MS)]),
    )
    await pause(blow.ms)
    if (blow.kind === 'kill') {
      ended.push(replica.output())
      await replica.restart()
      watchForEnd(replica)
    } else {
      // One that is back goes on with what is still its own.
      over.abort()
      await watching
      recover(replica, blow.kind)
    }
    const takeover = await watching
    const witnessed = places.some(
      ({ wellSince }) => wellSince !== undefined && wellSince + RETURN_MS <= struckAt + 100,
    )
    place.wellSince = performance.now()
    return { ...blow, replica: replica.name, takeover, witnessed }
  }
}

async function deal(replica: Replica, kind: BlowKind): Promise<void> {
  if (kind === 'kill') await replica.stop('SIGKILL')
  else if (kind === 'stop') replica.child.kill('SIGSTOP')
  else if (kind === 'cut') replica.proxy.cut()
  else replica.proxy.freeze()
}

function recover(replica: Replica, kind: Exclude<BlowKind, 'kill'>): void {
  if (kind === 'stop') replica.child.kill('SIGCONT')
  else replica.proxy.restore()
}

/** Should a process ever end by itself, that fails the test with what it said. */
function watchForEnd(replica: Replica): void {
  replica.child.once('exit', (code, signal) => {
    if (signal === 'SIGKILL' || code === 0) return
    throw new Error(`a replica ended by itself with ${code ?? signal}: ${replica.output()}`)
  })
}
