import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type AcceptedBatch, endedBatch } from '../support/batches.ts'
import { startService } from '../support/service.ts'
import { json } from '../support/sessions.ts'
import { examples } from './run-example.ts'

test('batch.yaml is taken as it is, and completes', async () => {
  await using service = await startService()
  const text = await readFile(join(examples, 'batch.yaml'), 'utf8')
  const body = text.replaceAll('http://127.0.0.1:8080', service.url)
  const posted = service.post('/v1/batches', body, { 'content-type': 'application/yaml' })
  const { batchId } = await json<AcceptedBatch>(posted)
  expect(await endedBatch(service, batchId)).toMatchObject({
    status: 'completed',
    counts: { completed: 3 },
  })
})
