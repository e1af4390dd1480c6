import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
// @ts-expect-error An example is plain JavaScript, for people to read and run.
import { createShopSite } from '../../examples/shop-site.mjs'

const PASSWORD = 'a password for the bench'

export interface Shop extends AsyncDisposable {
  readonly url: string
}

export async function openShop(): Promise<Shop> {
  const server = createShopSite({ password: PASSWORD })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** What is done over and over to the checkout form, as a sentence and in Playwright. */
export interface FormAction {
  readonly kind: 'fill' | 'click' | 'check' | 'assert'
  readonly sentence: string
  perform(page: Page): Promise<unknown>
}

/** Four actions, different from one round to the next, so that each changes something. */
export function formActions(round: number): readonly FormAction[] {
  const name = `Ada ${round}`
  const payment = round % 2 === 0 ? 'Invoice' : 'Card'
  const isOn = round % 2 === 0
  return [
    {
      kind: 'fill',
      sentence: `Type "${name}" into "Full name"`,
      perform: (page) => page.getByLabel('Full name', { exact: true }).fill(name),
    },
    {
      kind: 'click',
      sentence: `Click ${payment}`,
      perform: (page) => page.getByRole('radio', { name: payment, exact: true }).click(),
    },
    {
      kind: 'check',
      sentence: `${isOn ? 'Check' : 'Uncheck'} Terms`,
      perform: (page) => page.getByLabel('Terms', { exact: true }).setChecked(isOn),
    },
    {
      kind: 'assert',
      sentence: 'Check that "Gift wrap" is visible',
      perform: (page) => page.getByText('Gift wrap', { exact: true }).waitFor(),
    },
  ]
}

/** The way to the checkout form. */
export function toCheckout(shop: string): readonly string[] {
  return [
    `Open ${shop}/products`,
    'Click "Add to cart" in the row of "Blue mug"',
    `Open ${shop}/checkout`,
  ]
}

export async function goToCheckout(page: Page, shop: string): Promise<void> {
  await page.goto(`${shop}/products`)
  const row = page.getByRole('row').filter({ hasText: 'Blue mug' })
  await row.getByRole('button', { name: 'Add to cart' }).click()
  await page.goto(`${shop}/checkout`)
}

/** Signing in, as sentences. */
export function loginSentences(shop: string): readonly string[] {
  return [
    `Open ${shop}/login`,
    'Type "ada@example.com" into Email',
    `Type "${PASSWORD}" into Password`,
    'Click Sign in',
    'Check that "Welcome, Ada" is visible',
  ]
}

/** The same in Playwright, in a context of its own. */
export async function logIn(browser: Browser, shop: string): Promise<void> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${shop}/login`)
  await page.getByLabel('Email', { exact: true }).fill('ada@example.com')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('Welcome, Ada').waitFor()
  await context.close()
}
