import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
// @ts-expect-error An example is plain JavaScript, for people to read and run.
import { createShopSite } from '../../examples/shop-site.mjs'

const password = 'for tests only'
const order = {
  name: 'Ada <Lovelace>',
  street: '12 Lower Road',
  delivery: 'express',
  date: '2999-01-31',
  payment: 'invoice',
  notes: '',
  terms: 'yes',
}

let server: Server
let url: string

beforeAll(async () => {
  server = createShopSite({ password })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.close()
  server.closeAllConnections()
})

/** Somebody with a cookie jar, who is led on from each form to the page behind it. */
function visit() {
  let cookie = ''
  const request = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = cookie === '' ? {} : { cookie }
    const response = await fetch(url + path, { ...init, headers, redirect: 'manual' })
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie
    const to = response.headers.get('location')
    return to === null ? response : request(to)
  }
  const read = async (response: Promise<Response>) => (await response).text()
  return {
    open: (path: string) => request(path),
    see: (path: string) => read(request(path)),
    send: (path: string, fields: Record<string, string>) =>
      read(request(path, { method: 'POST', body: new URLSearchParams(fields) })),
    post: (path: string, body: NonNullable<RequestInit['body']>) =>
      request(path, { method: 'POST', body }),
    signIn: (secret: string) =>
      read(
        request('/login', {
          method: 'POST',
          body: new URLSearchParams({ email: 'ada@example.com', password: secret }),
        }),
      ),
  }
}

function formOf(fields: object): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return form
}

function before(page: string, tag: string): string {
  return page.slice(0, page.indexOf(tag))
}

describe('the shop', () => {
  test('lets in who knows the password, and out again', async () => {
    const ada = visit()
    expect(await ada.see('/account')).toContain('<h1>Sign in</h1>')
    expect(await ada.signIn('a guess')).toContain('role="alert"')
    expect(await ada.signIn(password)).toContain('Welcome, Ada')
    expect(await ada.see('/account')).toContain('Welcome, Ada')
    expect(await visit().see('/account')).not.toContain('Welcome')
    await ada.send('/logout', {})
    expect(await ada.see('/account')).toContain('<h1>Sign in</h1>')
  })

  test('leads to no other site after signing in', async () => {
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', '']) {
      const page = await visit().see(`/login?next=${encodeURIComponent(next)}`)
      expect(page).toContain('name="next" value="/account"')
    }
    expect(await visit().see('/login?next=/cart')).toContain('name="next" value="/cart"')
  })

  test('sells what there is, row by row', async () => {
    const visitor = visit()
    const page = await visitor.see('/products')
    expect(page.match(/<tr><th scope="row">.*?<button/gs)).toHaveLength(4)
    expect(page.match(/<button disabled>Add to cart/g)).toHaveLength(1)
    expect(await visitor.see('/products?q=MUG')).toMatch(/Blue mug.*Red mug/s)
    expect(await visitor.see('/products?q=MUG')).not.toContain('Tea pot')
    expect(await visitor.see('/products?q="><script>')).not.toContain('"><script>')
    expect(await visitor.send('/cart', { product: 'blue-mug' })).toContain(
      'Blue mug is in your cart',
    )
    await visitor.send('/cart', { product: 'blue-mug' })
    await visitor.send('/cart', { product: 'tea-pot' })
    expect(await visitor.see('/cart')).toContain('<output aria-label="Total">€58.90</output>')
    expect(await visitor.send('/cart/remove', { product: 'tea-pot' })).toContain('€24.00')
    expect(await visit().see('/cart')).toContain('Your cart is empty')
    const soldOut = await visitor.post('/cart', new URLSearchParams({ product: 'tea-towel' }))
    expect(soldOut.status).toBe(409)
    expect(await visitor.send('/cart/empty', {})).toContain('Your cart is empty')
  })

  test('takes an order with a file, and gives an invoice for it to its buyer alone', async () => {
    const buyer = visit()
    await buyer.send('/cart', { product: 'red-mug' })
    expect(await buyer.see('/checkout')).toContain('€12.50')
    const form = formOf({ ...order, gift: 'yes' })
    form.set('file', new File(['PO 7'], 'order.txt'))
    const page = await (await buyer.post('/checkout', form)).text()
    const [, number = ''] = /Order (\d+) is on its way/.exec(page) ?? []
    for (const shown of [
      'Ada &lt;Lovelace&gt;',
      'Express',
      '2999-01-31',
      'Invoice',
      'order.txt (4 bytes)',
      '<dt>Gift wrap</dt><dd>yes</dd>',
      '1 × Red mug',
      '€12.50',
    ]) {
      expect(page).toContain(shown)
    }
    const invoice = await buyer.open(`/orders/${number}/invoice`)
    expect(invoice.headers.get('content-disposition')).toBe(
      `attachment; filename="invoice-${number}.txt"`,
    )
    expect(await invoice.text()).toContain('Total: €12.50')
    expect((await visit().open(`/orders/${number}/invoice`)).status).toBe(404)
    expect(await buyer.see('/checkout')).toContain('Your cart is empty')
  })

  test('says what an order lacks', async () => {
    const buyer = visit()
    await buyer.send('/cart', { product: 'red-mug' })
    const wrong = { ...order, street: ' ', date: '2001-01-01', payment: 'gold', terms: 'no' }
    const answer = await buyer.post('/checkout', formOf(wrong))
    expect(answer.status).toBe(422)
    const page = await answer.text()
    const told = [...page.matchAll(/<li>([^<]+)<\/li>/g)].map(([, fault]) => fault)
    expect(told).toEqual(['Street and number', 'Delivery date', 'Payment', 'Terms'])
  })

  test('shows the orders of who is signed in', async () => {
    const ada = visit()
    await ada.signIn(password)
    await ada.send('/cart', { product: 'tea-pot' })
    await ada.post('/checkout', formOf(order))
    const again = visit()
    expect(await again.signIn(password)).toMatch(/Order \d+<\/a>, €34.90/)
  })

  test('has no other pages, and takes no more than a form', async () => {
    const missing = await visit().open('/nowhere')
    expect([missing.status, await missing.text()]).toEqual([
      404,
      expect.stringContaining('<h1>Page not found</h1>'),
    ])
    expect((await visit().open('/orders/9999')).status).toBe(404)
    expect((await visit().post('/login', '{}')).status).toBe(415)
    expect((await visit().post('/login', 'x'.repeat(3 * 1024 * 1024))).status).toBe(413)
  })

  test('labels every field', async () => {
    const visitor = visit()
    await visitor.send('/cart', { product: 'blue-mug' })
    for (const path of ['/login', '/products', '/checkout']) {
      const page = await visitor.see(path)
      const fields = [...page.matchAll(/<(?:input|select|textarea)\b[^>]*>/g)].map(([tag]) => tag)
      const shown = fields.filter((tag) => !tag.includes('type="hidden"'))
      expect(shown.length).toBeGreaterThan(0)
      for (const tag of shown) {
        const id = /\bid="([^"]+)"/.exec(tag)?.[1]
        const isLabelled =
          id === undefined ? /<label[^>]*>$/.test(before(page, tag)) : page.includes(`for="${id}"`)
        expect([tag, isLabelled]).toEqual([tag, true])
      }
    }
  })
})
