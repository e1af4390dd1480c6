import type { BrowserContext, Frame, JSHandle, Locator, Page } from 'playwright-core'
import type { DomElement } from './dom.ts'
import { isMoved } from './failures.ts'
import type { Box, PageNode } from './page-node.ts'
import { flatten } from './page-node.ts'
import { fieldRoles } from './roles.ts'
import { flat } from './words.ts'

/** What is shown in place of a secret. */
export const BLANK = '[secret]'

const FIELDS = 'input, textarea'

/** A page of more frames than this is asked for the first ones only. */
const MAX_FRAMES = 50

/** A value shorter than this may stand in any text by chance. */
const MIN_IN_TEXT = 4

/** A field whose content is nobody's business. */
export interface SecretField {
  readonly frame: Frame
  /** Which of the frame's fields. */
  readonly index: number
  readonly value: string
  readonly box: Box
}

/**
 * Knows what is secret in the pages of a context: fields of passwords, cards and one-time codes, every
 * field that was one once, and the values of secrets that were typed.
 */
export class SecretFields {
  readonly #once = new WeakMap<Frame, Promise<JSHandle<WeakSet<object>>>>()
  readonly #typed = new WeakMap<BrowserContext, Set<string>>()

  /** What was typed is blanked out wherever it shows up. */
  remember(context: BrowserContext, value: string): void {
    const typed = this.#typed.get(context) ?? new Set()
    this.#typed.set(context, typed.add(value))
  }

  /** The field takes part in no picture and no observation from now on. */
  async mark(frame: Frame, field: JSHandle): Promise<void> {
    // Of the document that is there now.
    await this.#ofFrame(frame)
    const seen = await this.#seen(frame)
    await seen.evaluate((known, element) => void known.add(element as object), field)
  }

  /** Those of the page as it is now; what is one now counts as one later. */
  async of(page: Page): Promise<SecretField[]> {
    const frames = page.frames().slice(0, MAX_FRAMES)
    const found = await Promise.all(frames.map((frame) => this.#ofFrame(frame)))
    return found.flat()
  }

  /** One of the fields that `of` found. */
  locator(frame: Frame, index: number): Locator {
    return frame.locator(FIELDS).nth(index)
  }

  /** Blanks what is secret in the nodes. @returns how many values */
  redact(
    nodes: readonly PageNode[],
    fields: readonly SecretField[],
    context: BrowserContext,
  ): number {
    const values = new Set(fields.flatMap(({ value }) => (value === '' ? [] : [flat(value)])))
    const boxes = new Set(fields.map(({ box }) => corner(box)))
    let redactions = 0
    for (const node of flatten(nodes)) {
      if (node.value !== undefined && fieldRoles.has(node.role)) {
        if (values.has(flat(node.value)) || (node.box && boxes.has(corner(node.box)))) {
          node.value = BLANK
          node.secret = true
          redactions += 1
        }
      }
      redactions += this.#redactTexts(node, values, context)
    }
    return redactions
  }

  /** A text without the values that are known to be secret. */
  blanked(text: string, context: BrowserContext, values: Iterable<string> = []): string {
    let clean = text
    for (const value of [...(this.#typed.get(context) ?? []), ...values]) {
      if (value.length >= MIN_IN_TEXT && clean.includes(value))
        clean = clean.replaceAll(value, BLANK)
      else if (value !== '' && clean === value) clean = BLANK
    }
    return clean
  }

  #redactTexts(node: PageNode, values: Set<string>, context: BrowserContext): number {
    let redactions = 0
    for (const key of ['name', 'text', 'label', 'words', 'value', 'placeholder', 'url'] as const) {
      const text = node[key]
      if (text === undefined || text === '') continue
      const clean = this.blanked(text, context, values)
      if (clean === text) continue
      node[key] = clean
      redactions += 1
    }
    return redactions
  }

  async #ofFrame(frame: Frame, isRetry = false): Promise<SecretField[]> {
    try {
      const seen = await this.#seen(frame)
      const found = await frame.locator(FIELDS).evaluateAll(secretsAmong, seen)
      return found.map((one) => ({ ...one, frame }))
    } catch (error) {
      this.#once.delete(frame)
      if (frame.isDetached()) return []
      // The frame went to another document, and the old one took its set along.
      if (!isMoved(error) && !/disposed|JSHandles? can be evaluated/i.test(String(error)))
        throw error
      return isRetry ? [] : this.#ofFrame(frame, true)
    }
  }

  /** Kept outside what the page can reach; a new document gets a new one. */
  #seen(frame: Frame): Promise<JSHandle<WeakSet<object>>> {
    const kept = this.#once.get(frame)
    if (kept !== undefined) return kept
    const made = frame.evaluateHandle(() => new WeakSet<object>())
    this.#once.set(frame, made)
    return made
  }
}

/** Runs in the page: which of its fields are secret. Source of the kinds: HTML's autofill field names. */
function secretsAmong(elements: unknown[], seen: WeakSet<object>) {
  return (elements as DomElement[]).flatMap((element, index) => {
    const kinds = (element.getAttribute('autocomplete') ?? '').toLowerCase().split(/\s+/)
    const isSecret =
      element.type === 'password' ||
      element.type === 'hidden' ||
      kinds.some((kind) => /^(cc-.*|one-time-code|current-password|new-password)$/.test(kind))
    if (isSecret) seen.add(element)
    if (!seen.has(element) || element.type === 'hidden') return []
    const { x, y, width, height } = element.getBoundingClientRect()
    return [{ index, value: element.value, box: { x, y, width, height } }]
  })
}

function corner({ x, y, width, height }: Box): string {
  return [x, y, width, height].map(Math.round).join(' ')
}
