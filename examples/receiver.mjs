// Receives callbacks and checks their signatures: SECRET_CALLBACKS=whsec_… node examples/receiver.mjs
import { createServer } from 'node:http'
import { Webhook } from 'standardwebhooks'

/** The callbacks that were told, by their ids: one may come twice. */
export const told = new Map()

/** Answers calls that are signed with the secret; `secret` begins with whsec_. */
export function createReceiver(secret) {
  const webhook = new Webhook(secret)
  return createServer(async (request, response) => {
    const chunks = await Array.fromAsync(request)
    try {
      // Over the body as it came: its signature says nothing about what a parser makes of it.
      const { type, data } = webhook.verify(Buffer.concat(chunks), request.headers)
      const id = request.headers['webhook-id']
      if (!told.has(id)) console.log(`${type} ${data.sessionId} after ${data.durationMs} ms`)
      told.set(id, data)
      response.writeHead(204).end()
    } catch {
      response.writeHead(401).end()
    }
  })
}

if (import.meta.main) {
  createReceiver(process.env.SECRET_CALLBACKS).listen(9001, '127.0.0.1')
}
