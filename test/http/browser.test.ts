import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LoggedEvent } from '../../src/session/events.ts'
import { browserSettings } from '../support/browser.ts'
import { follow } from '../support/follow.ts'
import { type LocalServer, startServer } from '../support/local-server.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, lastOf, start, until } from '../support/sessions.ts'

const password = 'Tr0ub4dor&3-nobody-else'

const pages: Readonly<Record<string, string>> = {
  '/login': `<title>Sign in</title><form action="/home" method="post">
    <label>Email <input name="email"></label>
    <label>Password <input name="password" type="password"></label>
    <button>Sign in</button></form>`,
  '/home':
    '<title>Home</title><h1>Welcome, Ada</h1><p>Balance <output aria-label="Balance">12.50</output></p>',
  '/two': '<title>Two</title><button>Save</button><button>Save</button>',
  '/file':
    '<title>File</title><a href="/report.csv" download="../../re port.csv">Get the report</a>',
  '/ask': `<title>Ask</title><button onclick="document.title = confirm('Sure?') ? 'yes' : 'no'">Delete</button>`,
  '/other': '<title>Other</title><a href="/login">Login page</a>',
  '/away': '<title>Away</title><img src="http://169.254.169.254/latest/meta-data">',
  '/still': '<title>Still</title><p>nothing more</p>',
}

let site: LocalServer
let service: Service
/** What the service has warned of, but for the sandbox that Chromium has not everywhere. */
const warnings: string[] = []

beforeAll(async () => {
  site = await startServer(({ path }, response) => {
    const [file = ''] = path.split('?')
    if (file === '/report.csv') {
      response.writeHead(200, { 'content-type': 'text/csv' }).end('a,b\n1,2\n')
      return
    }
    const page = pages[file]
    response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html' })
    response.end(page ?? 'not here')
  })
  const settings = {
    ...(await browserSettings()),
    LOG_LEVEL: 'warn',
    SECRET_PASSWORD: password,
    SECRET_UNBOUND: 'some other secret',
    SECRET_ELSEWHERE: 'for another page',
    SECRET_ORIGINS: `PASSWORD=${site.url},ELSEWHERE=https://elsewhere.example`,
  }
  const write = (line: string) => void (line.includes('sandbox') || warnings.push(line))
  service = await startService(settings, { logDestination: { write } })
}, 60_000)

afterAll(async () => {
  await service?.[Symbol.asyncDispose]()
  await site?.[Symbol.asyncDispose]()
})

async function run(steps: readonly unknown[], workflow: object = {}): Promise<LoggedEvent[]> {
  return ended(service, await start(service, { ...workflow, steps }))
}

function of<T extends LoggedEvent['type']>(
  events: readonly LoggedEvent[],
  type: T,
): Extract<LoggedEvent, { type: T }>['data'][] {
  return events.flatMap((event) => (event.type === type ? [event.data as never] : []))
}

interface Listed {
  readonly id: string
  readonly name: string
  readonly contentType: string
  readonly bytes: number
}

async function artifactsOf(events: readonly LoggedEvent[]): Promise<readonly Listed[]> {
  const path = `/v1/sessions/${events[0]?.sessionId}/artifacts`
  return (await json<{ artifacts: readonly Listed[] }>(service.get(path))).artifacts
}

describe('sentences in a browser', () => {
  test('sign in, check what they did, and tell each command with its derivation', async () => {
    const events = await run([
      `Open ${site.url}/login`,
      'Type ada@example.com into Email',
      'Type {{ secrets.PASSWORD }} into Password',
      'Click Sign in',
      'Check that "Welcome, Ada" is visible',
    ])

    expect(events.at(-1)).toMatchObject({
      type: 'session.completed',
      data: { status: 'completed' },
    })
    const posted = site.received.findLast(({ method }) => method === 'POST')
    expect(new URLSearchParams(posted?.body).get('password')).toBe(password)
    expect(of(events, 'browser.command_completed').map((command) => command.do)).toEqual([
      'open',
      'fill',
      'fill',
      'click',
      'assert',
    ])
    expect(of(events, 'ai.reasoning').map(({ source, thought }) => [source, thought])).toEqual(
      expect.arrayContaining([
        ['sentence', expect.stringContaining("getByRole('button', { name: 'Sign in' })")],
      ]),
    )
    expect(of(events, 'browser.navigated')).toContainEqual({ url: `${site.url}/home`, status: 200 })
  })

  test('remember a text, which later steps read', async () => {
    const events = await run([
      `Open ${site.url}/home`,
      'Remember the text of Balance as balance',
      { uses: 'condition', with: { if: 'vars.balance == "12.50"', then: ['right'] } },
      { id: 'right', uses: 'browser', with: { do: 'assert', target: '{{ vars.balance }}' } },
    ])
    expect(lastOf(events, 'variable.updated')).toEqual({ name: 'balance', value: '12.50' })
    expect(lastOf(events, 'session.completed').status).toBe('completed')
  })

  test('open a page by the name of a link', async () => {
    const events = await run([`Open ${site.url}/other`, 'Open login page', 'Click Sign in'])
    expect(lastOf(events, 'session.completed').status).toBe('completed')
  })
})

describe('a step that fails', () => {
  test('lists the elements that came into question, and shows the page', async () => {
    const events = await run([`Open ${site.url}/two`, 'Click Save'])
    const { error, kind } = lastOf(events, 'step.failed')
    expect([kind, error.code]).toEqual(['failed', 'TARGET_AMBIGUOUS'])
    expect(error.details?.['candidates']).toHaveLength(2)
    expect(lastOf(events, 'browser.command_failed').failure.candidates).toEqual([
      { role: 'button', name: 'Save' },
      { role: 'button', name: 'Save' },
    ])
    expect(lastOf(events, 'screenshot.captured').reason).toBe('failure')
  })

  test('leaves a trace where the workflow asks for one, and none where it succeeds', async () => {
    const events = await run(
      [
        `Open ${site.url}/two`,
        { uses: 'browser', with: { do: 'assert', target: 'Gone', timeout: '1ms' } },
      ],
      { browser: { trace: 'onFailure', screenshots: 'never' } },
    )
    expect(lastOf(events, 'step.failed').error.code).toBe('ASSERTION_FAILED')
    const kept = await artifactsOf(events)
    expect(kept.map(({ contentType }) => contentType)).toEqual(['application/zip'])
    expect(kept[0]?.id).toBe(lastOf(events, 'artifact.captured').artifact)
    const bytes = Buffer.from(await (await service.get(`/v1/artifacts/${kept[0]?.id}`)).bytes())
    expect(bytes.subarray(0, 2).toString()).toBe('PK')
    expect(bytes.includes('trace.trace')).toBe(true)
  })

  test('says which status a page answered', async () => {
    const events = await run([
      {
        uses: 'browser',
        with: { do: 'open', url: `${site.url}/nowhere` },
        retry: { maxAttempts: 1 },
      },
    ])
    const { error } = lastOf(events, 'step.failed')
    expect([error.code, error.message.includes('404')]).toEqual(['PAGE_FAILED', true])
  })
})

describe('pictures', () => {
  test('are taken after each navigation, are artifacts, and run in no browser', async () => {
    const events = await run([`Open ${site.url}/still`])
    const picture = lastOf(events, 'screenshot.captured')
    expect([picture.reason, picture.url]).toEqual(['navigation', `${site.url}/still`])
    const response = await service.get(`/v1/artifacts/${picture.artifact}`)
    expect(response.headers.get('content-type')).toBe('image/jpeg')
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    expect(
      Buffer.from(await response.bytes())
        .subarray(0, 2)
        .toString('hex'),
    ).toBe('ffd8')
  })

  test.each([
    ['never', 0],
    ['each', 3],
  ])('policy %s', async (screenshots, count) => {
    const steps = [`Open ${site.url}/login`, 'Type a into Email', 'Click Email']
    const events = await run(steps, { browser: { screenshots } })
    expect(of(events, 'screenshot.captured')).toHaveLength(count)
  })

  test('a video is kept when the session ends', async () => {
    const events = await run([`Open ${site.url}/still`], { browser: { video: true } })
    const kept = async () => {
      const videos = (await artifactsOf(events)).filter(
        ({ contentType }) => contentType === 'video/webm',
      )
      return [...videos.map(({ name }) => name), ...warnings]
    }
    await expect.poll(kept, { timeout: 25_000 }).toEqual(['video-1.webm'])
  })
})

describe('what a page does by itself', () => {
  test('a download becomes an artifact under a harmless name', async () => {
    const events = await run([`Open ${site.url}/file`, 'Download "Get the report"'])
    const { artifact, name, bytes } = lastOf(events, 'browser.downloaded')
    expect(name).not.toMatch(/[/\\]/)
    expect(bytes).toBe(8)
    expect(await (await service.get(`/v1/artifacts/${artifact}`)).text()).toBe('a,b\n1,2\n')
    expect(of(events, 'browser.downloaded')).toHaveLength(1)
  })

  test('a click that downloads keeps the file as well', async () => {
    const events = await run([`Open ${site.url}/file`, 'Click "Get the report"'])
    expect(lastOf(events, 'browser.downloaded').bytes).toBe(8)
  })

  test('a dialog is answered and told; a step may say how', async () => {
    const dismissed = await run([
      `Open ${site.url}/ask`,
      'Click Delete',
      'Check that the title is "no"',
    ])
    expect(lastOf(dismissed, 'browser.dialog')).toEqual({
      type: 'confirm',
      message: 'Sure?',
      accepted: false,
    })
    expect(lastOf(dismissed, 'session.completed').status).toBe('completed')
    const accepted = await run([
      `Open ${site.url}/ask`,
      'Accept the next dialog',
      'Click Delete',
      'Check that the title is "yes"',
    ])
    expect(lastOf(accepted, 'session.completed').status).toBe('completed')
  })

  test('what it may not reach is told', async () => {
    const events = await run([`Open ${site.url}/away`])
    expect(lastOf(events, 'browser.blocked').reason).toContain('metadata')
  })
})

describe('what is refused when it is posted', () => {
  test.each([
    ['a file', { do: 'open', url: 'file:///etc/passwd' }, 'INVALID_VALUE', '/steps/0/with/url'],
    [
      'an address that is never reached',
      { do: 'open', url: 'http://169.254.169.254/' },
      'ADDRESS_REFUSED',
      '/steps/0/with/url',
    ],
    [
      'a secret that there is not',
      { do: 'fill', target: 'x', secret: 'NONE' },
      'UNKNOWN_SECRET',
      '/steps/0/with/secret',
    ],
    [
      'a secret that is for no page',
      { do: 'fill', target: 'x', secret: 'UNBOUND' },
      'SECRET_NOT_ALLOWED',
      '/steps/0/with/secret',
    ],
    [
      'a secret in a text',
      { do: 'fill', target: 'x', text: 'a{{ secrets.PASSWORD }}' },
      'INVALID_EXPRESSION',
      '/steps/0/with/text',
    ],
    ['script', { do: 'evaluate', script: '1' }, 'INVALID_VALUE', '/steps/0/with/do'],
  ])('%s', async (_, action, code, pointer) => {
    const response = await service.post('/v1/sessions', {
      steps: [{ uses: 'browser', with: action }],
    })
    const { faults } = await json<{ faults: { code: string; pointer: string }[] }>(response)
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(response.status).toBeLessThan(500)
    expect(faults).toContainEqual(expect.objectContaining({ code, pointer }))
  })
})

describe('secrets', () => {
  test('are filled in on their own pages only', async () => {
    const events = await run([
      `Open ${site.url}/login`,
      'Type {{ secrets.ELSEWHERE }} into Password',
    ])
    expect(lastOf(events, 'step.failed').error.code).toBe('SECRET_NOT_ALLOWED')
  })

  test('are in no event, view, artifact, file of the store, or log', async () => {
    const lines: string[] = []
    await using own = await startService(
      {
        ...(await browserSettings()),
        LOG_LEVEL: 'trace',
        SECRET_PASSWORD: password,
        SECRET_ORIGINS: `PASSWORD=${site.url}`,
      },
      { logDestination: { write: (line: string) => void lines.push(line) } },
    )
    const id = await start(own, {
      browser: { trace: 'onFailure', screenshots: 'each' },
      onFailure: 'continue',
      steps: [
        `Open ${site.url}/login`,
        'Type {{ secrets.PASSWORD }} into Password',
        'Remember the value of Password as seen',
        'Check that "Nothing of this name" is visible within 10 ms',
        'Click Sign in',
      ],
    })
    const events = await ended(own, id)
    expect(of(events, 'browser.command_failed').length).toBeGreaterThan(0)
    const views = await Promise.all(
      ['', '/steps', '/explain', '/progress', '/artifacts'].map(async (path) =>
        (await own.get(`/v1/sessions/${id}${path}`)).text(),
      ),
    )
    const told = [JSON.stringify(events), ...views, ...lines]
    expect(told.filter((text) => text.includes(password))).toEqual([])
    await own.app.close()
    for (const file of await readdir(own.dataDir, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue
      const bytes = await readFile(join(file.parentPath, file.name))
      expect([file.name, bytes.includes(password)]).toEqual([file.name, false])
    }
  })
})

test('a browser that is killed costs its step one try, and the next one has another', async () => {
  const id = await start(service, {
    steps: [
      `Open ${site.url}/still`,
      {
        id: 'waits',
        uses: 'browser',
        with: { do: 'waitFor', target: 'Never there', timeout: '1m' },
        retry: { maxAttempts: 2, delay: '1ms' },
      },
    ],
  })
  const waits = (event: LoggedEvent, attempt: number) =>
    event.type === 'browser.command_started' &&
    event.stepId === 'waits' &&
    event.attempt === attempt
  await follow(service.url, id, { until: (event) => waits(event, 1) })
  for (const pid of await browserProcesses()) process.kill(pid, 'SIGKILL')
  const events = await follow(service.url, id, { until: (event) => waits(event, 2) })
  expect(lastOf(events, 'step.retrying').error.code).toBe('BROWSER_LOST')
  expect(lastOf(events, 'warning.issued').code).toBe('BROWSER_RESTORED')
  await service.post(`/v1/sessions/${id}/cancel`)
  expect((await ended(service, id)).at(-1)?.type).toBe('session.cancelled')
})

test('steps that could run side by side do not get in each other’s way', async () => {
  const events = await run([
    `Open ${site.url}/login`,
    { uses: 'browser', with: { do: 'fill', target: 'Email', text: 'ada@example.com' }, group: 'g' },
    { uses: 'browser', with: { do: 'fill', target: 'Email', text: 'bob@example.com' }, group: 'g' },
    { uses: 'browser', with: { do: 'extract', target: 'Email', what: 'value' }, group: 'g' },
  ])
  expect(lastOf(events, 'session.completed').status).toBe('completed')
  const commands = events.filter(({ type }) => /^browser\.command_(started|completed)$/.test(type))
  const order = commands.map(({ type }) => type.endsWith('started'))
  expect(order).toEqual(Array.from({ length: 8 }, (_, index) => index % 2 === 0))
})

test('a session keeps its pages to itself, and gives its browser back at its end', async () => {
  const id = await start(service, {
    steps: [`Open ${site.url}/login`, { uses: 'approval', with: { prompt: 'go on?' } }],
  })
  await until(service, id, 'interaction.created')
  const other = await run([`Open ${site.url}/still`, 'Check that the URL contains "still"'])
  expect(lastOf(other, 'session.completed').status).toBe('completed')
  await service.post(`/v1/sessions/${id}/cancel`)
  await ended(service, id)
})

/** The browsers that this process has started. */
async function browserProcesses(): Promise<readonly number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const [command = '', stat = ''] = await Promise.all(
      // It may have ended meanwhile.
      ['cmdline', 'stat'].map((file) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '')),
    )
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    if (parent === process.pid && command.includes('--remote-debugging')) found.push(Number(name))
  }
  return found
}
