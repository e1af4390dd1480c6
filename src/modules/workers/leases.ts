import type { Clock } from '../../clock.ts'
import type { Document } from '../../store/documents.ts'
import type { Store } from '../../store/types.ts'
import { LEASE, type LeaseRecord, leaseDocument, leaseRecordOf } from './record.ts'
import type { Lease } from './types.ts'

export interface LeasesOptions {
  readonly store: Pick<Store, 'document' | 'putDocument' | 'removeDocument'>
  readonly clock: Clock
}

/** How long one that has ended is kept: longer than anything that has read it is under way. */
const FREED_KEPT_MS = 600_000

/** A lease as it was read. */
export interface KeptLease {
  readonly document: Document
  readonly record: LeaseRecord
}

/**
 * Leases as documents: there is one as long as somebody has an interaction, so that of many who
 * want it one gets it. Whoever changes one says which version they saw. One that has ended stays for
 * a while, for its version: what the next one begins with is never the version of an earlier one, so
 * that who comes late takes no other's lease for their own.
 */
export interface Leases {
  get(tenant: string, id: string): Promise<KeptLease | undefined>
  /** Undefined where somebody else has it. */
  take(tenant: string, id: string, record: LeaseRecord): Promise<KeptLease | undefined>
  /** Undefined where it has changed since it was read. */
  change(lease: KeptLease, record: LeaseRecord, until: number): Promise<KeptLease | undefined>
  /** Others may take it from here on; nothing where it has changed since it was read. */
  free(lease: KeptLease): Promise<void>
  /** Removes that of an interaction, whoever has it. */
  forget(tenant: string, id: string): Promise<void>
}

export function createLeases({ store, clock }: LeasesOptions): Leases {
  return {
    async get(tenant, id) {
      const document = await store.document(tenant, LEASE, id)
      if (document === undefined || isFree(document)) return undefined
      return { document, record: leaseRecordOf(document) }
    },
    async take(tenant, id, record) {
      const createdAt = clock.now()
      const until = createdAt + record.leaseMs
      const wanted = leaseDocument(tenant, id, record, { createdAt, until })
      const taken = await put(wanted, record, 0)
      if (taken !== undefined) return taken
      const freed = await store.document(tenant, LEASE, id)
      return freed && isFree(freed) ? put(wanted, record, freed.version) : undefined
    },
    async change({ document }, record, until) {
      const { tenant, id, createdAt, version } = document
      return put(leaseDocument(tenant, id, record, { createdAt, until }), record, version)
    },
    async free({ document }) {
      const expiresAt = clock.now() + FREED_KEPT_MS
      await store.putDocument({ ...document, dueAt: null, expiresAt }, document.version)
    },
    async forget(tenant, id) {
      await store.removeDocument(tenant, LEASE, id)
    },
  }

  async function put(
    document: Omit<Document, 'version'>,
    record: LeaseRecord,
    expected: number,
  ): Promise<KeptLease | undefined> {
    const { kind, version } = await store.putDocument(document, expected)
    if (kind === 'unexpected' || version === undefined) return undefined
    return { document: { ...document, version }, record }
  }
}

/** Nobody has it, and nobody is to put anything in order. */
function isFree({ dueAt }: Document): boolean {
  return dueAt === null
}

/** What is told of a lease. */
export function leaseOf({ document, record }: KeptLease): Lease {
  const { worker, leaseMs } = record
  return { worker, leaseMs, until: document.dueAt ?? document.createdAt + leaseMs }
}
