import { createHash } from 'node:crypto'
import { StepstreamError } from '../../errors.ts'
import { newBatchId } from '../../ids.ts'
import type { Document } from '../../store/documents.ts'
import type { Store } from '../../store/types.ts'
import type { Batch, BatchRequest } from './types.ts'

const KIND = 'batch_key'

/** Which batch a key stands for; it may not be there yet. */
export interface Identity {
  readonly id: string
  /** ms since the epoch. */
  readonly createdAt: number
}

interface Held extends Identity {
  readonly requestHash: string
}

export interface KeysOptions {
  readonly store: Pick<Store, 'document' | 'putDocument' | 'removeDocument'>
}

/**
 * Idempotency keys of batches. A key is written before its batch, with the batch's id to be: whoever
 * repeats the request makes the same batch, also where the first one ended in between.
 */
export interface Keys {
  /** What the request's key stands for, if it is held. @throws IDEMPOTENCY_KEY_REUSED */
  find(request: BatchRequest, now: number): Promise<Identity | undefined>
  /** What the new batch is to be called. @throws IDEMPOTENCY_KEY_REUSED */
  claim(request: BatchRequest, now: number): Promise<Identity>
  /** Frees the key that a batch keeps the hash of, if it still stands for it. */
  free(batch: Pick<Batch, 'tenant' | 'id'>, hash: string): Promise<void>
}

/** What a batch keeps of its key, and the key is found by. */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url')
}

export function createKeys({ store }: KeysOptions): Keys {
  return {
    async find(request, now) {
      const { held } = await look(request, now)
      return held
    },
    async claim(request, now) {
      const fresh = { id: newBatchId(now), createdAt: now }
      const { tenant, claim } = request
      if (claim === undefined) return fresh
      for (;;) {
        const { held, version } = await look(request, now)
        if (held !== undefined) return held
        const document = {
          tenant,
          kind: KIND,
          id: hashOfKey(claim.key),
          body: JSON.stringify({ ...fresh, requestHash: claim.requestHash }),
          createdAt: now,
          dueAt: null,
          sessionId: null,
          expiresAt: claim.expiresAt,
        }
        const { kind } = await store.putDocument(document, version)
        if (kind === 'written') return fresh
      }
    },
    async free({ tenant, id }, hash) {
      const document = await store.document(tenant, KIND, hash)
      if (document === undefined || (JSON.parse(document.body) as Held).id !== id) return
      await store.removeDocument(tenant, KIND, hash, document.version)
    },
  }

  async function look({ tenant, claim }: BatchRequest, now: number) {
    if (claim === undefined) return { held: undefined, version: 0 }
    const document = await store.document(tenant, KIND, hashOfKey(claim.key))
    if (document === undefined) return { held: undefined, version: 0 }
    const { version } = document
    if (isExpired(document, now)) return { held: undefined, version }
    const held = JSON.parse(document.body) as Held
    if (held.requestHash === claim.requestHash) return { held, version }
    const message = 'this Idempotency-Key was used for a request with a different body'
    throw new StepstreamError('IDEMPOTENCY_KEY_REUSED', message)
  }
}

function isExpired({ expiresAt }: Document, now: number): boolean {
  return expiresAt !== null && expiresAt <= now
}
