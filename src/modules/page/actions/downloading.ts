import { stat } from 'node:fs/promises'
import type { Download, Page } from 'playwright-core'
import { StepstreamError } from '../../../errors.ts'
import type { BrowserAction } from '../../browser-actions/types.ts'
import type { Acting, Done } from '../acting.ts'
import { pause } from '../answering.ts'
import { onElement, subjectOf } from '../attempts.ts'
import { speak } from '../element.ts'
import { safeName } from '../file-names.ts'
import { press } from './pressing.ts'

/** How long a download may take to begin, and to end, in ms. */
const BEGINS_MS = 15_000
const ENDS_MS = 120_000

/** Presses what begins a download and waits for the file; at most `maxBytes` of it. */
export async function download(
  acting: Acting,
  action: Extract<BrowserAction, { do: 'download' }>,
  maxBytes: number,
): Promise<Done> {
  const subject = subjectOf(acting, action.target, 'press')
  const acted = await onElement(acting, subject, async ({ locator }, timeout) => {
    const waiting = nextDownload(acting)
    try {
      await press(locator, { timeout })
      return await waiting.begun()
    } finally {
      waiting.stop()
    }
  })
  const begun = acted.value
  if (begun === undefined) {
    throw new StepstreamError(
      'ACTION_NOT_VERIFIED',
      `No download began when ${speak(acted.found)} was pressed.`,
    )
  }
  const path = await finished(acting, begun, maxBytes)
  const name = safeName(begun.suggestedFilename())
  const { size } = await stat(path)
  return {
    description: `download ${JSON.stringify(name)} by ${speak(acted.found)}`,
    target: acted.element,
    candidates: acted.candidates,
    evidence: `a file of ${size} bytes came`,
    output: { name, bytes: size },
    download: { name, path },
  }
}

/** The next download of any page of the context: a link may open a tab for it. */
function nextDownload(acting: Acting) {
  const { context } = acting
  let got: Download | undefined
  const onDownload = (one: Download) => {
    got ??= one
  }
  const onPage = (page: Page) => void page.on('download', onDownload)
  const pages = context.pages()
  for (const page of pages) page.on('download', onDownload)
  context.on('page', onPage)
  return {
    async begun(): Promise<Download | undefined> {
      const end = acting.clock.now() + BEGINS_MS
      while (got === undefined && acting.clock.now() < end) await pause(acting, 25)
      return got
    },
    stop() {
      for (const page of context.pages()) page.off('download', onDownload)
      context.off('page', onPage)
    },
  }
}

/** @throws StepstreamError FILE_REFUSED where it is too large, PAGE_FAILED where it does not come to its end */
async function finished(acting: Acting, begun: Download, maxBytes: number): Promise<string> {
  const { clock } = acting
  const end = clock.now() + ENDS_MS
  let path: string | undefined
  let failure: unknown
  const ended = begun.path().then(
    (at) => {
      path = at
    },
    (error: unknown) => {
      failure = error
    },
  )
  const received = await countReceived(acting, begun)
  try {
    while (path === undefined && failure === undefined) {
      if (received.bytes() > maxBytes) await refuse(begun, maxBytes)
      if (clock.now() > end) {
        await begun.cancel()
        throw new StepstreamError(
          'PAGE_FAILED',
          `The download did not end within ${ENDS_MS / 1000} s.`,
        )
      }
      await Promise.race([ended, pause(acting, 50)])
    }
  } finally {
    await received.stop()
  }
  if (path === undefined) {
    const why = failure instanceof Error ? failure.message : String(failure)
    throw new StepstreamError('PAGE_FAILED', `The download failed: ${why}.`, { cause: failure })
  }
  if ((await stat(path)).size > maxBytes) await refuse(begun, maxBytes)
  return path
}

async function refuse(begun: Download, maxBytes: number): Promise<never> {
  await begun.cancel()
  await begun.delete()
  throw new StepstreamError('FILE_REFUSED', `The download is larger than ${maxBytes} bytes.`)
}

/** How much of a download has come, as the browser tells its pages. */
async function countReceived(acting: Acting, begun: Download) {
  let bytes = 0
  const page = begun.page()
  const cdp = page.isClosed() ? undefined : await acting.context.newCDPSession(page)
  cdp?.on('Page.downloadProgress', ({ receivedBytes }) => {
    bytes = Math.max(bytes, receivedBytes)
  })
  await cdp?.send('Page.enable')
  return {
    bytes: () => bytes,
    // The tab that was opened for it closes with it.
    stop: async () => cdp?.detach().catch(() => undefined),
  }
}
