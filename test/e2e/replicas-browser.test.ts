import { expect, test } from 'vitest'
import { browserSettings } from '../support/browser.ts'
import { follow } from '../support/follow.ts'
import { startServer } from '../support/local-server.ts'
import { startReplicas } from '../support/replicas.ts'
import { lastOf } from '../support/sessions.ts'
import { postSession } from './support/started.ts'

test('a session whose replica is killed goes on in the browser of another one', {
  timeout: 120_000,
}, async () => {
  await using site = await startServer(({ path, headers }, response) => {
    const isKnown = headers.cookie?.includes('who=ada') === true
    const cookie = path === '/in' ? { 'set-cookie': 'who=ada; Path=/' } : {}
    response.writeHead(200, { 'content-type': 'text/html', ...cookie })
    response.end(`<title>${path}</title><h1>${isKnown ? 'Hello, Ada' : 'Who are you?'}</h1>`)
  })
  await using replicas = await startReplicas(2, await browserSettings())
  const ids = await Promise.all(
    [0, 1, 0, 1].map((index) =>
      postSession(replicas.at(index), {
        steps: [
          `Open ${site.url}/in`,
          `Open ${site.url}/home`,
          { id: 'go', uses: 'approval', with: { prompt: 'Go on?' } },
          'Check that "Hello, Ada" is visible',
          `Open ${site.url}/later`,
          'Check that "Hello, Ada" is visible',
        ],
      }),
    ),
  )
  const other = replicas.at(1)
  const asked = await Promise.all(
    ids.map((id) => follow(other.url, id, { until: ({ type }) => type === 'interaction.created' })),
  )
  await replicas.at(0).stop('SIGKILL')
  for (const events of asked) {
    const { interactionId } = lastOf(events, 'interaction.created')
    const response = await fetch(`${other.url}/v1/interactions/${interactionId}/answer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ decision: 'approve' }),
    })
    expect(response.status).toBeLessThan(300)
  }
  for (const id of ids) {
    const events = await follow(other.url, id)
    const failures = events.filter(({ type }) => type === 'step.failed')
    expect([failures, events.at(-1)?.type]).toEqual([[], 'session.completed'])
  }
})
