import { type Clock, systemClock } from '../../clock.ts'
import type { BrowserSession } from '../browser/types.ts'
import { answering } from './answering.ts'
import { isGone, lost } from './failures.ts'
import { fingerprint } from './fingerprint.ts'
import { observedNodes } from './observed.ts'
import { Observer } from './observer.ts'
import { perform } from './perform.ts'
import { takePicture } from './picture.ts'
import { listenForPopups } from './popups.ts'
import { render } from './render.ts'
import { SecretFields } from './secret-fields.ts'
import type { ActRequest, ActResult, Observation, ObserveOptions, PageActor } from './types.ts'

export interface PageActorOptions {
  readonly clock?: Clock
  /** How many bytes a download may have. Default: 100 MB. */
  readonly maxDownloadBytes?: number
}

const PATIENCE_MS = 10_000
const BUDGET_CHARS = 40_000
const MAX_DOWNLOAD_BYTES = 100_000_000
const PICTURE_MS = 20_000

/** What sees and acts on pages through Playwright; it runs no code of a caller's in them. */
export function createPageActor(options: PageActorOptions = {}): PageActor {
  const { clock = systemClock, maxDownloadBytes = MAX_DOWNLOAD_BYTES } = options
  const secrets = new SecretFields()
  const observer = new Observer(secrets)
  return { observe, act, picture }

  async function observe(
    session: BrowserSession,
    { budgetChars = BUDGET_CHARS, signal }: ObserveOptions,
  ): Promise<Observation> {
    const page = await session.page()
    const context = page.context()
    const view = await observer.view(page, { clock, signal, listeners: true, isTold: true })
    const { text, truncated } = render(view.flat, view.size.viewport, budgetChars)
    const tabs = await answering(page, { clock, signal }, PICTURE_MS, () =>
      Promise.all(
        session.tabs.map(async (tab) => ({
          url: secrets.blanked(tab.url(), context),
          // A tab that is just going has none.
          title: tab === page ? view.size.title : await tab.title().catch(() => ''),
          current: tab === page,
        })),
      ),
    )
    const url = secrets.blanked(page.url(), context)
    return {
      url,
      title: secrets.blanked(view.size.title, context),
      tabs,
      nodes: observedNodes(view.roots),
      rendered: text,
      truncated,
      fingerprint: fingerprint(url, view.flat),
      redactions: view.redactions,
    }
  }

  async function act(request: ActRequest): Promise<ActResult> {
    const { action, session, signal, patienceMs = PATIENCE_MS } = request
    const startedAt = clock.now()
    signal.throwIfAborted()
    const page = await session.page()
    const { context } = session
    try {
      const cdp = await answering(page, { clock, signal }, PICTURE_MS, () => listenForPopups(page))
      const acting = { page, context, request, observer, cdp, secrets, patienceMs, clock, signal }
      const done = await perform(acting, action, maxDownloadBytes)
      return { candidates: [], navigated: false, ...done, durationMs: clock.now() - startedAt }
    } catch (error) {
      throw isGone(error) ? lost(page, error) : error
    }
  }

  async function picture(
    session: BrowserSession,
    { fullPage = false }: { readonly fullPage?: boolean },
  ) {
    const page = await session.page()
    const { signal } = new AbortController()
    return answering(page, { clock, signal }, PICTURE_MS, () =>
      takePicture(page, secrets, { fullPage }),
    )
  }
}
