import type { Page } from 'playwright-core'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import { isGone, lost } from './failures.ts'

/** How long something may take in a page. */
export interface Limits {
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** How long calls into a page that was closed may take to fail, in ms. */
const GRACE_MS = 1000

/**
 * What `work` resolves to, unless the attempt is aborted, the page goes away, or it does not answer
 * within `ms`: calls into a page have no limit of their own, and a crashed one never answers.
 * @throws StepstreamError BROWSER_LOST; PAGE_FAILED where the page does not answer
 */
export function answering<T>(
  page: Page,
  { clock, signal }: Limits,
  ms: number,
  work: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  if (page.isClosed()) return Promise.reject(lost(page))
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    const onCrash = () => reject(lost(page))
    // What the work itself makes of it counts: a click may close its tab.
    let cancelGrace = () => {}
    const onClose = () => {
      cancelGrace = clock.setTimer(GRACE_MS, () => reject(lost(page)))
    }
    const seconds = Math.round(ms / 1000)
    const cancel = clock.setTimer(ms, () =>
      reject(new StepstreamError('PAGE_FAILED', `The page did not answer within ${seconds} s.`)),
    )
    signal.addEventListener('abort', onAbort, { once: true })
    page.once('crash', onCrash)
    page.once('close', onClose)
    work()
      .then(resolve, (error: unknown) => reject(isGone(error) ? lost(page, error) : error))
      .finally(() => {
        cancel()
        cancelGrace()
        signal.removeEventListener('abort', onAbort)
        page.off('crash', onCrash)
        page.off('close', onClose)
      })
  })
}

/** Waits, unless the signal aborts first. */
export function pause({ clock, signal }: Limits, ms: number): Promise<void> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      cancel()
      reject(signal.reason)
    }
    const cancel = clock.setTimer(ms, () => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    })
    signal.addEventListener('abort', onAbort, { once: true })
  })
}
