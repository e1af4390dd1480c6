import { readdir } from 'node:fs/promises'
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { dataDir } from '../store/data-dir.ts'
import { startProcess } from '../support/server-process.ts'
import { startService } from '../support/service.ts'
import { store, storeSettings } from '../support/store.ts'

describe(`services on ${store}`, () => {
  test('a service in the test’s process keeps its sessions there', async () => {
    await using service = await startService()
    await service.post('/v1/sessions', ['Wait 1 ms'])
    expect(await sessionsIn(service.dataDir)).toBe(1)
  })

  test('a process keeps its sessions there, and finds them on the same data folder', async () => {
    const folder = dataDir()
    for (const expected of [1, 2]) {
      const service = await startProcess({ DATA_DIR: folder })
      await fetch(`${service.url}/v1/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '["Wait 1 ms"]',
      })
      await service.stop()
      expect(await sessionsIn(folder)).toBe(expected)
    }
  })
})
