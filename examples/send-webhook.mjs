// Calls a hook under a signature of Standard Webhooks:
// node examples/send-webhook.mjs <url of the hook>/trigger <secret> '{"type":"user.created"}'
import { createHmac, randomUUID } from 'node:crypto'

const [url, secret, body = '{}'] = process.argv.slice(2)

const id = `msg_${randomUUID()}`
const timestamp = Math.floor(Date.now() / 1000)
const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret
const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')

const response = await fetch(url, {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    'user-agent': 'send-webhook',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  },
  body,
})
console.log(response.status, await response.text())
