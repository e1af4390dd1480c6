import type { Locator, Page } from 'playwright-core'
import type { DomElement, DomWindow } from './dom.ts'
import { type Box, number, type PageNode } from './page-node.ts'
import { type Scroll, textNode } from './snapshot.ts'
import { flat } from './words.ts'

/** What can be acted on, and what names parts of a page. */
const CONTROLS =
  'a[href], button, input:not([type=hidden]), select, textarea, summary, [role], [contenteditable=""], [contenteditable=true], [onclick], [tabindex], h1, h2, h3, h4, h5, h6'

/** At most so many controls of a page are looked at. */
const MAX_CONTROLS = 20_000

/** Names and texts are cut after so many characters. */
const MAX_NAME = 200

interface Control {
  readonly index: number
  readonly role: string
  readonly name: string
  readonly placeholder: string
  readonly value: string
  readonly url: string
  readonly states: string[]
  readonly box: Box
}

export interface LargePage {
  readonly roots: PageNode[]
  readonly locators: ReadonlyMap<string, Locator>
}

/**
 * The controls and headings of a page that is too large to be taken as a whole, and the texts that its
 * window shows: a list, without frames, whose names are read more simply than the standard says.
 */
export async function readLargePage(page: Page, scroll: Scroll): Promise<LargePage> {
  const controls = page.locator(CONTROLS)
  const limits = { maxControls: MAX_CONTROLS, maxName: MAX_NAME }
  const found = await controls.evaluateAll(controlsAmong, limits)
  const texts = await page.evaluate(textsInWindow, MAX_NAME)
  const locators = new Map(found.map(({ index }) => [`n${index}`, controls.nth(index)]))
  const roots = [
    ...found.map((control) => nodeOf(control, scroll)),
    ...texts.map(({ text, box }) => textNode(text, box)),
  ]
  number(roots)
  return { roots, locators }
}

function nodeOf(control: Control, scroll: Scroll): PageNode {
  const { index, role, name, value, url, placeholder, states, box } = control
  const isOff = box.x + box.width + scroll.x <= 0 || box.y + box.height + scroll.y <= 0
  return {
    order: 0,
    end: 0,
    ref: `n${index}`,
    role,
    name: flat(name),
    text: '',
    label: '',
    hint: '',
    ...(value === '' ? {} : { value }),
    ...(placeholder === '' ? {} : { placeholder }),
    ...(url === '' ? {} : { url }),
    states,
    box,
    clickable: role === 'generic',
    hidden: isOff || box.width === 0 || box.height === 0,
    children: [],
    words: '',
  }
}

/** Runs in the page. */
function controlsAmong(
  elements: unknown[],
  { maxControls, maxName }: { maxControls: number; maxName: number },
): Control[] {
  const roles: { [name: string]: string } = {
    A: 'link',
    BUTTON: 'button',
    SELECT: 'combobox',
    TEXTAREA: 'textbox',
    SUMMARY: 'button',
    checkbox: 'checkbox',
    radio: 'radio',
    range: 'slider',
    number: 'spinbutton',
    search: 'searchbox',
    button: 'button',
    submit: 'button',
    reset: 'button',
    image: 'button',
    file: 'button',
  }
  // Asking each control for its labels walks the page each time.
  const labels = new Map<unknown, string>()
  const { document } = globalThis as unknown as DomWindow
  for (const label of document.documentElement.querySelectorAll('label')) {
    const { control } = label as DomElement & { readonly control?: DomElement | null }
    if (control) labels.set(control, (label.textContent ?? '').slice(0, maxName))
  }
  const roleOf = (element: DomElement) =>
    element.getAttribute('role') ??
    (element.tagName === 'INPUT'
      ? (roles[element.type] ?? 'textbox')
      : /^H[1-6]$/.test(element.tagName)
        ? 'heading'
        : (roles[element.tagName] ?? 'generic'))
  const nameOf = (element: DomElement) => {
    const given = element.getAttribute('aria-label')
    if (given) return given
    const label = labels.get(element)
    if (label) return label
    if (element.tagName === 'INPUT')
      return /^(submit|button|reset)$/.test(element.type)
        ? element.value
        : (element.getAttribute('title') ?? '')
    const text = element.textContent ?? ''
    return (text.trim() || element.getAttribute('title') || '').slice(0, maxName)
  }
  return (elements as DomElement[]).slice(0, maxControls).map((element, index) => {
    const { x, y, width, height } = element.getBoundingClientRect()
    const takesText = /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName)
    return {
      index,
      role: roleOf(element),
      name: nameOf(element),
      placeholder: element.getAttribute('placeholder') ?? '',
      value: takesText ? String(element.value ?? '').slice(0, 1000) : '',
      url: element.getAttribute('href') ?? '',
      states: [
        ...(element.checked === true ? ['checked'] : []),
        ...(element.disabled === true ? ['disabled'] : []),
        ...(element.ownerDocument.activeElement === element ? ['focused'] : []),
      ],
      box: {
        x: Math.round(x),
        y: Math.round(y),
        width: Math.round(width),
        height: Math.round(height),
      },
    }
  })
}

/** Runs in the page: what stands at the points of a grid over the window. */
function textsInWindow(maxName: number): { text: string; box: Box }[] {
  const { document, innerWidth, innerHeight } = globalThis as unknown as DomWindow
  const seen = new Set<DomElement>()
  const texts: { text: string; box: Box }[] = []
  for (let y = 8; y < innerHeight; y += 16) {
    for (const share of [0.1, 0.3, 0.5, 0.7, 0.9]) {
      const element = document.elementFromPoint(innerWidth * share, y)
      if (element === null || seen.has(element)) continue
      seen.add(element)
      let text = ''
      for (const { nodeType, nodeValue } of element.childNodes) {
        if (nodeType === 3) text += (nodeValue ?? '').slice(0, maxName)
        if (text.length > maxName) break
      }
      if (text.trim() === '') continue
      const box = element.getBoundingClientRect()
      texts.push({
        text: text.slice(0, maxName),
        box: { x: box.x, y: box.y, width: box.width, height: box.height },
      })
    }
  }
  return texts
}
