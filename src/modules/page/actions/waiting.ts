import { StepstreamError } from '../../../errors.ts'
import type { BrowserAction } from '../../browser-actions/types.ts'
import type { Acting, Done } from '../acting.ts'
import { answering, pause } from '../answering.ts'
import { find } from '../attempts.ts'
import { isMoved, isTimeout } from '../failures.ts'
import { textOf } from '../page-text.ts'
import { fits, urlFits } from '../patterns.ts'
import { stateHolds } from '../read-element.ts'
import { Watch } from '../settle.ts'
import { sayTarget } from './extracting.ts'

type WaitFor = Extract<BrowserAction, { do: 'waitFor' }>

const REST_MS = 100

/** Waits until the page shows something, or no longer does. @throws StepstreamError ASSERTION_FAILED when it takes too long */
export async function waitFor(acting: Acting, action: WaitFor): Promise<Done> {
  const { clock } = acting
  const limit = action.timeout ?? Math.max(acting.patienceMs, 10_000)
  const end = clock.now() + limit
  const startedAt = clock.now()
  const what = sayWait(action)
  if (action.loaded === true) await loaded(acting, limit)
  while (!(await holds(acting, action))) {
    if (clock.now() >= end) {
      throw new StepstreamError('ASSERTION_FAILED', `Waited ${limit} ms in vain for ${what}.`)
    }
    await pause(acting, Math.min(REST_MS, Math.max(0, end - clock.now())))
  }
  return {
    description: `wait for ${what}`,
    evidence: `it was so after ${clock.now() - startedAt} ms`,
  }
}

async function loaded(acting: Acting, limit: number): Promise<void> {
  const { page } = acting
  try {
    await answering(page, acting, limit + 1000, () =>
      page.waitForLoadState('load', { timeout: limit }),
    )
  } catch (error) {
    if (!isTimeout(error)) throw error
    throw new StepstreamError('ASSERTION_FAILED', `The page had not loaded after ${limit} ms.`, {
      cause: error,
    })
  }
  await new Watch(acting).settle()
}

async function holds(acting: Acting, action: WaitFor): Promise<boolean> {
  const { text, url, gone = false, target } = action
  const pointed = acting.request.elements?.target !== undefined
  if (url !== undefined && urlFits(acting.page.url(), url) === gone) return false
  if (text !== undefined) {
    const shown = await textOf(acting, await acting.observer.view(acting.page, acting))
    if (fits(shown, text, 'contains') === gone) return false
  }
  return target === undefined && !pointed ? true : (await isThere(acting, action)) !== gone
}

async function isThere(acting: Acting, { target }: WaitFor): Promise<boolean> {
  try {
    const { found } = await find(
      acting,
      { target, pointer: acting.request.elements?.target, purpose: 'read' },
      true,
    )
    return found.node?.hidden !== true && (await stateHolds(found, 'visible'))
  } catch (error) {
    if (isTimeout(error) || isMoved(error)) return false
    if (!(error instanceof StepstreamError)) throw error
    if (error.code === 'TARGET_AMBIGUOUS') return true
    if (error.code === 'TARGET_NOT_FOUND' || error.code === 'TARGET_NOT_READY') return false
    throw error
  }
}

function sayWait({ target, text, url, gone, loaded: load }: WaitFor): string {
  const things = [
    target === undefined ? '' : `the ${sayTarget(target)}`,
    text === undefined ? '' : `the text ${JSON.stringify(text)}`,
    url === undefined ? '' : `the address ${url}`,
  ].filter((one) => one !== '')
  if (things.length === 0) return load === true ? 'the page to load' : 'nothing'
  return `${things.join(' and ')}${gone === true ? ' to be gone' : ''}`
}
