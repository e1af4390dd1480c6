import { createSocket } from 'node:dgram'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startEgress } from '../../../src/modules/browser/egress.ts'
import type { BrowserNote, BrowserOptions } from '../../../src/modules/browser/types.ts'
import { createOutbound } from '../../../src/modules/outbound/index.ts'
import type { ResolvedAddress } from '../../../src/modules/outbound/types.ts'
import { notesOf, testBrowsers } from '../../support/browser.ts'
import { startServer } from '../../support/local-server.ts'

/** Everything that a page can send with; the test's server answers under /redirect with a redirect to the other host. */
const hostilePage = (there: string, here: string) => `
  <link rel="prefetch" href="${there}/prefetch">
  <img src="${there}/img"><img src="${here}/redirect/img">
  <a id="ping" ping="${there}/ping" href="#here">ping</a>
  <script>
    const done = []
    const tried = (name) => () => done.push(name)
    fetch('${there}/fetch', { mode: 'no-cors' }).then(tried('fetch'), tried('fetch'))
    navigator.sendBeacon('${there}/beacon', 'x')
    const events = new EventSource('${there}/events')
    events.onerror = () => { events.close(); done.push('events') }
    const worker = new Worker(URL.createObjectURL(new Blob([\`
      fetch('${there}/worker', { mode: 'no-cors' }).finally(() => postMessage('done'))
    \`])))
    worker.onmessage = tried('worker')
    const socket = new WebSocket('${there.replace('http', 'ws')}/socket')
    socket.onclose = tried('socket')
    document.getElementById('ping').click()
    open('${there}/popup')
    const frame = document.createElement('iframe')
    frame.onload = tried('frame')
    frame.src = '${here}/redirect/frame'
    document.body.append(frame)
  </script>`

const channels = ['fetch', 'events', 'worker', 'socket', 'frame']

/** A server on 127.0.0.1 whose pages try to reach one on 127.0.0.2. */
async function setUp(options: BrowserOptions, guard: Parameters<typeof testBrowsers>[0] = {}) {
  const forbidden = await startServer((_, response) => response.end('leaked'), '127.0.0.2')
  const site = await startServer((request, response) => {
    if (request.path.startsWith('/redirect')) {
      response.writeHead(302, { location: `${forbidden.url}${request.path}` }).end()
    } else {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end(request.path === '/hostile' ? hostilePage(forbidden.url, site.url) : '<p>Hi')
    }
  })
  const all = await testBrowsers(guard)
  onTestFinished(async () => {
    await all[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
    await forbidden[Symbol.asyncDispose]()
  })
  const session = await all.open('ses_1', options)
  return { ...all, session, notes: notesOf(session), site, forbidden }
}

const blocked = (notes: readonly BrowserNote[]) =>
  notes.flatMap((note) => (note.kind === 'blocked' ? [note] : []))

describe('the way out of the browser', () => {
  test('is open to what the allow-list names, and to nothing else, by whatever a page tries', async () => {
    const { session, notes, site, forbidden } = await setUp({ allow: ['127.0.0.1'] })
    const page = await session.page()
    expect((await page.goto(`${site.url}/hostile`))?.status()).toBe(200)
    await expect.poll(() => page.evaluate('done')).toEqual(expect.arrayContaining([...channels]))
    await expect.poll(() => blocked(notes).length).toBeGreaterThanOrEqual(10)
    expect(blocked(notes)).toContainEqual({
      kind: 'blocked',
      url: `${forbidden.url}/img`,
      reason: "127.0.0.2 is not in the workflow's browser.allow",
    })
    const tried = new Set(blocked(notes).map(({ url }) => new URL(url).pathname))
    // A ping may be held back by the browser itself; of the WebSocket's tunnel the path is unknown.
    for (const path of ['fetch', 'beacon', 'events', 'worker', 'popup', 'img', 'prefetch']) {
      expect(tried).toContain(`/${path}`)
    }
    expect(tried).toContain('/')
    expect(tried).toContain('/redirect/img')
    expect(tried).toContain('/redirect/frame')
    expect(forbidden.received).toEqual([])
    expect(forbidden.connections()).toBe(0)
  })

  test('lets the same page reach everything where it may, so that the test above can fail', async () => {
    const { session, notes, site, forbidden } = await setUp({})
    await (await session.page()).goto(`${site.url}/hostile`)
    const heard = () => new Set(forbidden.received.map(({ path }) => path))
    const all = ['fetch', 'beacon', 'events', 'worker', 'popup', 'img', 'redirect/frame', 'ping']
    for (const path of all) await expect.poll(() => [...heard()]).toContain(`/${path}`)
    expect(blocked(notes)).toEqual([])
  })

  test('is closed to a redirect of the page itself, which then shows why', async () => {
    const { session, notes, site, forbidden } = await setUp({ allow: ['127.0.0.1'] })
    const page = await session.page()
    const response = await page.goto(`${site.url}/redirect`)
    expect(response?.status()).toBe(403)
    expect(await response?.text()).toContain('127.0.0.2 is not in')
    expect(notes).toContainEqual({
      kind: 'navigated',
      url: `${forbidden.url}/redirect`,
      status: 403,
    })
    expect(forbidden.connections()).toBe(0)
  })

  test('is closed to private addresses and to those of metadata services, as for every request', async () => {
    const guard = { guard: { allowPrivate: false } }
    const { session, notes, site } = await setUp({}, guard)
    const page = await session.page()
    for (const url of [site.url, 'http://169.254.169.254/latest', 'http://localhost:8080/']) {
      expect((await page.goto(url))?.status()).toBe(403)
    }
    // A Chromium with a window, had it one, asks for icons too.
    expect([...new Set(blocked(notes).map(({ reason }) => reason))]).toEqual([
      '127.0.0.1 is not a public address (loopback)',
      '169.254.169.254 is a cloud metadata address',
      expect.stringMatching(/^localhost \(.+\) is not a public address \(loopback\)$/),
    ])
    expect(site.connections()).toBe(0)
  })

  test('refuses metadata addresses also where private ones are open', async () => {
    const { session } = await setUp({})
    const response = await (await session.page()).goto('http://169.254.169.254/')
    expect(response?.status()).toBe(403)
  })

  test('is not gone round by WebRTC', async () => {
    const { session } = await setUp({})
    const stun = createSocket('udp4')
    let packets = 0
    stun.on('message', () => {
      packets += 1
    })
    await new Promise<void>((resolve) => stun.bind(0, '127.0.0.1', resolve))
    onTestFinished(() => void stun.close())
    const candidates = await (await session.page()).evaluate(`(async () => {
      const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:${stun.address().port}' }] })
      const found = []
      peer.onicecandidate = ({ candidate }) => candidate && found.push(candidate.candidate)
      peer.createDataChannel('x')
      await peer.setLocalDescription()
      await new Promise((resolve) => {
        peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && resolve()
      })
      return found
    })()`)
    expect(candidates).toEqual([])
    expect(packets).toBe(0)
  })

  test('lets WebSockets through to who may be reached', async () => {
    const { session, forbidden } = await setUp({})
    const page = await session.page()
    const url = `${forbidden.url.replace('http', 'ws')}/socket`
    await page.evaluate(`new Promise((resolve) => {
      new WebSocket('${url}').onclose = resolve
    })`)
    expect(forbidden.connections()).toBe(1)
  })

  test('says that a host was not found as a page of 502', async () => {
    const { session } = await setUp({}, { guard: { resolve: async () => [] } })
    const response = await (await session.page()).goto('http://nowhere.example/')
    expect(response?.status()).toBe(502)
    expect(await response?.text()).toContain('nowhere.example has no address')
  })
})

describe('the proxy', () => {
  async function start(options: Partial<Parameters<typeof createOutbound>[0]> = {}) {
    const site = await startServer((_, response) => response.end('hello'))
    const outbound = createOutbound({
      allowPrivate: true,
      allow: [],
      requestTimeoutMs: 5000,
      connectTimeoutMs: 5000,
      ...options,
    })
    const egress = await startEgress(outbound)
    onTestFinished(async () => {
      await egress.close()
      await outbound.close()
      await site[Symbol.asyncDispose]()
    })
    return { site, egress }
  }

  const get = (proxy: string, url: string, credentials?: string) =>
    new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const { hostname, port } = new URL(proxy)
      const headers =
        credentials === undefined
          ? {}
          : { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }
      httpRequest({ hostname, port, path: url, headers }, (response) => {
        let body = ''
        response.on('data', (chunk) => {
          body += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode, body }))
      })
        .on('error', reject)
        .end()
    })

  test('wants credentials, also for a tunnel, and takes those of open contexts only', async () => {
    const { site, egress } = await start()
    const gate = egress.admit({ onBlocked: () => {} })
    const own = `${gate.username}:${gate.password}`
    expect(await get(egress.url, site.url)).toMatchObject({ status: 407 })
    expect(await get(egress.url, site.url, `${gate.username}:guess`)).toMatchObject({ status: 407 })
    expect(await get(egress.url, site.url, own)).toEqual({ status: 200, body: 'hello' })
    expect(await tunnel(egress.url, `127.0.0.1:${site.port}`)).toContain(' 407 ')
    gate.close()
    expect(await get(egress.url, site.url, own)).toMatchObject({ status: 407 })
    expect(site.received).toHaveLength(1)
    expect(site.received[0]?.headers).not.toHaveProperty('proxy-authorization')
  })

  test('connects to the address it has checked, whatever the name is said to be later', async () => {
    const answers: ResolvedAddress[] = [
      { address: '127.0.0.1', family: 4 },
      { address: '169.254.169.254', family: 4 },
    ]
    let asked = 0
    const { site, egress } = await start({
      resolve: async () => [answers[asked++] ?? { address: '127.0.0.9', family: 4 }],
    })
    const { username, password } = egress.admit({ onBlocked: () => {} })
    const url = `http://rebind.example:${site.port}/`
    const own = `${username}:${password}`
    expect(await get(egress.url, url, own)).toEqual({ status: 200, body: 'hello' })
    expect(asked).toBe(1)
    expect(await get(egress.url, url, own)).toMatchObject({ status: 403 })
    expect(asked).toBe(2)
  })

  test('knows hosts below a domain, and not the domain itself', async () => {
    const { egress, site } = await start({
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    })
    const reasons: string[] = []
    const { username, password } = egress.admit({
      allow: ['*.example.com', 'SHOP.test'],
      onBlocked: (url, reason) => reasons.push(`${url} ${reason}`),
    })
    const statusOf = async (host: string) =>
      (await get(egress.url, `http://${host}:${site.port}/a?key=1`, `${username}:${password}`))
        .status
    expect(await statusOf('www.example.com')).toBe(200)
    expect(await statusOf('a.b.EXAMPLE.com')).toBe(200)
    expect(await statusOf('shop.test.')).toBe(200)
    expect(await statusOf('example.com')).toBe(403)
    expect(await statusOf('notexample.com')).toBe(403)
    expect(reasons[0]).toBe(
      `http://example.com:${site.port}/a example.com is not in the workflow's browser.allow`,
    )
  })
})

/** The first line that is answered to a CONNECT. */
function tunnel(proxy: string, target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(proxy).port), '127.0.0.1', () =>
      socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`),
    )
    socket.once('data', (data) => {
      socket.destroy()
      resolve(String(data).split('\r\n')[0] ?? '')
    })
    socket.once('error', reject)
  })
}
