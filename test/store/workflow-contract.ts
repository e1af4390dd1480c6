import { beforeEach, describe, expect, test } from 'vitest'
import type { EncodedEvent, Store } from '../../src/store/types.ts'
import type { SaveWorkflow } from '../../src/store/workflows.ts'
import { create, events, move, sessionRecord, start } from './records.ts'

/** What is saved under a name; the digest stands for the content. */
export function workflow(digest: string, changes: Partial<SaveWorkflow> = {}): SaveWorkflow {
  return {
    tenant: 'default',
    name: 'nightly',
    digest,
    definition: JSON.stringify({ content: digest }),
    description: `what ${digest} does`,
    totalSteps: 2,
    restoredFrom: null,
    createdAt: start,
    ...changes,
  }
}

/** What every store must do with saved workflows; part of its contract. */
export function workflowContract(current: () => Store): void {
  describe('saved workflows', () => {
    let store: Store
    beforeEach(() => {
      store = current()
    })
    const versions = async (name = 'nightly') =>
      (await store.listWorkflowVersions('default', name, undefined, 10)).map(
        ({ version }) => version,
      )

    test('get a version with each change, and keep the old ones', async () => {
      expect(await store.saveWorkflow(workflow('a'))).toEqual({ kind: 'saved', version: 1 })
      const changed = workflow('b', { createdAt: start + 1, restoredFrom: 1, totalSteps: 3 })
      expect(await store.saveWorkflow(changed)).toEqual({ kind: 'saved', version: 2 })
      expect(await store.workflow('default', 'nightly')).toEqual({
        name: 'nightly',
        version: 2,
        definition: '{"content":"b"}',
        digest: 'b',
        description: 'what b does',
        totalSteps: 3,
        restoredFrom: 1,
        createdAt: start + 1,
      })
      expect(await store.workflow('default', 'nightly', 1)).toMatchObject({
        version: 1,
        digest: 'a',
        restoredFrom: null,
      })
      expect(await store.workflow('default', 'nightly', 3)).toBeUndefined()
      expect(await store.workflow('default', 'unknown')).toBeUndefined()
    })

    test('get no version with the content they have', async () => {
      await store.saveWorkflow(workflow('a'))
      const again = await store.saveWorkflow(workflow('a', { createdAt: start + 9 }))
      expect(again).toEqual({ kind: 'unchanged', version: 1 })
      await store.saveWorkflow(workflow('b'))
      expect(await store.saveWorkflow(workflow('a'))).toEqual({ kind: 'saved', version: 3 })
      expect(await versions()).toEqual([3, 2, 1])
    })

    test('get a version from each of several who save at once', async () => {
      const saved = await Promise.all(
        Array.from({ length: 20 }, (_, index) => store.saveWorkflow(workflow(`content ${index}`))),
      )
      const numbers = saved.map(({ version }) => version).toSorted((a, b) => a! - b!)
      expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    })

    test('are saved only if what is expected is current', async () => {
      const save = (digest: string, expected: SaveWorkflow['expected']) =>
        store.saveWorkflow(workflow(digest, expected === undefined ? {} : { expected }))
      const unexpected = (version: number | undefined) => ({ kind: 'unexpected', version })
      expect(await save('a', 'any')).toEqual(unexpected(undefined))
      expect(await save('a', 1)).toEqual(unexpected(undefined))
      expect(await save('a', 'none')).toEqual({ kind: 'saved', version: 1 })
      expect(await save('b', 'none')).toEqual(unexpected(1))
      expect(await save('b', 1)).toEqual({ kind: 'saved', version: 2 })
      expect(await save('c', 1)).toEqual(unexpected(2))
      expect(await save('b', 1)).toEqual(unexpected(2))
      expect(await save('b', 2)).toEqual({ kind: 'unchanged', version: 2 })
      expect(await save('c', 'any')).toEqual({ kind: 'saved', version: 3 })
      expect(await versions()).toEqual([3, 2, 1])
    })

    test('are gone once they are removed, and their numbers go on', async () => {
      await store.saveWorkflow(workflow('a'))
      await store.saveWorkflow(workflow('b'))
      const none = { kind: 'unexpected', version: undefined }
      const stale = await store.removeWorkflow('default', 'nightly', 1)
      expect(stale).toEqual({ kind: 'unexpected', version: 2 })
      const removed = await store.removeWorkflow('default', 'nightly', 2)
      expect(removed).toEqual({ kind: 'removed', version: 2 })
      expect(await store.removeWorkflow('default', 'nightly', 2)).toEqual(none)
      expect(await store.removeWorkflow('default', 'nightly')).toEqual(none)
      expect(await store.removeWorkflow('default', 'unknown')).toEqual(none)
      expect(await store.workflow('default', 'nightly')).toBeUndefined()
      expect(await store.workflow('default', 'nightly', 2)).toBeUndefined()
      expect(await store.listWorkflows('default', undefined, 10)).toEqual([])
      expect(await versions()).toEqual([])
      const expected = await store.saveWorkflow(workflow('b', { expected: 'any' }))
      expect(expected).toEqual({ kind: 'unexpected', version: undefined })
      const again = await store.saveWorkflow(workflow('b', { expected: 'none' }))
      expect(again).toEqual({ kind: 'saved', version: 3 })
      expect(await versions()).toEqual([3])
      const [listing] = await store.listWorkflows('default', undefined, 10)
      expect(listing).toMatchObject({ version: 3, versions: 1 })
    })

    test('are listed by name, page by page', async () => {
      for (const name of ['b', 'a', 'c']) {
        await store.saveWorkflow(workflow('x', { name, description: null }))
      }
      await store.saveWorkflow(workflow('y', { name: 'b', createdAt: start + 5 }))
      const page = await store.listWorkflows('default', undefined, 2)
      expect(page.map(({ name }) => name)).toEqual(['a', 'b'])
      expect(page[1]).toEqual({
        name: 'b',
        version: 2,
        versions: 2,
        description: 'what y does',
        totalSteps: 2,
        restoredFrom: null,
        createdAt: start + 5,
      })
      const rest = await store.listWorkflows('default', 'b', 2)
      expect(rest.map(({ name, description }) => [name, description])).toEqual([['c', null]])
    })

    test('list their versions page by page, the newest first', async () => {
      for (const digest of ['a', 'b', 'c']) await store.saveWorkflow(workflow(digest))
      const page = await store.listWorkflowVersions('default', 'nightly', undefined, 2)
      expect(page.map(({ version }) => version)).toEqual([3, 2])
      const rest = await store.listWorkflowVersions('default', 'nightly', 2, 2)
      expect(rest).toEqual([
        {
          name: 'nightly',
          version: 1,
          description: 'what a does',
          totalSteps: 2,
          restoredFrom: null,
          createdAt: start,
        },
      ])
    })

    test('of one tenant do not exist for another', async () => {
      await store.saveWorkflow(workflow('a'))
      await store.saveWorkflow(workflow('b', { tenant: 'other' }))
      expect(await store.workflow('other', 'nightly')).toMatchObject({ version: 1, digest: 'b' })
      expect(await store.workflow('nobody', 'nightly')).toBeUndefined()
      expect(await store.listWorkflows('nobody', undefined, 10)).toEqual([])
      expect(await store.listWorkflowVersions('nobody', 'nightly', undefined, 10)).toEqual([])
      expect((await store.removeWorkflow('nobody', 'nightly')).kind).toBe('unexpected')
      expect((await store.removeWorkflow('other', 'nightly')).kind).toBe('removed')
      expect(await versions()).toEqual([1])
    })

    test('are what sessions are listed by', async () => {
      const [first] = [await from('nightly', 1), await create(store), await from('daily', 1)]
      const second = await from('nightly', 2, { name: 'named', createdAt: start + 1 })
      await move(store, second, 1, 'running')
      const list = async (filter: object) => {
        const page = await store.listSessions({ tenant: 'default', limit: 10, ...filter })
        return page.map(({ id, workflow, workflowVersion }) => [id, workflow, workflowVersion])
      }
      const [one, two] = [
        [first.id, 'nightly', 1],
        [second.id, 'nightly', 2],
      ]
      expect(await list({ workflow: 'nightly' })).toEqual([two, one])
      expect(await list({ workflow: 'nightly', status: ['running'] })).toEqual([two])
      expect(await list({ workflow: 'nightly', name: 'named' })).toEqual([two])
      expect(await list({ workflow: 'nightly', name: 'named', status: ['queued'] })).toEqual([])
      expect(await list({ workflow: 'nightly', tenant: 'other' })).toEqual([])
      expect(await list({ workflow: 'unknown' })).toEqual([])
      expect((await store.session(second.id))?.plan.workflow).toEqual({
        name: 'nightly',
        version: 2,
      })
    })

    test('tell how their sessions ended, the last to end first', async () => {
      const early = await from('nightly', 1)
      const late = await from('nightly', 2)
      const failed = await from('nightly', 1)
      await from('nightly', 1)
      await move(store, await from('daily', 1), 1, 'completed', { endedAt: start + 5 })
      await move(store, late, 1, 'cancelled', { endedAt: start + 40 })
      await move(store, early, 1, 'completed', { endedAt: start + 10 })
      await store.append({
        sessionId: failed.id,
        tenant: failed.tenant,
        expectedSeq: 1,
        events: [...events(1, 1), failure(3, 'STEP_TIMEOUT')],
        summary: { status: 'failed', wakeAt: null, endedAt: start + 20 },
      })
      expect(await store.workflowRuns('default', 'nightly', 10)).toEqual([
        { status: 'cancelled', durationMs: 40, code: null },
        { status: 'failed', durationMs: 20, code: 'STEP_TIMEOUT' },
        { status: 'completed', durationMs: 10, code: null },
      ])
      expect(await store.workflowRuns('default', 'nightly', 1)).toHaveLength(1)
      expect(await store.workflowRuns('other', 'nightly', 10)).toEqual([])
      await store.markForPurge(late.id)
      expect(await store.workflowRuns('default', 'nightly', 10)).toHaveLength(2)
    })

    function from(name: string, version: number, changes = {}) {
      const { plan } = sessionRecord()
      return create(store, { plan: { ...plan, workflow: { name, version } }, ...changes })
    }
  })
}

function failure(seq: number, code: string): EncodedEvent {
  const body = JSON.stringify({ seq, type: 'session.failed', data: { error: { code } } })
  return { seq, type: 'session.failed', body }
}
