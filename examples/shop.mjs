// A shop to try the examples against: node examples/shop.mjs
import { createServer } from 'node:http'

const stockAnswers = new Map()

const answers = {
  'GET /stock': (request, response) => {
    // Fails twice for each step that asks: every try of a step carries the same Idempotency-Key.
    const key = request.headers['idempotency-key']
    const tries = (stockAnswers.get(key) ?? 0) + 1
    stockAnswers.set(key, tries)
    if (tries <= 2) send(response, 503, { error: 'the stock is being counted' })
    else send(response, 200, { pieces: 3 })
  },
  'POST /orders': (_, response) => send(response, 201, { order: 7 }),
  'DELETE /orders/7': (_, response) => send(response, 200, { order: 7, cancelled: true }),
  'POST /payments': (_, response) => send(response, 402, { error: 'the card was refused' }),
  'POST /notes': (_, response) => send(response, 201, { note: 1 }),
  'GET /prices/north': (_, response) => setTimeout(send, 300, response, 200, { price: 12 }),
  'GET /prices/south': (_, response) => setTimeout(send, 300, response, 200, { price: 9 }),
  'GET /prices/west': (_, response) => setTimeout(send, 300, response, 200, { price: 15 }),
}

/** Answers one request to the shop. */
export function answer(request, response) {
  const route = answers[`${request.method} ${request.url}`]
  if (route === undefined) send(response, 404, { error: 'there is no such page' })
  else route(request, response)
}

function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

if (import.meta.main) {
  const port = Number(process.argv[2] ?? 9000)
  createServer(answer).listen(port, '127.0.0.1', function () {
    console.log(`The shop is open at http://127.0.0.1:${this.address().port}`)
  })
}
