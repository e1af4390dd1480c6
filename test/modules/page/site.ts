import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { StepstreamError } from '../../../src/errors.ts'
import type { BrowserAction } from '../../../src/modules/browser-actions/types.ts'
import { createPageActor } from '../../../src/modules/page/index.ts'
import type { ActRequest, ActResult, Observation } from '../../../src/modules/page/types.ts'
import { type Answer, type LocalServer, startServer } from '../../support/local-server.ts'
import { launchChromium, openPageSession, type PageSession } from '../../support/page-session.ts'

/** Pages by their path: HTML, or an answer of their own. */
export type Pages = { readonly [path: string]: string | Answer }

export interface Site {
  readonly url: string
  readonly server: LocalServer
  readonly session: PageSession
  /** Opens one of the pages. */
  open(path: string): Promise<ActResult>
  act(action: BrowserAction, more?: Partial<ActRequest>): Promise<ActResult>
  /** The failure of an action. */
  fail(action: BrowserAction, more?: Partial<ActRequest>): Promise<StepstreamError>
  observe(budgetChars?: number): Promise<Observation>
  /** What a script finds in the page. */
  look<T>(script: string): Promise<T>
  readonly actor: ReturnType<typeof createPageActor>
}

/** A browser for the file, a new context for each test, and a server with the pages. */
export function useSite(pages: Pages, options: { readonly maxDownloadBytes?: number } = {}): Site {
  let browser: Browser
  let server: LocalServer
  let session: PageSession
  const actor = createPageActor({ clock: systemClock, ...options })
  beforeAll(async () => {
    browser = await launchChromium()
    server = await startServer((request, response) => {
      const path = new URL(request.path, 'http://site.test').pathname
      const page = pages[path]
      if (typeof page === 'function') return page(request, response)
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.statusCode = page === undefined ? 404 : 200
      response.end(page === undefined ? '<h1>Not found</h1>' : html(page))
    })
  })
  afterAll(async () => {
    await browser.close()
    await server[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    session = await openPageSession(browser)
  })
  afterEach(() => session[Symbol.asyncDispose]())

  const act = (action: BrowserAction, more: Partial<ActRequest> = {}) =>
    actor.act({
      action,
      session,
      signal: new AbortController().signal,
      secret: () => 'hunter2secret',
      file: async (artifact) => ({ name: `${artifact}.txt`, bytes: Buffer.from(artifact) }),
      ...more,
    })
  return {
    actor,
    get url() {
      return server.url
    },
    get server() {
      return server
    },
    get session() {
      return session
    },
    act,
    open: (path) => act({ do: 'open', url: `${server.url}${path}` }),
    fail: (action, more) =>
      act(action, { patienceMs: 600, ...more }).then(
        ({ evidence }) => {
          throw new Error(`It did not fail: ${evidence}`)
        },
        (error: unknown) => {
          if (error instanceof StepstreamError) return error
          throw error
        },
      ),
    observe: (budgetChars) =>
      actor.observe(session, {
        signal: new AbortController().signal,
        ...(budgetChars === undefined ? {} : { budgetChars }),
      }),
    look: async <T>(script: string) => (await session.page()).evaluate(script) as Promise<T>,
  }
}

function html(body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Test</title><body>${body}</body></html>`
}
