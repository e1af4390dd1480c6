import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
// @ts-expect-error An example is plain JavaScript, for people to read and run.
import { createShopSite } from '../../examples/shop-site.mjs'
import { type Service, startService } from '../support/service.ts'
import { json } from '../support/sessions.ts'
import { type ExampleRun, runExample } from './run-example.ts'

const password = 'only the shop and the service know'

interface View {
  readonly variables: Record<string, unknown>
}

interface Artifacts {
  readonly artifacts: readonly { readonly id: string; readonly contentType: string }[]
}

let server: Server
let shop: string
let service: Service

beforeAll(async () => {
  server = createShopSite({ password })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  shop = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  service = await startService({
    SECRET_SHOP_PASSWORD: password,
    SECRET_ORIGINS: `SHOP_PASSWORD=${shop}`,
  })
}, 60_000)

afterAll(async () => {
  await service?.[Symbol.asyncDispose]()
  server.close()
  server.closeAllConnections()
})

function sessionOf({ events }: ExampleRun): string {
  return `/v1/sessions/${events[0]?.sessionId}`
}

describe('the examples for a browser', () => {
  test('login-and-check.yaml signs in, and tells the password to nobody', async () => {
    const run = await runExample(service, 'login-and-check.yaml', { shop })

    expect([run.status, failures(run)]).toEqual(['completed', []])
    expect(Object.values(run.steps)).toEqual(Array(5).fill('completed'))
    expect(JSON.stringify(run.events)).not.toContain(password)
    const view = await service.get(sessionOf(run))
    expect(await view.text()).not.toContain(password)
  })

  test('checkout-form.yaml buys a mug, remembers its price, and keeps a picture', async () => {
    const inputs = { shop, name: 'Grace Hopper', delivery: 'Pick up in the shop' }

    const run = await runExample(service, 'checkout-form.yaml', inputs)

    expect([run.status, failures(run)]).toEqual(['completed', []])
    const { variables } = await json<View>(service.get(sessionOf(run)))
    expect(variables).toEqual({ total: '€12.00' })
    const { artifacts } = await json<Artifacts>(service.get(`${sessionOf(run)}/artifacts`))
    const pictures = artifacts.filter(({ contentType }) => contentType.startsWith('image/'))
    expect(pictures.length).toBeGreaterThan(0)
    const picture = await service.get(`/v1/artifacts/${pictures[0]?.id}`)
    expect([picture.status, (await picture.bytes()).byteLength > 1000]).toEqual([200, true])
  })
})

/** What went wrong, so that a failing test says so. */
function failures({ events }: ExampleRun): unknown[] {
  return events.flatMap(({ type, data }) => (type === 'step.failed' ? [data] : []))
}
