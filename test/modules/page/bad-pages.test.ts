import { describe, expect, test } from 'vitest'
import { useSite } from './site.ts'

const many = Array.from(
  { length: 5000 },
  (_, at) =>
    `<li>Item ${at} <button onclick="document.title = 'bought ${at}'">Buy ${at}</button><b>x</b></li>`,
).join('')

const site = useSite({
  '/loop': `<button onclick="for (let at = 0; at < 30; at += 1) alert('again ' + at); document.title = 'over'">Alerts</button>`,
  '/frames': (request, response) => {
    const other = `http://localhost:${request.headers.host?.split(':')[1]}`
    response.setHeader('content-type', 'text/html')
    response.end(
      `<h1>Outer</h1><iframe src="/middle" width="500" height="200"></iframe><iframe src="${other}/inner?far" width="500" height="100"></iframe>`,
    )
  },
  '/middle':
    '<button onclick="top.document.title = \'middle\'">In the middle</button><iframe src="/inner?near" width="300" height="100"></iframe>',
  '/inner': `<label>Card <input id="card"></label><button onclick="this.textContent = 'Paid'">Pay</button>`,
  '/shadow': `<x-card></x-card><script>
    customElements.define('x-card', class extends HTMLElement {
      connectedCallback() {
        this.attachShadow({ mode: 'open' }).innerHTML = '<label>Name <input></label><button>Send</button>'
        this.shadowRoot.querySelector('button').onclick = () => { document.title = this.shadowRoot.querySelector('input').value }
      }
    })</script>`,
  '/banner': `<button style="position:fixed;left:10px;bottom:10px" onclick="document.title = 'bought'">Buy</button>
    <div id="cookies" style="position:fixed;inset:0;background:#fff"><p>We use cookies</p><button onclick="cookies.remove()">Accept all</button></div>`,
  '/half': `<button style="position:absolute;left:0;top:0;width:200px;height:40px" onclick="document.title = 'half'">Wide button</button>
    <div style="position:absolute;left:0;top:0;width:150px;height:60px;background:#eee">Ad</div>`,
  '/fading': `<button onclick="document.title = 'through'">Go</button><div id="veil" style="position:fixed;inset:0"></div>
    <script>setTimeout(() => veil.remove(), 900)</script>`,
  '/spinner': `<button onclick="document.title = 'polled'; fetch('/never')">Poll</button><img src="/never.png" alt="Spinner">`,
  '/never': () => undefined,
  '/never.png': () => undefined,
  '/quick': (_, response) => setTimeout(() => response.end('answer'), 400),
  '/loads': `<button onclick="fetch('/quick').then((r) => r.text()).then((text) => { document.title = text })">Load</button>`,
  '/many': `<ul>${many}</ul>`,
  '/huge': `<style>p { content-visibility: auto; contain-intrinsic-size: auto 20px }</style>
    <button onclick="document.title = 'gone'">Go</button><label>Email <input></label>
    ${`<p>${'lorem ipsum dolor '.repeat(300)}</p>`.repeat(1200)}
    <script type="application/json">"${'x'.repeat(44_000_000)}"</script>`,
  '/injected': `<h1>Shop</h1>
    <p style="font-size:0">IGNORE size</p><p style="position:absolute;left:-9999px">IGNORE left</p>
    <p aria-hidden="true">IGNORE aria</p><p style="width:1px;height:1px;overflow:hidden">IGNORE pixel</p>
    <p style="display:none">IGNORE display</p><p style="visibility:hidden">IGNORE visibility</p><!-- IGNORE comment --><p>Honest text</p>`,
  '/crash': `<button>Crash</button>`,
  '/closes': `<button onclick="window.close()">Close me</button><button onclick="setTimeout(() => window.close(), 200)">Close later</button>`,
  '/opener': `<a href="/closes" target="_blank" rel="opener">Open it</a>`,
  '/reveal': `<label>Password <input id="pass" type="password" value="topsecret99"></label>
    <label>Card <input autocomplete="cc-number" value="4111111111111111"></label>
    <label>Name <input value="Ada"></label>
    <button onclick="pass.type = 'text'">Show password</button>`,
  '/deep': `${'<div>'.repeat(1500)}<button onclick="document.title = 'deep'">Deep</button>`,
})

const title = () => site.look<string>('document.title')

test('a loop of dialogs ends, and the click is done', async () => {
  await site.open('/loop')
  await site.act({ do: 'click', target: 'Alerts' })
  expect(await title()).toBe('over')
  expect(site.session.notes).toHaveLength(30)
})

test('frames are seen, nested ones and those of another origin', async () => {
  await site.open('/frames')
  await site.act({ do: 'click', target: 'In the middle' })
  expect(await title()).toBe('middle')
  const asked: string[] = []
  const secret = (_: string, origin: string) => {
    asked.push(origin)
    return 'in-a-frame'
  }
  const both = await site.fail({ do: 'fill', target: 'Card', text: 'x' })
  expect(both.code).toBe('TARGET_AMBIGUOUS')
  await site.act({ do: 'fill', target: { name: 'Card', nth: 2 }, secret: 'card' }, { secret })
  expect(asked).toEqual([site.url.replace('127.0.0.1', 'localhost')])
  const done = await site.act({ do: 'click', target: { name: 'Pay', nth: 1 } })
  expect(done.target?.code).toContain('contentFrame()')
  const seen = await site.observe()
  expect(seen.rendered).toContain('button "Paid"')
  expect(seen.rendered).not.toContain('in-a-frame')
})

test('open shadow roots are as good as any part of the page', async () => {
  await site.open('/shadow')
  await site.act({ do: 'fill', target: 'Name', text: 'Ada' })
  await site.act({ do: 'click', target: 'Send' })
  expect(await title()).toBe('Ada')
})

describe('a covered button', () => {
  test('is not pressed, and the failure names what lies over it', async () => {
    await site.open('/banner')
    const error = await site.fail({ do: 'click', target: 'Buy' })
    expect(error.code).toBe('TARGET_COVERED')
    expect(error.message).toContain('<div id="cookies"')
    await site.act({ do: 'click', target: 'Accept all' })
    await site.act({ do: 'click', target: 'Buy' })
    expect(await title()).toBe('bought')
  })

  test('is pressed where it is free', async () => {
    await site.open('/half')
    await site.act({ do: 'click', target: 'Wide button' })
    expect(await title()).toBe('half')
  })

  test('is waited for', async () => {
    await site.open('/fading')
    await site.act({ do: 'click', target: 'Go' })
    expect(await title()).toBe('through')
  })
})

test('an endless poll and an endless picture do not hold a step up', async () => {
  const startedAt = performance.now()
  await site.open('/spinner')
  await site.act({ do: 'click', target: 'Poll' })
  expect(await title()).toBe('polled')
  // Without a limit it never ends; the limits are 5 s and 2 s.
  expect(performance.now() - startedAt).toBeLessThan(20_000)
})

test('what a click fetches is there when it is done', async () => {
  await site.open('/loads')
  await site.act({ do: 'click', target: 'Load' })
  expect(await title()).toBe('answer')
})

test('a page of 20,000 nodes is acted on and rendered within its budget', async () => {
  await site.open('/many')
  await site.act({ do: 'click', target: 'Buy 4321' })
  expect(await title()).toBe('bought 4321')
  const seen = await site.observe(10_000)
  expect(seen.truncated).toBe(true)
  expect(seen.rendered.length).toBeLessThanOrEqual(10_000)
  expect(seen.rendered).toContain('button "Buy 0"')
  expect(seen.rendered).toMatch(/\[cut: \d+ of \d+ lines/)
}, 120_000)

test('a page of 50 MB is acted on, and its controls are observed', async () => {
  await site.open('/huge')
  await site.act({ do: 'click', target: 'Go' })
  expect(await title()).toBe('gone')
  const done = await site.act({ do: 'fill', target: 'Email', text: 'x' })
  expect(done).toMatchObject({ evidence: 'the field holds "x"', target: { role: 'textbox' } })
  const seen = await site.observe()
  expect(seen.rendered).toContain('button "Go" [ref=')
  expect(seen.rendered.length).toBeLessThanOrEqual(40_000)
}, 120_000)

test('hidden texts are dropped from what is rendered', async () => {
  await site.open('/injected')
  const seen = await site.observe()
  expect(seen.rendered).toContain('Honest text')
  expect(seen.rendered).not.toContain('IGNORE')
  expect(JSON.stringify(seen.nodes)).not.toContain('IGNORE')
})

test('a page that crashes while it is acted on is lost', async () => {
  await site.open('/crash')
  const page = await site.session.page()
  const acting = site.fail({ do: 'waitFor', text: 'Never' }, { patienceMs: 20_000 })
  const cdp = await page.context().newCDPSession(page)
  // The answer never comes: who would give it has crashed.
  cdp.send('Page.crash').catch(() => undefined)
  expect(await acting).toMatchObject({ code: 'BROWSER_LOST' })
})

test('a tab that closes by a click is done with; one that closes meanwhile is lost', async () => {
  await site.open('/opener')
  await site.act({ do: 'click', target: 'Open it' })
  const done = await site.act({ do: 'click', target: 'Close me' })
  expect(done.evidence).toBe('the tab closed')
  await site.act({ do: 'click', target: 'Open it' })
  const page = await site.session.page()
  const acting = site.fail({ do: 'click', target: 'Nothing of that name' }, { patienceMs: 20_000 })
  await page.close()
  expect(await acting).toMatchObject({
    code: 'BROWSER_LOST',
    message: 'The tab was closed while it was acted on.',
  })
})

test('what is stopped stops at once', async () => {
  await site.open('/crash')
  const stop = new AbortController()
  const acting = site.act(
    { do: 'click', target: 'Nothing' },
    { signal: stop.signal, patienceMs: 60_000 },
  )
  const reason = new Error('stopped')
  stop.abort(reason)
  await expect(acting).rejects.toBe(reason)
})

test('passwords and cards are blank, also when a button reveals them', async () => {
  await site.open('/reveal')
  const before = await site.observe()
  expect(before.rendered).toContain('textbox "Password" [ref=')
  expect(before.redactions).toBeGreaterThanOrEqual(2)
  await site.act({ do: 'click', target: 'Show password' })
  expect(await site.look('pass.type')).toBe('text')
  const after = await site.observe()
  for (const seen of [before, after]) {
    expect(JSON.stringify(seen)).not.toContain('topsecret99')
    expect(JSON.stringify(seen)).not.toContain('4111')
    expect(seen.rendered).toContain('"Ada"')
  }
  const got = await site.act({
    do: 'extract',
    target: { name: 'Password', role: 'textbox' },
    what: 'value',
  })
  expect(got.output).toBe('[secret]')
  const claim = await site.fail({
    do: 'assert',
    target: { name: 'Password', role: 'textbox' },
    that: 'value',
    expected: 'x',
    timeout: 0,
  })
  expect(claim.message).toContain('its value is "[secret]"')
})

test('a page nested deeper than any person would is acted on', async () => {
  await site.open('/deep')
  await site.act({ do: 'click', target: 'Deep' })
  expect(await title()).toBe('deep')
})

test('an equal page has an equal fingerprint, and another one has not', async () => {
  await site.open('/reveal')
  const { fingerprint } = await site.observe()
  expect((await site.observe()).fingerprint).toBe(fingerprint)
  await site.act({ do: 'fill', target: 'Name', text: 'Bob' })
  expect((await site.observe()).fingerprint).not.toBe(fingerprint)
})
