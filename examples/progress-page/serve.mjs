// Serves the two pages, and starts sessions for the one that has no key of its own:
// ALLOWED_ORIGINS=http://localhost:9200 npm start
// [STEPSTREAM=http://localhost:8080] [API_KEY=sk_…] node examples/progress-page/serve.mjs
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createStepstream } from '../../src/client/index.ts'

const steps = [1, 2, 3].map((n) => ({ id: `wait_${n}`, uses: 'wait', with: { for: '500ms' } }))

const pages = { '/': 'event-source.html', '/client': 'client.html' }

/** Where the modules are that the page with the client imports; a build would bundle them. */
const modules = {
  stepstream: join(import.meta.dirname, '../../src/client'),
  'openapi-fetch': dirname(fileURLToPath(import.meta.resolve('openapi-fetch'))),
  'eventsource-parser': dirname(fileURLToPath(import.meta.resolve('eventsource-parser'))),
}

/** The pages as a server that nobody listens on yet. @param options `service`: where it is, as a browser reaches it */
export function createPages(options) {
  return createServer((request, response) => {
    answer(request, options).then(
      ({ type, body }) => response.writeHead(200, { 'content-type': type }).end(body),
      (error) => response.writeHead(error.code === 'ENOENT' ? 404 : 502).end(error.message),
    )
  })
}

async function answer({ method, url }, options) {
  const { pathname } = new URL(url, 'http://localhost')
  if (method === 'POST' && pathname === '/start') return json(await start(options))
  if (pathname === '/settings') return json({ service: options.service, steps })
  const [, name, file] = /^\/modules\/([\w-]+)\/([\w.-]+)$/.exec(pathname) ?? []
  if (name in modules)
    return { type: 'text/javascript', body: await script(join(modules[name], basename(file))) }
  const page = pages[pathname]
  if (page === undefined) throw Object.assign(new Error('Not found'), { code: 'ENOENT' })
  return { type: 'text/html; charset=utf-8', body: await readFile(join(import.meta.dirname, page)) }
}

/** The key stays here: a ticket reads the events of one session, for an hour. */
async function start({ service, key }) {
  const stepstream = createStepstream({ baseUrl: service, ...(key ? { key } : {}) })
  const { sessionId: id } = await stepstream.start(steps)
  const { data, error } = await stepstream.api.POST('/v1/sessions/{id}/tickets', {
    params: { path: { id } },
  })
  if (error) throw new Error(error.detail)
  return { events: service + data.url }
}

async function script(path) {
  const text = await readFile(path, 'utf8')
  return extname(path) === '.ts' ? stripTypeScriptTypes(text) : text
}

function json(value) {
  return { type: 'application/json', body: JSON.stringify(value) }
}

if (import.meta.main) {
  const { STEPSTREAM: service = 'http://localhost:8080', API_KEY: key } = process.env
  createPages({ service, key }).listen(9200, '127.0.0.1', () => {
    console.log(
      'With an EventSource: http://localhost:9200 · with the client: http://localhost:9200/client',
    )
  })
}
