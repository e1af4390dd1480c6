import type { FastifyBaseLogger } from 'fastify'
import { errors, StepstreamError } from '../../errors.ts'
import type { StatusTally } from '../../store/types.ts'
import type { Agenda } from '../agenda/types.ts'
import { checkContent } from './check-content.ts'
import { createFolder, type FolderOptions } from './folder.ts'
import { type KeeperOptions, keepBatch } from './keeper.ts'
import { createKeys, hashOfKey, type KeysOptions } from './keys.ts'
import { Pump } from './pump.ts'
import { KIND, newRecord, nextLookAt, sessionIdsOf } from './record.ts'
import { contentToRetry } from './retry-content.ts'
import { isOver, leftToStart, percentOf, startedOf, statusOf } from './status.ts'
import type {
  Batch,
  BatchContent,
  Batches,
  BatchKey,
  BatchRequest,
  BatchSettings,
  BatchStanding,
  CreatedBatch,
} from './types.ts'

export type BatchesOptions = Omit<KeeperOptions, 'folder'> &
  FolderOptions & {
    readonly store: KeeperOptions['store'] & FolderOptions['store'] & KeysOptions['store']
    readonly agenda: Pick<Agenda, 'on'>
    readonly log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>
  }

export function createBatches(options: BatchesOptions): Batches {
  const { store, workflows, agenda, clock, log } = options
  const folder = createFolder(options)
  const keys = createKeys(options)
  const pump = new Pump((text) => keepBatch(parseKey(text), { ...options, folder }), report, clock)
  agenda.on(KIND, (document) => pump.wake(textOf(document)))

  return {
    async create(request, { settings, content }) {
      const known = await findKnown(request)
      if (known !== undefined) return known
      return add(request, settings, await checkContent(request.tenant, content, workflows))
    },
    async retry(request, id) {
      const known = await findKnown(request)
      if (known !== undefined) return known
      const { batch, counts } = await get({ tenant: request.tenant, id })
      refuseUnlessOver(batch, counts)
      const content = await contentToRetry(batch, await folder.content(batch), store)
      const { name, labels, metadata, maxRunning, onFailure } = batch
      const settings = {
        ...(name === undefined ? {} : { name }),
        ...(labels === undefined ? {} : { labels }),
        ...(metadata === undefined ? {} : { metadata }),
        ...(maxRunning === undefined ? {} : { maxRunning }),
        onFailure,
        retryOf: id,
      }
      return add(request, settings, content)
    },
    get,
    async list(tenant, after, limit) {
      return Promise.all((await folder.list(tenant, after, limit)).map(standingOf))
    },
    async cancel(key) {
      const { batch, counts } = await get(key)
      if (!batch.cancelled) refuseIfOver(batch, counts)
      return command(key, (found) =>
        found.cancelled ? found : { ...found, cancelled: true, paused: false, untold: null },
      )
    },
    pause: (key) => hold(key, true),
    resume: (key) => hold(key, false),
    async remove(key) {
      const { batch, counts } = await get(key)
      refuseUnlessOver(batch, counts)
      if (batch.key !== null) await keys.free(batch, batch.key)
      await folder.remove(key)
    },
    isStarted: async (key) => leftToStart(await folder.get(key)) === 0,
    sessionEnded({ tenant, correlation }) {
      const id = correlation.startedBy?.batch
      if (id !== undefined) wake({ tenant, id })
    },
    stop: () => pump.stop(),
  }

  async function findKnown(request: BatchRequest): Promise<CreatedBatch | undefined> {
    const { tenant } = request
    const identity = await keys.find(request, clock.now())
    const batch = identity && (await folder.find({ tenant, id: identity.id }))
    return batch && createdOf(batch, true)
  }

  async function add(
    request: BatchRequest,
    settings: BatchSettings,
    content: BatchContent,
  ): Promise<CreatedBatch> {
    const { tenant, correlation, claim } = request
    const now = clock.now()
    const { id, createdAt } = await keys.claim(request, now)
    const record = {
      ...newRecord(settings, content.items.length, correlation),
      key: claim === undefined ? null : hashOfKey(claim.key),
    }
    const dueAt = nextLookAt(record, now)
    const added = await folder.add({ ...record, id, tenant, version: 0, createdAt, dueAt }, content)
    // Another request with the same key was faster.
    if (added === undefined) return createdOf(await folder.get({ tenant, id }), true)
    wake(added)
    return createdOf(added, false)
  }

  async function get(key: BatchKey): Promise<BatchStanding> {
    return standingOf(await folder.get(key))
  }

  async function standingOf(batch: Batch): Promise<BatchStanding> {
    const { tenant, id, ended } = batch
    const counts = ended?.counts ?? (await store.countStarted(tenant, 'batch', id))
    return {
      batch,
      counts,
      status: statusOf(batch, counts),
      started: startedOf(batch, counts),
      percent: percentOf(batch, counts),
    }
  }

  async function hold(key: BatchKey, paused: boolean): Promise<BatchStanding> {
    const { batch, counts } = await get(key)
    refuseIfOver(batch, counts)
    return command(key, (found) => {
      if (found.cancelled) {
        const message = `batch ${found.id} is being cancelled`
        throw new StepstreamError('ILLEGAL_TRANSITION', message)
      }
      if (found.paused === paused) return found
      return { ...found, paused, untold: paused ? 'pause' : 'resume' }
    })
  }

  /** On disk when it resolves; the sessions are told then, by this process or another one. */
  async function command(key: BatchKey, change: (found: Batch) => Batch): Promise<BatchStanding> {
    const batch = await folder.change(key, (found) => {
      const changed = change(found)
      return changed === found ? found : { ...changed, dueAt: nextLookAt(changed, clock.now()) }
    })
    wake(batch)
    return standingOf(batch)
  }

  function wake(key: BatchKey): void {
    pump.wake(textOf(key)).catch(report)
  }

  /** The agenda has it tried again. */
  function report(error: unknown): void {
    if (error instanceof StepstreamError && errors[error.code].retryable) return
    log.error({ err: error }, 'a batch was not seen to')
  }
}

function createdOf(batch: Batch, replayed: boolean): CreatedBatch {
  return { batch, sessionIds: sessionIdsOf(batch), replayed }
}

function refuseIfOver(batch: Batch, counts: StatusTally): void {
  if (!isOver(batch, counts)) return
  throw new StepstreamError('BATCH_ENDED', `batch ${batch.id} is ${statusOf(batch, counts)}`)
}

function refuseUnlessOver(batch: Batch, counts: StatusTally): void {
  if (isOver(batch, counts)) return
  throw new StepstreamError('BATCH_NOT_ENDED', `batch ${batch.id} is ${statusOf(batch, counts)}`)
}

function textOf({ tenant, id }: BatchKey): string {
  return JSON.stringify([tenant, id])
}

function parseKey(text: string): BatchKey {
  const [tenant, id] = JSON.parse(text) as [string, string]
  return { tenant, id }
}
