import { createHash } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import type { Plan } from '../../session/plan.ts'
import type { Document, DocumentStore } from '../../store/documents.ts'
import { mediansOf, type Samples, samplesOf, together } from './samples.ts'
import type { Timings } from './types.ts'

export interface TimingsOptions {
  readonly store: Pick<
    DocumentStore,
    'document' | 'putDocument' | 'removeDocument' | 'listDocuments'
  >
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'warn'>
}

const KIND = 'timing'

/** What is learnt is gathered this long before it is written. */
const GATHER_MS = 2000

/** How many sessions of one workflow are noted in that time, and how many workflows: whatever else ends costs a look-up. */
const SESSIONS_GATHERED = 5
const WORKFLOWS_GATHERED = 50

/** How long what is known of a workflow outlives its last session. */
const KEEP_MS = 90 * 24 * 3_600_000

/** How many workflows of a tenant are kept: those that ran last. */
const WORKFLOWS_KEPT = 1000

/** After how many new workflows of a tenant is looked whether there are too many. */
const NEW_BETWEEN_LOOKS = 100

/** How often a write is tried because another process wrote in between. */
const MAX_TRIES = 5

interface Gathered {
  readonly tenant: string
  readonly id: string
  sessions: number
  samples: Samples
}

export function createTimings({ store, clock, log }: TimingsOptions): Timings {
  let gathered = new Map<string, Gathered>()
  const newOnes = new Map<string, number>()
  let cancelTimer: (() => void) | undefined
  let written: Promise<unknown> = Promise.resolve()

  return {
    learn({ record: { tenant }, state }) {
      if (state.status !== 'completed' && state.status !== 'completed_with_errors') return
      const name = nameOf(state.plan)
      if (name === undefined) return
      const workflow = gathered.get(keyOf(tenant, name)) ?? begin(tenant, name)
      if (workflow === undefined || workflow.sessions === SESSIONS_GATHERED) return
      workflow.sessions += 1
      workflow.samples = together(workflow.samples, samplesOf(state))
      cancelTimer ??= clock.setTimer(GATHER_MS, () => write())
    },

    async of(tenant, plan) {
      const name = nameOf(plan)
      if (name === undefined) return new Map()
      const document = await store.document(tenant, KIND, idOf(name))
      const latest = gathered.get(keyOf(tenant, name))?.samples ?? new Map()
      return mediansOf(together(readSamples(document), latest))
    },

    async close() {
      write()
      await written
    },
  }

  function begin(tenant: string, name: string): Gathered | undefined {
    if (gathered.size === WORKFLOWS_GATHERED) return undefined
    const workflow = { tenant, id: idOf(name), sessions: 0, samples: new Map() }
    gathered.set(keyOf(tenant, name), workflow)
    return workflow
  }

  /** After what is being written: a store that hangs must not make this pile up. */
  function write(): void {
    cancelTimer?.()
    cancelTimer = undefined
    written = written.then(() => {
      const workflows = [...gathered.values()]
      gathered = new Map()
      return Promise.all(workflows.map(keep))
    })
  }

  async function keep(workflow: Gathered): Promise<void> {
    const { tenant } = workflow
    try {
      const isNew = await put(workflow)
      if (isNew) await makeRoom(tenant)
    } catch (error) {
      log.warn({ err: error, tenant }, 'what steps took was not kept')
    }
  }

  /** Says whether the workflow was not known before. */
  async function put({ tenant, id, samples }: Gathered): Promise<boolean> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const held = await store.document(tenant, KIND, id)
      const all = together(readSamples(held), samples)
      const now = clock.now()
      const { kind } = await store.putDocument(
        {
          tenant,
          kind: KIND,
          id,
          body: JSON.stringify(Object.fromEntries(all)),
          // Lists show first what was learnt last.
          createdAt: now,
          dueAt: null,
          sessionId: null,
          expiresAt: now + KEEP_MS,
        },
        held?.version ?? 0,
      )
      if (kind === 'written') return held === undefined
    }
    return false
  }

  /** The first new workflow of a tenant is reason to look, since a process may not live to see many. */
  async function makeRoom(tenant: string): Promise<void> {
    const count = newOnes.get(tenant) ?? 0
    newOnes.set(tenant, count + 1)
    if (count % NEW_BETWEEN_LOOKS !== 0) return
    const limit = WORKFLOWS_KEPT + NEW_BETWEEN_LOOKS
    const listed = await store.listDocuments({ tenant, kind: KIND, limit })
    const excess = listed.slice(WORKFLOWS_KEPT)
    await Promise.all(
      excess.map(({ id, version }) => store.removeDocument(tenant, KIND, id, version)),
    )
  }
}

/** What the sessions of one workflow have in common; a saved one is never taken for a posted one of the same name. */
function nameOf({ workflow, name }: Plan): string | undefined {
  if (workflow !== undefined) return `workflow ${workflow.name}`
  return name === undefined ? undefined : `name ${name}`
}

function keyOf(tenant: string, name: string): string {
  return `${tenant}\n${name}`
}

/** Names may be long, and hold whatever people write. */
function idOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32)
}

function readSamples(document: Document | undefined): Samples {
  if (document === undefined) return new Map()
  return new Map(Object.entries(JSON.parse(document.body) as Record<string, number[]>))
}
