import { StepstreamError } from '../../../errors.ts'
import type { BrowserAction, Target } from '../../browser-actions/types.ts'
import type { Acting, Done } from '../acting.ts'
import { pause } from '../answering.ts'
import { find, targetOf } from '../attempts.ts'
import { countOf } from '../counting.ts'
import type { Found } from '../element.ts'
import { isMoved, isTimeout } from '../failures.ts'
import { excerpt, textOf } from '../page-text.ts'
import { fits } from '../patterns.ts'
import type { Purpose } from '../purposes.ts'
import { attributeOfElement, stateHolds, textOfElement, valueOfElement } from '../read-element.ts'
import { ask } from '../settle.ts'
import { sayTarget } from './extracting.ts'

type Claim = Extract<BrowserAction, { do: 'assert' }>

/** What was seen when a claim was looked at. */
interface Look {
  readonly holds: boolean
  /** In words, to follow "…": `it shows "Saved"`. */
  readonly seen: string
}

const REST_MS = 100

/** Looks whether something holds, again and again until its timeout. @throws StepstreamError ASSERTION_FAILED with what was seen */
export async function claim(acting: Acting, action: Claim): Promise<Done> {
  const { clock } = acting
  const end = clock.now() + (action.timeout ?? acting.patienceMs)
  const description = `check that ${sayClaim(action)}`
  for (;;) {
    const look = await lookOnce(acting, action)
    if (look.holds) return { description, evidence: look.seen }
    if (clock.now() >= end) {
      const message = `Expected ${sayClaim(action)}, but ${look.seen}.`
      throw new StepstreamError('ASSERTION_FAILED', message, { details: { seen: look.seen } })
    }
    await pause(acting, Math.min(REST_MS, Math.max(0, end - clock.now())))
  }
}

async function lookOnce(acting: Acting, action: Claim): Promise<Look> {
  const { not = false } = action
  try {
    const { holds, seen } = await look(acting, action)
    return { holds: holds !== not, seen }
  } catch (error) {
    if (isTimeout(error) || isMoved(error)) return { holds: false, seen: 'the page was changing' }
    if (!(error instanceof StepstreamError)) throw error
    if (error.code === 'TARGET_NOT_FOUND') return absent(action, error)
    if (error.code !== 'TARGET_AMBIGUOUS' || !isOfPresence(action)) throw error
    // Several of that name are seen, so it is not missing.
    return { holds: !not, seen: `there are several: ${error.message}` }
  }
}

/** What is not there is not visible, and none of it: the rest cannot be said of it, nor denied. */
function absent(action: Claim, error: StepstreamError): Look {
  return { holds: isOfPresence(action) && action.not === true, seen: lower(error.message) }
}

function isOfPresence({ that, state, expected }: Claim): boolean {
  return (
    (that === 'state' || that === undefined) &&
    (state ?? 'visible') === 'visible' &&
    expected === undefined
  )
}

function look(acting: Acting, action: Claim): Promise<Look> {
  const that = action.that ?? (action.expected === undefined ? 'state' : 'text')
  const pointed = acting.request.elements?.target !== undefined
  if (that === 'count') return lookAtCount(acting, action)
  if (that === 'url' || that === 'title' || (action.target === undefined && !pointed))
    return lookAtPage(acting, action, that)
  return lookAtElement(acting, action, that)
}

async function lookAtPage(acting: Acting, action: Claim, that: string): Promise<Look> {
  const { page, observer, secrets, context } = acting
  const expected = String(action.expected ?? '')
  if (that === 'url') {
    const url = secrets.blanked(page.url(), context)
    return { holds: urlHolds(url, expected, action.by), seen: `the address is ${url}` }
  }
  if (that === 'title') {
    const title = secrets.blanked(await ask(acting, () => page.title()), context)
    return { holds: fits(title, expected, action.by ?? 'equals'), seen: `the title is "${title}"` }
  }
  const text = await textOf(acting, await observer.view(page, acting))
  const holds = fits(text, expected, action.by ?? 'contains')
  return { holds, seen: `the page ${holds ? 'shows it' : `shows "${excerpt(text)}"`}` }
}

/** A path alone is compared with the path of the address. */
function urlHolds(url: string, expected: string, by: Claim['by']): boolean {
  if (by !== 'equals' || !expected.startsWith('/') || !URL.canParse(url))
    return fits(url, expected, by ?? 'contains')
  const { pathname, search, hash } = new URL(url)
  return [pathname, `${pathname}${search}`, `${pathname}${search}${hash}`].includes(expected)
}

async function lookAtCount(acting: Acting, action: Claim): Promise<Look> {
  const target: Target = targetOf(action.target ?? { role: 'element' })
  const count = await countOf(acting, target)
  return { holds: count === Number(action.expected ?? 0), seen: `there are ${count}` }
}

async function lookAtElement(acting: Acting, action: Claim, that: string): Promise<Look> {
  const purpose: Purpose = that === 'value' ? 'fill' : action.state === 'checked' ? 'check' : 'read'
  const subject = { target: action.target, pointer: acting.request.elements?.target, purpose }
  const { found } = await find(acting, subject, true)
  if (that === 'state') return lookAtState(found, action.state ?? 'visible')
  const expected = String(action.expected ?? '')
  const shown = await shownBy(acting, found, action, that)
  if (shown === null) return { holds: false, seen: `it has no attribute ${action.attribute ?? ''}` }
  const holds =
    that === 'class' && action.by === undefined
      ? shown.split(/\s+/).includes(expected)
      : fits(shown, expected, action.by ?? (that === 'text' ? 'contains' : 'equals'))
  return { holds, seen: `its ${that} is "${excerpt(shown)}"` }
}

async function lookAtState(found: Found, state: string): Promise<Look> {
  // What the tree holds back is seen by nobody.
  const holds =
    (await stateHolds(found, state)) && (state !== 'visible' || found.node?.hidden !== true)
  return { holds, seen: `it is ${holds ? '' : 'not '}${state}` }
}

function shownBy(
  acting: Acting,
  found: Found,
  action: Claim,
  that: string,
): Promise<string | null> {
  switch (that) {
    case 'value':
      return valueOfElement(acting, found)
    case 'class':
      return attributeOfElement(acting, found, 'class').then((value) => value ?? '')
    case 'attribute':
      return attributeOfElement(acting, found, action.attribute ?? '')
    default:
      return textOfElement(acting, found)
  }
}

function sayClaim(action: Claim): string {
  const { state, by, expected, attribute, not = false } = action
  const that = action.that ?? (expected === undefined ? 'state' : 'text')
  const what = sayTarget(action.target)
  if (that === 'state') return `the ${what} is ${not ? 'not ' : ''}${state ?? 'visible'}`
  const verb = { equals: 'to be', contains: 'to contain', matches: 'to match' }[
    by ?? (that === 'text' ? 'contains' : 'equals')
  ]
  const of = that === 'attribute' ? `attribute ${attribute}` : that
  return `the ${of} of the ${what} ${not ? 'not ' : ''}${verb} ${JSON.stringify(expected ?? '')}`
}

function lower(message: string): string {
  return `${message.charAt(0).toLowerCase()}${message.slice(1)}`.replace(/\.$/, '')
}
