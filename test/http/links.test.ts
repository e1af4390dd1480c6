import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { dataDir } from '../store/data-dir.ts'
import { as, asOperator, makeKey, withKeys } from '../support/keys.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { approval, asked, decided, refusal } from '../support/people.ts'
import { type Service, startService } from '../support/service.ts'
import { json, start } from '../support/sessions.ts'

interface Link {
  readonly url: string
  readonly expiresAt: string
}

const browser = { accept: 'text/html,application/xhtml+xml' }

/** An approval that waits, and a link to it. */
async function askWith(service: Service, given: object = {}, link: object = {}, name = 'release') {
  const { secret } = await makeKey(service, { name: 'ops', scopes: ['run', 'read', 'answer'] })
  const holder = as(service, secret)
  const sessionId = await start(holder, { name, steps: [approval('ok', given)] })
  const { interactionId } = await asked(holder, sessionId)
  const made = await json<Link>(holder.post(`/v1/interactions/${interactionId}/links`, link))
  const session = () =>
    json<{ status: string; steps: object[] }>(holder.get(`/v1/sessions/${sessionId}`))
  return { holder, session, interactionId, link: made }
}

/** Sends the form of a page as a browser does. */
const send = (
  service: Service,
  url: string,
  fields: Record<string, string>,
  origin = service.url,
) =>
  fetch(service.url + url, {
    method: 'POST',
    headers: { ...browser, origin },
    body: new URLSearchParams(fields),
  })

test('a link shows what is asked to whoever has it, and takes one answer, without a key', async () => {
  await using service = await startService(withKeys)
  const actor = 'ana@example.com'
  const { session, interactionId, link } = await askWith(service, {}, { actor })
  expect(link.url).toContain(`/v1/interactions/${interactionId}/link?token=al_`)
  const page = await service.get(link.url, browser)
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  const text = await page.text()
  expect(text).toContain('Deploy?')
  expect(text).toContain('Step “ok” of “release” asks')
  expect(text).not.toMatch(/<script|onclick|src=/)
  const policy = page.headers.get('content-security-policy') ?? ''
  expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'/)
  // With `no-referrer` a browser would not say where the form comes from, and it would be refused.
  expect(page.headers.get('referrer-policy')).toBe('same-origin')
  expect(page.headers.get('cache-control')).toBe('no-store')

  const fields = { decision: 'approve', note: 'go', output: '' }
  const elsewhere = await send(service, link.url, fields, 'https://evil.example')
  expect(await refusal(elsewhere)).toEqual([403, 'ORIGIN_NOT_ALLOWED'])
  const answered = await send(service, link.url, fields)
  expect([answered.status, await answered.text()]).toEqual([
    202,
    expect.stringContaining('It is approved.'),
  ])
  await expect.poll(async () => (await session()).status).toBe('completed')
  expect((await session()).steps).toMatchObject([
    { output: { decision: 'approved', by: actor, note: 'go' } },
  ])
  // The same again is answered as it was; anything else is not taken.
  expect((await send(service, link.url, fields)).status).toBe(202)
  const other = await send(service, link.url, { decision: 'reject' })
  expect([other.status, await other.text()]).toEqual([
    409,
    expect.stringContaining('INTERACTION_ANSWERED'),
  ])
  await expect.poll(async () => (await service.get(link.url, browser)).status).toBe(409)
})

test('a link takes JSON as well, and checks the answer', async () => {
  await using service = await startService(withKeys)
  const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
  const { session, interactionId, link } = await askWith(service, { schema })
  const page = await (await service.get(link.url, browser)).text()
  expect(page).toContain('name="output"')
  const unfit = await send(service, link.url, { decision: 'approve', output: '{"n":"x"}' })
  expect([unfit.status, await unfit.text()]).toEqual([400, expect.stringContaining('/output/n')])
  expect(await refusal(service.post(link.url, { decision: 'approve', output: {} }))).toEqual([
    400,
    'INVALID_VALUE',
  ])
  expect(await refusal(service.post(link.url, { decision: 'approve', actor: 'me' }))).toEqual([
    400,
    'UNKNOWN_FIELD',
  ])
  const answer = await service.post(link.url, { decision: 'approve', output: { n: 1 } })
  expect([answer.status, await json(answer)]).toMatchObject([
    202,
    { interactionId, decision: 'approve' },
  ])
  await expect.poll(async () => (await session()).status).toBe('completed')
  expect((await session()).steps).toMatchObject([{ output: { by: 'ops', answer: { n: 1 } } }])
})

test('a link that is used twice at once takes one answer', async () => {
  await using service = await startService(withKeys)
  const { session, link } = await askWith(service)
  const decisions = ['approve', 'reject', 'approve', 'reject']
  const answers = await Promise.all(
    decisions.map((decision) => service.post(link.url, { decision })),
  )
  const taken = decisions.filter((_, index) => answers[index]?.status === 202)
  expect(new Set(taken).size).toBe(1)
  expect(taken).toHaveLength(2)
  const refused = answers.filter(({ status }) => status !== 202)
  for (const answer of refused) expect(await refusal(answer)).toEqual([409, 'INTERACTION_ANSWERED'])
  const status = taken[0] === 'approve' ? 'completed' : 'failed'
  await expect.poll(async () => (await session()).status).toBe(status)
})

test('a link that was changed, or is for another interaction, opens nothing', async () => {
  await using service = await startService(withKeys)
  const { link, interactionId, session } = await askWith(service)
  const other = await askWith(service)
  const [path = '', token = ''] = link.url.split('?token=')
  const [payload = '', signature = ''] = token.slice(3).split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown[]
  const forged = Buffer.from(JSON.stringify([...claims.slice(0, 4), 9e15])).toString('base64url')
  const tampered = [
    '',
    'al_',
    'nonsense',
    token.slice(0, -2),
    `al_${forged}.${signature}`,
    `tk_${payload}.${signature}`,
    other.link.url.split('?token=')[1] ?? '',
  ]
  for (const each of tampered) {
    const url = `${path}?token=${each}`
    expect([each, ...(await refusal(service.get(url)))]).toEqual([each, 404, 'LINK_NOT_FOUND'])
    const answer = service.post(url, { decision: 'approve' })
    expect([each, ...(await refusal(answer))]).toEqual([each, 404, 'LINK_NOT_FOUND'])
    const page = await service.get(url, browser)
    expect([page.status, await page.text()]).toEqual([404, expect.stringContaining('<h1>')])
  }
  // It is no key to anything else.
  const elsewhere = [`/v1/interactions/${interactionId}?token=${token}`, '/v1/interactions']
  for (const url of elsewhere) expect((await service.get(url)).status).toBe(401)
  const asKey = { authorization: `Bearer ${token}` }
  expect((await service.get(`/v1/interactions/${interactionId}`, asKey)).status).toBe(401)
  expect((await session()).status).toBe('waiting')
})

test('a link expires, by itself or with what it asks', async () => {
  const clock = new ManualClock()
  await using service = await startService(withKeys, { clock })
  const { holder, link, interactionId } = await askWith(service, {}, { expiresIn: '10m' })
  expect(Date.parse(link.expiresAt)).toBeLessThanOrEqual(clock.now() + 600_000)
  for (const expiresIn of ['0s', '91d', 'soon']) {
    const refused = await holder.post(`/v1/interactions/${interactionId}/links`, { expiresIn })
    expect([expiresIn, refused.status]).toEqual([expiresIn, 400])
  }
  clock.advance(600_001)
  expect(await refusal(service.get(link.url))).toEqual([410, 'LINK_EXPIRED'])
  const page = await send(service, link.url, { decision: 'approve' })
  expect([page.status, await page.text()]).toEqual([410, expect.stringContaining('LINK_EXPIRED')])
  const later = await json<Link>(holder.post(`/v1/interactions/${interactionId}/links`))
  await decided(holder, interactionId, { decision: 'reject' })
  expect(await refusal(service.post(later.url, { decision: 'approve' }))).toEqual([
    409,
    'INTERACTION_ANSWERED',
  ])
})

test('a link is as good as the key that it was made with', async () => {
  const clock = new ManualClock()
  const DATA_DIR = dataDir()
  const service = await startService({ ...withKeys, DATA_DIR }, { clock })
  const operator = asOperator(service)
  const linkBy = async (key: object, link: object = {}) => {
    const made = await makeKey(service, { scopes: ['run', 'read', 'answer'], ...key })
    const holder = as(service, made.secret)
    const sessionId = await start(holder, { steps: [approval('ok')] })
    const { interactionId } = await asked(holder, sessionId)
    const given = await json<Link>(holder.post(`/v1/interactions/${interactionId}/links`, link))
    return { ...made, ...given, interactionId, ends: made.expiresAt, until: given.expiresAt }
  }
  const revoked = await linkBy({ name: 'revoked', tenant: 'acme' })
  const expiring = await linkBy({ expiresIn: '1h' }, { expiresIn: '2d' })
  expect(expiring.until).toBe(expiring.ends)
  const rotated = await linkBy({})
  const path = `/v1/interactions/${rotated.interactionId}/links`
  const ofSetting = await json<Link>(operator.post(path))

  await operator.post(`/v1/keys/${rotated.keyId}/rotate`)
  expect((await service.get(rotated.url, browser)).status).toBe(200)
  await operator.send('DELETE', `/v1/keys/${revoked.keyId}?tenant=acme`)
  expect(await refusal(service.get(revoked.url))).toEqual([410, 'LINK_EXPIRED'])
  const answer = await send(service, revoked.url, { decision: 'approve' })
  expect([answer.status, await answer.text()]).toEqual([
    410,
    expect.stringContaining('opens nothing'),
  ])
  expect((await service.get(expiring.url)).status).toBe(200)
  clock.advance(3_600_001)
  expect(await refusal(service.post(expiring.url, { decision: 'approve' }))).toEqual([
    410,
    'LINK_EXPIRED',
  ])
  expect((await service.get(ofSetting.url)).status).toBe(200)
  await service[Symbol.asyncDispose]()

  // A key of the settings is revoked by another secret, or by leaving it out.
  const replaced = { API_KEYS: 'ops:another-0123456789abcdef', DATA_DIR }
  await using after = await startService(replaced, { clock })
  expect(await refusal(after.get(ofSetting.url))).toEqual([404, 'LINK_NOT_FOUND'])
  expect((await after.get(rotated.url)).status).toBe(200)
})

test('a link that was made where no key was needed is good as long as none is', async () => {
  const DATA_DIR = dataDir()
  const open = await startService({ DATA_DIR })
  const sessionId = await start(open, { steps: [approval('ok')] })
  const { interactionId } = await asked(open, sessionId)
  const { url } = await json<Link>(open.post(`/v1/interactions/${interactionId}/links`))
  expect((await open.get(url)).status).toBe(200)
  await open[Symbol.asyncDispose]()
  await using closed = await startService({ ...withKeys, DATA_DIR })
  expect(await refusal(closed.get(url))).toEqual([410, 'LINK_EXPIRED'])
})

test('a link works for whomever it is, however their name is written', async () => {
  await using service = await startService(withKeys)
  const actor = '\u0001'.repeat(200)
  const { secret } = await makeKey(service, { name: actor, scopes: ['run', 'read', 'answer'] })
  const holder = as(service, secret)
  const sessionId = await start(holder, { steps: [approval('ok')] })
  const { interactionId } = await asked(holder, sessionId)
  const links = `/v1/interactions/${interactionId}/links`
  const { url } = await json<Link>(holder.post(links, { actor }))
  expect((await service.get(url)).status).toBe(200)
})

test('a link is made for those who may answer, by those who may, and for approvals alone', async () => {
  await using service = await startService(withKeys)
  const given = { approvers: ['ana'] }
  const { holder, interactionId, link } = await askWith(service, given, { actor: 'ana' })
  expect(link.url).toContain('token=')
  const links = `/v1/interactions/${interactionId}/links`
  for (const body of [{}, { actor: 'bob' }]) {
    expect(await refusal(holder.post(links, body))).toEqual([403, 'NOT_AN_APPROVER'])
  }
  const reader = as(service, (await makeKey(service, { scopes: ['read'] })).secret)
  expect(await refusal(reader.post(links, { actor: 'ana' }))).toEqual([403, 'FORBIDDEN'])
  const steps = [{ id: 's', uses: 'signal', with: { name: 'go' } }]
  const signalling = await asked(holder, await start(holder, { steps }))
  const other = holder.post(`/v1/interactions/${signalling.interactionId}/links`)
  expect(await refusal(other)).toEqual([409, 'INTERACTION_MISMATCH'])
  expect((await service.post(link.url, { decision: 'approve' })).status).toBe(202)
})

test('a link leads to what its tenant has', async () => {
  await using service = await startService(withKeys)
  const key = { name: 'ops', tenant: 'acme', scopes: ['run', 'read', 'answer', 'admin'] }
  const acme = as(service, (await makeKey(service, key)).secret)
  const sessionId = await start(acme, { steps: [approval('ok')] })
  const { interactionId } = await asked(acme, sessionId)
  const { url } = await json<Link>(acme.post(`/v1/interactions/${interactionId}/links`))
  expect((await service.get(url, browser)).status).toBe(200)
  expect((await service.post(url, { decision: 'approve' })).status).toBe(202)
  const entries = async () =>
    (await json<{ entries: object[] }>(acme.get('/v1/audit?action=interaction.answer'))).entries
  await expect.poll(entries).toMatchObject([{ actor: 'anonymous', person: 'ops', tenant: 'acme' }])
})

test('a page shows texts as texts', async () => {
  await using service = await startService(withKeys)
  const evil = `</pre><script>alert("1")</script>'&`
  const schema = { title: '</pre><b>' }
  const { link } = await askWith(service, { prompt: evil, schema }, {}, '<i>name</i>')
  const page = await (await service.get(link.url, browser)).text()
  expect(page).not.toMatch(/<script|<b>|<i>/)
  expect(page).toContain('&lt;/pre&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;')
})

test('a link is in no log, and who answered by it is in the audit log', async () => {
  const lines: string[] = []
  const logDestination = new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const settings = { ...withKeys, LOG_LEVEL: 'trace' }
  await using service = await startService(settings, { logDestination })
  const { link, interactionId } = await askWith(service, {}, { actor: 'ana' })
  await service.get(link.url, browser)
  await service.get(`${link.url}x`)
  await service.post(link.url, 'no json')
  await send(service, link.url, { decision: 'approve', note: 'fine' })
  const token = link.url.split('?token=')[1] ?? ''
  expect(lines.join('')).toContain(`/v1/interactions/${interactionId}/link`)
  expect(lines.join('')).not.toContain(token.slice(0, 20))
  const entries = async () =>
    (
      await json<{ entries: object[] }>(
        asOperator(service).get('/v1/audit?action=interaction.answer'),
      )
    ).entries
  await expect.poll(async () => (await entries()).length).toBeGreaterThan(0)
  expect(await entries()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        actor: 'anonymous',
        person: 'ana',
        reason: 'fine',
        target: { interaction: interactionId },
      }),
    ]),
  )
})
