// A shop with pages, to try the browser examples against: node examples/shop-site.mjs
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import {
  accountPage,
  cartPage,
  checkoutPage,
  deliveries,
  faultPage,
  invoice,
  loginPage,
  orderPage,
  payments,
  productsPage,
} from './shop-site-pages.mjs'

const MAX_BODY_BYTES = 2 * 1024 * 1024
const MAX_FILE_BYTES = 1024 * 1024

/** Prices in cents. */
const products = [
  { id: 'blue-mug', name: 'Blue mug', price: 1200, stock: 12 },
  { id: 'red-mug', name: 'Red mug', price: 1250, stock: 3 },
  { id: 'tea-pot', name: 'Tea pot', price: 3490, stock: 5 },
  { id: 'tea-towel', name: 'Tea towel', price: 800, stock: 0 },
]

const person = { email: 'ada@example.com', name: 'Ada' }

/** What cannot be answered as it was asked. */
class Refusal extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/** The shop as a server that nobody listens on yet. Each has visitors and orders of its own. */
export function createShopSite({ password = 'a password for the shop' } = {}) {
  const visitors = new Map()
  const orders = new Map()

  const routes = {
    'GET /': () => ({ to: '/products' }),
    'GET /login': ({ query }) => ({
      html: loginPage({ failed: query.has('failed'), next: localPath(query.get('next')) }),
    }),
    'POST /login': ({ form, renew }) => {
      const next = localPath(form.get('next'))
      if (form.get('email') !== person.email || form.get('password') !== password)
        return { to: `/login?failed&next=${encodeURIComponent(next)}` }
      renew({ isKnown: true })
      return { to: next }
    },
    'POST /logout': ({ renew }) => {
      renew({ isKnown: false, cart: new Map() })
      return { to: '/login' }
    },
    'GET /account': ({ visitor }) =>
      visitor.isKnown
        ? { html: accountPage({ person, orders: ordersOf(visitor) }) }
        : { to: '/login?next=/account' },
    'GET /products': ({ query }) => {
      const wanted = query.get('q') ?? ''
      const found = products.filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()))
      const added = products.find(({ id }) => id === query.get('added'))?.name
      return { html: productsPage({ products: found, wanted, added }) }
    },
    'POST /cart': ({ visitor, form }) => {
      const { id } = productOf(form)
      visitor.cart.set(id, (visitor.cart.get(id) ?? 0) + 1)
      return { to: `/products?added=${id}` }
    },
    'POST /cart/remove': ({ visitor, form }) => {
      visitor.cart.delete(form.get('product'))
      return { to: '/cart' }
    },
    'POST /cart/empty': ({ visitor }) => {
      visitor.cart.clear()
      return { to: '/cart' }
    },
    'GET /cart': ({ visitor }) => ({ html: cartPage(contentOf(visitor.cart)) }),
    'GET /checkout': ({ visitor }) =>
      visitor.cart.size === 0
        ? { to: '/cart' }
        : { html: checkoutPage({ ...contentOf(visitor.cart), faults: [], today: today() }) },
    'POST /checkout': ({ visitor, form }) => {
      if (visitor.cart.size === 0) return { to: '/cart' }
      const faults = faultsOf(form)
      if (faults.length > 0) {
        const html = checkoutPage({ ...contentOf(visitor.cart), faults, today: today() })
        return { status: 422, html }
      }
      return { to: `/orders/${place(visitor, form)}` }
    },
    'GET /orders/:number': ({ visitor, number }) => ({ html: orderPage(orderOf(visitor, number)) }),
    'GET /orders/:number/invoice': ({ visitor, number }) => ({
      file: `invoice-${number}.txt`,
      text: invoice(orderOf(visitor, number)),
    }),
  }

  return createServer((request, response) => {
    answer(request).then(
      (reply) => send(response, reply),
      (error) => {
        const status = error instanceof Refusal ? error.status : 500
        if (status === 500) console.error(error)
        const message = status === 500 ? 'Something went wrong.' : error.message
        const title = status === 404 ? 'Page not found' : 'This did not work'
        send(response, { status, html: faultPage(title, message) })
      },
    )
  })

  async function answer(request) {
    const url = new URL(request.url, 'http://shop.invalid')
    const number = /^\/orders\/(\d+)/.exec(url.pathname)?.[1]
    const path = number === undefined ? url.pathname : url.pathname.replace(number, ':number')
    const route = routes[`${request.method === 'HEAD' ? 'GET' : request.method} ${path}`]
    if (route === undefined) throw new Refusal(404, 'There is no such page in this shop.')
    const known = /(?:^|; )visitor=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]
    let visitor = visitors.get(known) ?? { id: undefined, isKnown: false, cart: new Map() }
    let cookie
    const renew = (changes) => {
      visitors.delete(visitor.id)
      visitor = { ...visitor, ...changes, id: randomUUID() }
      visitors.set(visitor.id, visitor)
      cookie = `visitor=${visitor.id}; HttpOnly; SameSite=Lax; Path=/`
    }
    if (visitor.id === undefined) renew({})
    const form = request.method === 'POST' ? await readForm(request) : undefined
    const reply = await route({ visitor, renew, form, number, query: url.searchParams })
    return { ...reply, cookie }
  }

  function place(visitor, form) {
    const number = String(1001 + orders.size)
    const fields = ['name', 'street', 'delivery', 'date', 'payment', 'notes']
    const file = form.get('file')
    orders.set(number, {
      ...Object.fromEntries(fields.map((field) => [field, form.get(field) ?? ''])),
      ...contentOf(visitor.cart),
      number,
      buyer: visitor.isKnown ? person.email : visitor.id,
      gift: form.get('gift') === 'yes',
      file: file?.size > 0 ? `${file.name} (${file.size} bytes)` : '',
    })
    visitor.cart.clear()
    return number
  }

  function ordersOf(visitor) {
    const buyers = [visitor.id, visitor.isKnown ? person.email : undefined]
    return [...orders.values()].filter(({ buyer }) => buyers.includes(buyer))
  }

  function orderOf(visitor, number) {
    const found = ordersOf(visitor).find((order) => order.number === number)
    if (found === undefined) throw new Refusal(404, 'There is no such order.')
    return found
  }
}

function contentOf(cart) {
  const lines = products.flatMap((product) => {
    const count = cart.get(product.id)
    return count === undefined ? [] : [{ ...product, count }]
  })
  return { lines, total: lines.reduce((sum, { price, count }) => sum + price * count, 0) }
}

function productOf(form) {
  const product = products.find(({ id }) => id === form.get('product'))
  if (product === undefined) throw new Refusal(404, 'There is no such product.')
  if (product.stock === 0) throw new Refusal(409, `${product.name} is sold out.`)
  return product
}

/** The browser asks for the same; whoever posts without one is told here. */
function faultsOf(form) {
  const isDate = /^\d{4}-\d\d-\d\d$/.test(form.get('date')) && form.get('date') >= today()
  const checks = {
    'Full name': Boolean(form.get('name')?.trim()),
    'Street and number': Boolean(form.get('street')?.trim()),
    Delivery: Object.hasOwn(deliveries, form.get('delivery')),
    'Delivery date': isDate,
    Payment: Object.hasOwn(payments, form.get('payment')),
    Terms: form.get('terms') === 'yes',
    'Purchase order of up to 1 MB': (form.get('file')?.size ?? 0) <= MAX_FILE_BYTES,
  }
  return Object.keys(checks).filter((field) => !checks[field])
}

/** A form as browsers send it, with files or without. */
async function readForm(request) {
  const chunks = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    // Read to its end all the same: who still sends hears no answer.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  if (size > MAX_BODY_BYTES) throw new Refusal(413, 'That is too large.')
  const headers = { 'content-type': request.headers['content-type'] ?? '' }
  return new Response(Buffer.concat(chunks), { headers }).formData().catch(() => {
    throw new Refusal(415, 'That is no form.')
  })
}

function send(response, { status = 200, html, to, file, text, cookie }) {
  if (cookie !== undefined) response.setHeader('set-cookie', cookie)
  if (to !== undefined) return response.writeHead(303, { location: to }).end()
  const type = file === undefined ? 'text/html' : 'text/plain'
  if (file !== undefined) {
    response.setHeader('content-disposition', `attachment; filename="${file}"`)
  }
  return response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(html ?? text)
}

/** Where to go on after signing in: in this shop only. */
function localPath(path) {
  return /^\/\w[\w/-]*$/.test(path ?? '') ? path : '/account'
}

function today() {
  return new Date().toISOString().slice(0, 10)
}

if (import.meta.main) {
  const { SHOP_PASSWORD: password } = process.env
  createShopSite({ password }).listen(Number(process.argv[2] ?? 9100), '127.0.0.1', function () {
    console.log(`The shop is open at http://localhost:${this.address().port}`)
  })
}
