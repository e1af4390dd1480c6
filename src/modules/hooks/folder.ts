import { StepstreamError } from '../../errors.ts'
import { hookIdPattern } from '../../ids.ts'
import type { Store } from '../../store/types.ts'
import { KIND, toDocument, toHook } from './record.ts'
import type { Hook, HookKey, HookRecord } from './types.ts'

export interface FolderOptions {
  readonly store: Pick<
    Store,
    'putDocument' | 'removeDocument' | 'document' | 'listDocuments' | 'countDocuments'
  >
}

/** How many hooks a tenant may have. */
export const MAX_HOOKS = 1000

/** Hooks as documents. */
export interface Folder {
  /** @throws HOOK_NOT_FOUND */
  get(key: HookKey): Promise<Hook>
  list(tenant: string, after: string | undefined, limit: number): Promise<readonly Hook[]>
  /** @throws TOO_MANY_HOOKS */
  add(hook: Hook): Promise<Hook>
  /** Changes what is current. @throws HOOK_NOT_FOUND, PRECONDITION_FAILED */
  change(key: HookKey, change: (hook: Hook) => HookRecord): Promise<Hook>
  /** @throws HOOK_NOT_FOUND, PRECONDITION_FAILED */
  remove(key: HookKey): Promise<void>
}

export function createFolder({ store }: FolderOptions): Folder {
  return {
    get,
    async list(tenant, after, limit) {
      const wanted = { tenant, kind: KIND, limit, ...(after === undefined ? {} : { after }) }
      return (await store.listDocuments(wanted)).map(toHook)
    },
    async add(hook) {
      if ((await store.countDocuments(hook.tenant, KIND)) >= MAX_HOOKS) {
        throw new StepstreamError('TOO_MANY_HOOKS', `there are ${MAX_HOOKS} hooks already`)
      }
      await store.putDocument(toDocument(hook), 0)
      return { ...hook, version: 1 }
    },
    async change(key, change) {
      for (;;) {
        const hook = await expect(key)
        const { tenant, id, createdAt } = hook
        const changed = { ...change(hook), tenant, id, createdAt, version: hook.version }
        const { kind, version } = await store.putDocument(toDocument(changed), hook.version)
        if (kind === 'written' && version !== undefined) return { ...changed, version }
      }
    },
    async remove(key) {
      for (;;) {
        const { tenant, id, version } = await expect(key)
        const { kind } = await store.removeDocument(tenant, KIND, id, version)
        if (kind === 'written') return
      }
    },
  }

  async function get({ tenant, id }: HookKey): Promise<Hook> {
    const document = hookIdPattern.test(id) ? await store.document(tenant, KIND, id) : undefined
    if (document !== undefined) return toHook(document)
    throw new StepstreamError('HOOK_NOT_FOUND', `there is no hook ${id.slice(0, 64)}`)
  }

  async function expect(key: HookKey): Promise<Hook> {
    const hook = await get(key)
    const { expected = 'any' } = key
    if (expected === 'any' || expected === hook.revision) return hook
    throw new StepstreamError(
      'PRECONDITION_FAILED',
      `${key.id} is not what the request expects: its ETag is "${hook.revision}"`,
    )
  }
}
