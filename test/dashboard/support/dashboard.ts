import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { expect, inject } from 'vitest'
import { chromiumPath } from '../../support/browser.ts'

/** The dashboard of this run: built once for all. */
export async function builtDashboard(): Promise<{ readonly dashboard: string }> {
  const response = await fetch(`${inject('postgresBroker')}/dashboard`)
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return { dashboard: text }
}

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await chromiumPath(), args: ['--no-sandbox'] })
}

export interface Visit extends AsyncDisposable {
  readonly page: Page
  readonly context: BrowserContext
  /** What the browser complained of: scripts that failed, and what the policy kept out. */
  readonly complaints: string[]
}

export interface Visiting {
  readonly width?: number
  readonly scheme?: 'light' | 'dark'
}

/** Somebody with a browser of their own. */
export async function visit(
  browser: Browser,
  address: string,
  { width = 1280, scheme = 'light' }: Visiting = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width, height: 860 },
    colorScheme: scheme,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) complaints.push(message.text())
  })
  await page.goto(address)
  return { page, context, complaints, [Symbol.asyncDispose]: () => context.close() }
}

let axe: string | undefined

/** What a person who cannot see, or not point, would stumble over, in light and in dark; the serious of it. */
export async function barriers(page: Page): Promise<readonly string[]> {
  axe ??= await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  await page.evaluate(axe)
  const isDark = await page.evaluate('matchMedia("(prefers-color-scheme: dark)").matches')
  const [colours, others] = isDark ? (['dark', 'light'] as const) : (['light', 'dark'] as const)
  const found = await violationsIn(page, {})
  await page.emulateMedia({ colorScheme: others })
  // The rest is the same in both.
  const ofColours = await violationsIn(page, { runOnly: ['color-contrast'] })
  await page.emulateMedia({ colorScheme: colours })
  return [...found, ...ofColours.map((violation) => `${others}: ${violation}`)]
}

async function violationsIn(page: Page, rules: object): Promise<readonly string[]> {
  const options = { resultTypes: ['violations'], ...rules }
  const { violations } = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[]
  }
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}

/** Nothing reaches beyond the right edge of the page. */
export async function expectFits(page: Page): Promise<void> {
  const wide = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  expect([page.url(), wide]).toEqual([page.url(), 0])
}
