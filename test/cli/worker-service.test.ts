import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { startWorker } from '../support/worker-process.ts'

test('a worker tries again while something else answers in place of its service', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Back soon</h1>')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await expect.poll(() => server.listening).toBe(true)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await using worker = await startWorker({ url, workDir: tmpdir() })
  await expect
    .poll(worker.output)
    .toContain('trying again: it answers with no JSON: <h1>Back soon</h1>')
  expect(await worker.stop('SIGTERM')).toBe(0)
})
