// @module-tag slow

import { expect, test } from 'vitest'
import { createDatabase } from '../support/postgres.ts'
import { startReplicas } from '../support/replicas.ts'
import { query } from '../support-tests/query.ts'

const printedKey = /The key of this service, shown this once:\s+(\S+)/g

test('replicas that start at once on an empty database all come up, with one key', {
  timeout: 120_000,
}, async () => {
  for (let turn = 0; turn < 2; turn++) {
    await using database = await createDatabase()
    const options = { databaseUrl: database.url }
    await using replicas = await startReplicas(3, { HOST: '0.0.0.0' }, options)
    const keys = [...replicas].flatMap((replica) =>
      [...replica.output().matchAll(printedKey)].map(([, key]) => key),
    )
    expect(keys).toHaveLength(1)
    for (const { url } of replicas) {
      expect((await fetch(`${url}/readyz`)).status).toBe(200)
      expect((await fetch(`${url}/v1/sessions`)).status).toBe(401)
      const headers = { authorization: `Bearer ${keys[0]}` }
      expect((await fetch(`${url}/v1/sessions`, { headers })).status).toBe(200)
    }
    const rows = await query(replicas.databaseUrl, 'SELECT name FROM stepstream.setting')
    expect(rows).toContainEqual({ name: 'store.schema' })

    await replicas.at(0).restart('SIGTERM')
    expect([...replicas.at(0).output().matchAll(printedKey)]).toEqual([])
    const headers = { authorization: `Bearer ${keys[0]}` }
    expect((await fetch(`${replicas.at(0).url}/v1/sessions`, { headers })).status).toBe(200)
  }
})
