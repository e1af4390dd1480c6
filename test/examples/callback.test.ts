import type { AddressInfo } from 'node:net'
import { expect, test, vi } from 'vitest'
import { parse } from 'yaml'
// @ts-expect-error An example is plain JavaScript, for people to read and run.
import { createReceiver, told } from '../../examples/receiver.mjs'
import { readPage } from '../docs/pages.ts'
import { startService } from '../support/service.ts'
import { ended, start } from '../support/sessions.ts'

test('callback.yaml tells receiver.mjs, which refuses what is not signed', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  const secret = `whsec_${Buffer.from('a key of thirty-two bytes, or so').toString('base64')}`
  const receiver = createReceiver(secret)
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = receiver.address() as AddressInfo
    const url = `http://127.0.0.1:${port}/ended`
    await using service = await startService({ SECRET_CALLBACKS: secret })
    const workflow = parse(await readPage('examples/callback.yaml'))
    const onEnd = { webhook: { ...workflow.onEnd.webhook, url } }
    const id = await start(service, { workflow, onEnd, inputs: { service: service.url } })
    await ended(service, id)
    await expect
      .poll(() => [...told.values()])
      .toMatchObject([{ sessionId: id, status: 'completed', outputs: { step1: { status: 200 } } }])
    expect(log).toHaveBeenCalledTimes(1)

    const forged = { 'webhook-id': 'del_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' }
    expect((await fetch(url, { method: 'POST', body: '{}', headers: forged })).status).toBe(401)
    expect(told.size).toBe(1)
  } finally {
    receiver.close()
    receiver.closeAllConnections()
  }
})
