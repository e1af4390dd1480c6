import type { Page } from 'playwright-core'
import { StepstreamError } from '../../../errors.ts'
import type { BrowserAction } from '../../browser-actions/types.ts'
import type { Acting, Done } from '../acting.ts'
import { pause } from '../answering.ts'
import { loose } from '../words.ts'

/** A tab that is about to open may take a while. */
const REST_MS = 50

export async function switchTab(
  acting: Acting,
  action: Extract<BrowserAction, { do: 'switchTab' }>,
): Promise<Done> {
  const tab = await tabOf(acting, action.tab)
  await acting.request.session.switchTo(tab)
  await tab.bringToFront()
  return { description: `switch to the tab ${tab.url()}`, evidence: `the tab is ${tab.url()}` }
}

export async function closeTab(
  acting: Acting,
  action: Extract<BrowserAction, { do: 'closeTab' }>,
): Promise<Done> {
  const tab = action.tab === undefined ? acting.page : await tabOf(acting, action.tab)
  const url = tab.url()
  await tab.close()
  return { description: `close the tab ${url}`, evidence: 'the tab is closed' }
}

export async function answerDialog(
  acting: Acting,
  { accept, text }: Extract<BrowserAction, { do: 'dialog' }>,
): Promise<Done> {
  acting.request.session.answerNextDialog({ accept, ...(text === undefined ? {} : { text }) })
  const how = accept
    ? text === undefined
      ? 'accept'
      : `answer ${JSON.stringify(text)} to`
    : 'dismiss'
  return { description: `${how} the next dialog`, evidence: 'the next dialog is answered so' }
}

async function tabOf(acting: Acting, said: string | number): Promise<Page> {
  const { clock, patienceMs } = acting
  const end = clock.now() + patienceMs
  for (;;) {
    const { tabs } = acting.request.session
    const found =
      typeof said === 'number' ? [tabs.at(said < 0 ? said : said - 1)] : await named(tabs, said)
    const [tab] = found
    if (tab !== undefined && found.length === 1) return tab
    if (clock.now() >= end) throw await noTab(tabs, said, found.length)
    await pause(acting, REST_MS)
  }
}

async function named(tabs: readonly Page[], said: string): Promise<Page[]> {
  const fits = await Promise.all(
    tabs.map(
      async (tab) => tab.url().includes(said) || loose(await titleOf(tab)).includes(loose(said)),
    ),
  )
  return tabs.filter((_, at) => fits[at])
}

async function noTab(
  tabs: readonly Page[],
  said: string | number,
  fitting: number,
): Promise<StepstreamError> {
  const titles = await Promise.all(tabs.map(titleOf))
  const open = tabs.map((tab, at) => `${at + 1}: "${titles[at]}" ${tab.url()}`).join('; ')
  const code = fitting > 1 ? 'TARGET_AMBIGUOUS' : 'TARGET_NOT_FOUND'
  const what = fitting > 1 ? `${fitting} tabs fit` : 'No tab is'
  const listed = tabs.map((_, at) => ({
    role: 'tab',
    name: titles[at] ?? '',
    score: 0,
    why: 'an open tab',
  }))
  return new StepstreamError(code, `${what} ${JSON.stringify(said)}; open are ${open}.`, {
    details: { candidates: listed },
  })
}

/** A tab that is just going has none. */
function titleOf(tab: Page): Promise<string> {
  return tab.title().catch(() => '')
}
