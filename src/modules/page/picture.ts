import type { Locator, Page } from 'playwright-core'
import type { SecretFields } from './secret-fields.ts'

/** Good enough to read, and 20 to 80 KB. */
const QUALITY = 60

/** A whole page taller than this is not taken: the picture would not fit into memory. */
const SHOT_MS = 15_000

export interface Picture {
  readonly bytes: Uint8Array
  readonly contentType: string
}

/** A picture of the page, or of an element, with the fields that hold secrets covered. */
export async function takePicture(
  page: Page,
  secrets: SecretFields,
  options: { readonly fullPage?: boolean; readonly element?: Locator },
): Promise<Picture> {
  const fields = await secrets.of(page)
  const mask = fields.map(({ frame, index }) => secrets.locator(frame, index))
  const shared = { type: 'jpeg', quality: QUALITY, mask, timeout: SHOT_MS } as const
  const bytes =
    options.element === undefined
      ? await page.screenshot({ ...shared, fullPage: options.fullPage === true })
      : await options.element.screenshot(shared)
  return { bytes, contentType: 'image/jpeg' }
}
