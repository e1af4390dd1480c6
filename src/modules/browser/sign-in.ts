import type { Page } from 'playwright-core'
import type { Gate } from './egress.ts'

/**
 * Gives the proxy's credentials to a context, by a request of one of its pages: the browser keeps
 * them for all that the context sends. Given to Playwright instead, they would have every request
 * stopped and told to this process, and the cache turned off: pages took four times as long.
 */
export async function signIn(page: Page, gate: Gate, url: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const { username, password } = gate
  session.on('Fetch.authRequired', ({ requestId }) => {
    answer(
      session.send('Fetch.continueWithAuth', {
        requestId,
        authChallengeResponse: { response: 'ProvideCredentials', username, password },
      }),
    )
  })
  session.on('Fetch.requestPaused', ({ requestId }) => {
    answer(session.send('Fetch.continueRequest', { requestId }))
  })
  await session.send('Fetch.enable', { handleAuthRequests: true, patterns: [{ urlPattern: url }] })
  await page.evaluate(async (address) => {
    await fetch(address, { mode: 'no-cors' })
  }, url)
  await session.detach()
}

/** What goes wrong here makes the request fail, which tells it. */
function answer(sent: Promise<unknown>): void {
  sent.catch(() => {})
}
