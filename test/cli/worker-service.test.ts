import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { startServer } from '../support/local-server.ts'
import { startWorker } from '../support/worker-process.ts'

test('a worker tries again while something else answers in place of its service', async () => {
  await using server = await startServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Back soon</h1>')
  })
  await using worker = await startWorker({ url: server.url, workDir: tmpdir() })
  await expect
    .poll(worker.output)
    .toContain('trying again: it answers with no JSON: <h1>Back soon</h1>')
  expect(await worker.stop('SIGTERM')).toBe(0)
})
