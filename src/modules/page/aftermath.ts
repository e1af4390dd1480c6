import { StepstreamError } from '../../errors.ts'
import type { Aftermath } from './settle.ts'

/** Answers that mean the page itself is not there; a form that is refused shows why, and is no failure of the click. */
function isBroken(status: number): boolean {
  return status === 404 || status === 410 || status >= 500
}

/** @throws StepstreamError PAGE_FAILED where what an action led to is not there */
export function checkAftermath({ status, failure, url }: Aftermath): void {
  if (failure !== undefined) {
    throw new StepstreamError(
      'PAGE_FAILED',
      `The page it leads to could not be opened: ${failure}.`,
    )
  }
  if (status !== undefined && isBroken(status)) {
    throw new StepstreamError('PAGE_FAILED', `The page it leads to, ${url}, answered ${status}.`, {
      details: { status, url },
    })
  }
}

/** What came of an action, in words. */
export function tellAftermath({ navigated, status, url, newTabs, closed }: Aftermath): string {
  if (closed) return 'the tab closed'
  const tab = newTabs.at(-1)
  if (tab !== undefined) return `a tab opened: ${tab.url()}`
  if (!navigated) return 'it was done'
  return status === undefined ? `the page is now ${url}` : `${url} answered ${status}`
}
