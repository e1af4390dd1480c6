import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { migrations } from '../../src/store/postgres/migrations.ts'
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { createDatabase } from '../support/postgres.ts'
import { databaseSettings } from './postgres-database.ts'
import { start } from './records.ts'
import { workflow } from './workflow-contract.ts'

async function emptyDatabase(): Promise<string> {
  const database = await createDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  return database.url
}

async function openReplica(url: string) {
  const { store, queries } = await openPostgresStore(databaseSettings(url))
  onTestFinished(() => store.close())
  return { store, queries }
}

test('two replicas that save under one name at the same moment lose no version', async () => {
  const url = await emptyDatabase()
  const [left, right] = [await openReplica(url), await openReplica(url)]
  const saved = await Promise.all(
    Array.from({ length: 10 }, (_, index) => [
      left.store.saveWorkflow(workflow(`left ${index}`)),
      right.store.saveWorkflow(workflow(`right ${index}`)),
    ]).flat(),
  )
  const numbers = saved.map(({ version }) => version).toSorted((a, b) => a! - b!)
  expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  const kept = await left.store.listWorkflowVersions('default', 'nightly', undefined, 100)
  expect(kept.map(({ version }) => version)).toEqual(numbers.toReversed())
})

test('of two replicas that expect the same version one saves', async () => {
  const url = await emptyDatabase()
  const [left, right] = [await openReplica(url), await openReplica(url)]
  await left.store.saveWorkflow(workflow('a'))
  const saved = await Promise.all([
    left.store.saveWorkflow(workflow('b', { expected: 1 })),
    right.store.saveWorkflow(workflow('c', { expected: 1 })),
  ])
  expect(saved.map(({ kind }) => kind).toSorted()).toEqual(['saved', 'unexpected'])
  expect(saved.map(({ version }) => version)).toEqual([2, 2])
})

test('a database of the oldest schema is brought up to date with what it holds', async () => {
  const url = await emptyDatabase()
  const client = new pg.Client(url)
  await client.connect()
  await client.query(`
    CREATE SCHEMA stepstream;
    CREATE TABLE stepstream.setting (name text PRIMARY KEY, value text NOT NULL);
    INSERT INTO stepstream.setting VALUES ('store.schema', '1');
    ${migrations[0]};
    INSERT INTO stepstream.session (id, tenant, name, status, total_steps, created_at, last_seq)
      VALUES ('ses_old', 'default', 'old', 'queued', 0, ${start}, 0)`)
  await client.end()
  const { store } = await openReplica(url)
  const [listing] = await store.listSessions({ tenant: 'default', limit: 10 })
  expect(listing).toMatchObject({ id: 'ses_old', workflow: null, workflowVersion: null })
  expect(await store.saveWorkflow(workflow('a'))).toEqual({ kind: 'saved', version: 1 })
})

test('what a removal left behind is seen by nobody', async () => {
  const { store, queries } = await openReplica(await emptyDatabase())
  await store.saveWorkflow(workflow('a'))
  await queries.rows('UPDATE stepstream.workflow SET digest = NULL')
  expect(await store.workflow('default', 'nightly')).toBeUndefined()
  expect(await store.workflow('default', 'nightly', 1)).toBeUndefined()
  expect(await store.listWorkflows('default', undefined, 10)).toEqual([])
  expect(await store.listWorkflowVersions('default', 'nightly', undefined, 10)).toEqual([])
  await store.saveWorkflow(workflow('b'))
  expect(await store.workflow('default', 'nightly', 1)).toBeUndefined()
  expect(await store.listWorkflowVersions('default', 'nightly', undefined, 10)).toMatchObject([
    { version: 2 },
  ])
  await store.removeWorkflow('default', 'nightly')
  expect(await queries.rows('SELECT version FROM stepstream.workflow_version')).toEqual([])
})
