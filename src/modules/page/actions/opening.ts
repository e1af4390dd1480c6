import type { Response } from 'playwright-core'
import { StepstreamError } from '../../../errors.ts'
import type { BrowserAction } from '../../browser-actions/types.ts'
import type { Acting, Done } from '../acting.ts'
import { checkAftermath, tellAftermath } from '../aftermath.ts'
import { answering } from '../answering.ts'
import { onElement } from '../attempts.ts'
import { speak } from '../element.ts'
import { isTimeout } from '../failures.ts'
import { Watch } from '../settle.ts'
import { press, watched } from './pressing.ts'

/** How long a page may take to answer, in ms. */
const NAVIGATION_MS = 30_000

/** Opens an address, or the page that a link, button, tab or menu item of the current one names. */
export function open(
  acting: Acting,
  action: Extract<BrowserAction, { do: 'open' }>,
): Promise<Done> {
  const { url, page } = action
  if (url !== undefined) return openUrl(acting, url)
  if (page !== undefined) return openNamed(acting, page)
  throw new StepstreamError(
    'PAGE_FAILED',
    'There is neither an address nor the name of a page to open.',
  )
}

async function openUrl(acting: Acting, said: string): Promise<Done> {
  const url = addressOf(said, acting.page.url())
  return go(acting, `open ${url}`, () =>
    acting.page.goto(url, { waitUntil: 'domcontentloaded', timeout: NAVIGATION_MS }),
  )
}

/**
 * What is opened: http and https only; what has no scheme is relative to the page that is open.
 * @throws StepstreamError ADDRESS_REFUSED, PAGE_FAILED
 */
export function addressOf(said: string, current: string): string {
  const isAbsolute = /^[a-z][a-z0-9+.-]*:/i.test(said) && !/^[a-z0-9.-]+:\d/i.test(said)
  if (!isAbsolute && !/^https?:/.test(current)) {
    const message = `"${said}" is relative, and no page is open that it could be relative to.`
    throw new StepstreamError('PAGE_FAILED', message)
  }
  if (!isAbsolute && /^\/\//.test(said))
    return addressOf(`${new URL(current).protocol}${said}`, current)
  if (!URL.canParse(said, isAbsolute ? undefined : current)) {
    throw new StepstreamError('PAGE_FAILED', `"${said}" is not an address.`)
  }
  const url = isAbsolute ? new URL(said) : new URL(said, current)
  if (!/^https?:$/.test(url.protocol)) {
    throw new StepstreamError(
      'ADDRESS_REFUSED',
      `Pages are opened over http and https only, not ${url.protocol}`,
    )
  }
  return url.href
}

/** A page that is known by its name only is never guessed: something on the current page leads to it. */
async function openNamed(acting: Acting, name: string): Promise<Done> {
  const bare = name.replace(/^the\s+/i, '').replace(/\s+(page|screen|tab)$/i, '')
  const subject = {
    target: { name: bare, role: 'link' },
    pointer: acting.request.elements?.target,
    purpose: 'press',
  } as const
  const acted = await onElement(acting, subject, ({ locator }, timeout) =>
    watched(acting, () => press(locator, { timeout })),
  )
  checkAftermath(acted.value)
  return {
    description: `open the page "${name}" by ${speak(acted.found)}`,
    target: acted.element,
    candidates: acted.candidates,
    evidence: tellAftermath(acted.value),
    navigated: acted.value.navigated,
  }
}

export function back(acting: Acting): Promise<Done> {
  return go(acting, 'go back', () =>
    acting.page.goBack({ waitUntil: 'domcontentloaded', timeout: NAVIGATION_MS }),
  )
}

export function forward(acting: Acting): Promise<Done> {
  return go(acting, 'go forward', () =>
    acting.page.goForward({ waitUntil: 'domcontentloaded', timeout: NAVIGATION_MS }),
  )
}

export function reload(acting: Acting): Promise<Done> {
  return go(acting, 'reload the page', () =>
    acting.page.reload({ waitUntil: 'domcontentloaded', timeout: NAVIGATION_MS }),
  )
}

async function go(
  acting: Acting,
  description: string,
  work: () => Promise<Response | null>,
): Promise<Done> {
  const { page } = acting
  const before = page.url()
  const watch = new Watch(acting)
  try {
    const response = await answering(page, acting, NAVIGATION_MS + 5000, work)
    const status = response?.status()
    if (status !== undefined && status >= 400) {
      const message = `${page.url()} answered ${status}.`
      throw new StepstreamError('PAGE_FAILED', message, { details: { status, url: page.url() } })
    }
    const { navigated } = await watch.settle()
    if (response === null && !navigated && page.url() === before && /^go /.test(description)) {
      throw new StepstreamError('ACTION_NOT_VERIFIED', 'There is no page to go to in the history.')
    }
    const answered = status === undefined ? '' : `, which answered ${status}`
    return { description, evidence: `the page is ${page.url()}${answered}`, navigated: true }
  } catch (error) {
    throw unreached(error, description)
  } finally {
    watch.dispose()
  }
}

/** What the browser says of a page it could not open. */
function unreached(error: unknown, description: string): unknown {
  if (!(error instanceof Error) || error instanceof StepstreamError) return error
  const [net] = /net::ERR_\w+/.exec(error.message) ?? []
  if (net === 'net::ERR_ABORTED' && /Download is starting/.test(error.message)) {
    return new StepstreamError(
      'PAGE_FAILED',
      'The address is a download and no page; use download.',
    )
  }
  if (isTimeout(error)) {
    const message = `The page did not answer within ${NAVIGATION_MS / 1000} s (${description}).`
    return new StepstreamError('PAGE_FAILED', message, { cause: error })
  }
  if (net === undefined && !/interrupted|Cannot navigate|invalid URL/i.test(error.message))
    return error
  return new StepstreamError(
    'PAGE_FAILED',
    `The page could not be reached: ${net ?? 'it was interrupted'} (${description}).`,
    {
      cause: error,
    },
  )
}
