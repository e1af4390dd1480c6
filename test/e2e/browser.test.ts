import { afterAll, beforeAll, expect, test } from 'vitest'
import { dataDir } from '../store/data-dir.ts'
import { browserSettings } from '../support/browser.ts'
import { follow } from '../support/follow.ts'
import { type LocalServer, startServer } from '../support/local-server.ts'
import { lastOf } from '../support/sessions.ts'
import { postSession, startedProcess } from './support/started.ts'

let site: LocalServer

beforeAll(async () => {
  // Whoever has been to /in has a cookie, and is known.
  site = await startServer(({ path, headers }, response) => {
    const isKnown = headers.cookie?.includes('who=ada') === true
    response.writeHead(200, {
      'content-type': 'text/html',
      ...(path === '/in' ? { 'set-cookie': 'who=ada; Path=/' } : {}),
    })
    response.end(`<title>${path}</title><h1>${isKnown ? 'Hello, Ada' : 'Who are you?'}</h1>`)
  })
})

afterAll(async () => {
  await site?.[Symbol.asyncDispose]()
})

test('a session that is killed goes on in a browser that knows what the first one knew', {
  timeout: 90_000,
}, async () => {
  const settings = { DATA_DIR: dataDir(), LOG_LEVEL: 'info', ...(await browserSettings()) }
  const first = await startedProcess(settings)
  const id = await postSession(first, {
    steps: [
      `Open ${site.url}/in`,
      `Open ${site.url}/home`,
      { id: 'go', uses: 'approval', with: { prompt: 'Go on?' } },
      'Check that "Hello, Ada" is visible',
      'Check that the URL contains "/home"',
    ],
  })
  const before = await follow(first.url, id, {
    until: ({ type }) => type === 'interaction.created',
  })
  await first.stop('SIGKILL')
  const second = await startedProcess(settings)
  const { interactionId } = lastOf(before, 'interaction.created')
  const answer = await fetch(`${second.url}/v1/interactions/${interactionId}/answer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ decision: 'approve' }),
  })
  expect(answer.status).toBeLessThan(300)
  const events = await follow(second.url, id)
  expect(lastOf(events, 'session.completed').status).toBe('completed')
  expect(lastOf(events, 'warning.issued').code).toBe('BROWSER_RESTORED')
})

test('a step that is cut off is done again where that is safe, and fails where it is not', {
  timeout: 90_000,
}, async () => {
  const settings = { DATA_DIR: dataDir(), LOG_LEVEL: 'info', ...(await browserSettings()) }
  const first = await startedProcess(settings)
  const never = { target: 'Never there' }
  const waiting = async (action: object) =>
    postSession(first, {
      steps: [`Open ${site.url}/home`, { id: 'cut', uses: 'browser', with: action, timeout: '5m' }],
    })
  const looks = await waiting({
    do: 'assert',
    ...never,
    not: true,
    state: 'visible',
    timeout: '1m',
  })
  const looking = await waiting({ do: 'waitFor', ...never, timeout: '1m' })
  const clicking = await waiting({ do: 'click', ...never })
  const isCut = (event: { type: string; stepId?: string }) =>
    event.type === 'browser.command_started' && event.stepId === 'cut'
  await follow(first.url, looks)
  await Promise.all([looking, clicking].map((id) => follow(first.url, id, { until: isCut })))
  await first.stop('SIGKILL')
  const second = await startedProcess(settings)
  const clicked = await follow(second.url, clicking)
  expect(lastOf(clicked, 'step.failed').error.code).toBe('INTERRUPTED')
  const again = await follow(second.url, looking, {
    until: (event) => isCut(event) && 'attempt' in event && event.attempt === 2,
  })
  expect(lastOf(again, 'warning.issued').code).toBe('BROWSER_RESTORED')
  await fetch(`${second.url}/v1/sessions/${looking}/cancel`, { method: 'POST' })
  expect((await follow(second.url, looking)).at(-1)?.type).toBe('session.cancelled')
})
