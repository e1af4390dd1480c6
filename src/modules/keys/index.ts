import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import { newKeyId } from '../../ids.ts'
import { createAdmissions } from './admissions.ts'
import { openFixedKeys } from './fixed-keys.ts'
import { createFolder, type FolderOptions } from './folder.ts'
import { createLookUps } from './look-ups.ts'
import { lapseOf, newRecord, rotated } from './record.ts'
import { hashOf, newSecret } from './secret.ts'
import { createSignIns } from './sign-ins.ts'
import { createTickets, type TicketsOptions } from './tickets.ts'
import type { Key, Keys } from './types.ts'
import { createUsage } from './usage.ts'

export interface KeysOptions {
  readonly store: FolderOptions['store'] & TicketsOptions['store']
  readonly clock: Pick<Clock, 'now'>
  readonly log: Pick<FastifyBaseLogger, 'warn'>
  /** Whether keys are needed: the first one is made only then. */
  readonly areNeeded: boolean
  /** `name:secret` pairs of the settings. */
  readonly pairs: readonly string[]
}

/** @throws ConfigError when a pair of the settings is none */
export async function openKeys(options: KeysOptions): Promise<Keys> {
  const { store, clock, areNeeded, pairs } = options
  const fixed = areNeeded ? await openFixedKeys(pairs, store) : { keys: [], made: undefined }
  const folder = createFolder(options)
  const lookUps = createLookUps({ folder, clock })
  const usage = createUsage({ ...options, folder })
  const tickets = createTickets(options)
  const signIns = createSignIns(options)

  return {
    made: fixed.made,
    ...createAdmissions({ areNeeded, fixed: fixed.keys, lookUps, usage, tickets, signIns, clock }),
    async create(tenant, wanted) {
      const secret = newSecret()
      const createdAt = clock.now()
      const record = newRecord(wanted, secret)
      const key = { ...record, id: newKeyId(createdAt), tenant, version: 0, createdAt }
      await folder.enter(hashOf(secret), key, createdAt)
      return { key: await changing(() => folder.add(key)), secret }
    },
    get: (name) => folder.get(name),
    list: (tenant, after, limit) => folder.list(tenant, after, limit),
    async rotate(name, overlapMs) {
      const secret = newSecret()
      const found = refuseEnded(await folder.get(name))
      await folder.enter(hashOf(secret), found, clock.now())
      const change = (key: Key) => rotated(refuseEnded(key), secret, overlapMs, clock.now())
      return { key: await changing(() => folder.change(name, change)), secret }
    },
    revoke: (name) => changing(() => folder.change(name, revoked)),
    stop: () => usage.flush(),
  }

  /** Also where it fails: perhaps not all of it did. */
  async function changing(change: () => Promise<Key>): Promise<Key> {
    try {
      return await change()
    } finally {
      lookUps.forget()
    }
  }

  function revoked(key: Key): Key {
    return key.revokedAt === null ? { ...key, revokedAt: clock.now() } : key
  }

  /** @throws KEY_ENDED */
  function refuseEnded(key: Key): Key {
    const lapse = lapseOf(key, undefined, clock.now())
    if (lapse === undefined) return key
    const message = `${key.id} ${lapse === 'expired' ? 'has expired' : 'was revoked'}`
    throw new StepstreamError('KEY_ENDED', message)
  }
}
