import type { Acting } from './acting.ts'
import { stateOf } from './actions/checking.ts'
import type { DomElement } from './dom.ts'
import type { Found } from './element.ts'
import { BLANK } from './secret-fields.ts'
import { flat } from './words.ts'

/** More of an element's text is not taken, in characters. */
const MAX_TEXT = 1_000_000

const LOOK_MS = 1000

/** The text that an element shows; of a field, what it holds. */
export async function textOfElement(acting: Acting, found: Found): Promise<string> {
  const { text, isField } = await found.locator.evaluate(shownText, MAX_TEXT, { timeout: LOOK_MS })
  if (isField) return valueOfElement(acting, found)
  return acting.secrets.blanked(flat(text), acting.context)
}

/** What a field holds; of a list, the label of what is selected. Secrets are blanked out. */
export async function valueOfElement(acting: Acting, { locator }: Found): Promise<string> {
  const [value, secrets] = await Promise.all([
    locator.evaluate(heldValue, undefined, { timeout: LOOK_MS }),
    acting.secrets.of(acting.page),
  ])
  if (value.isSecret) return BLANK
  const values = secrets.map((field) => field.value).filter((one) => one === value.text)
  return acting.secrets.blanked(values.length > 0 ? BLANK : value.text, acting.context)
}

export async function attributeOfElement(
  acting: Acting,
  { locator }: Found,
  name: string,
): Promise<string | null> {
  const value = await locator.getAttribute(name, { timeout: LOOK_MS })
  if (value === null) return null
  if (name.toLowerCase() === 'value') return valueOfElement(acting, { locator } as Found)
  return acting.secrets.blanked(value, acting.context)
}

/** The texts of the items of a list, of the options of one to choose from, or of the rows of a table. */
export async function listOfElement(acting: Acting, { locator }: Found): Promise<string[]> {
  const texts = await locator.evaluate(itemsOf, undefined, { timeout: LOOK_MS })
  return texts.map((text) => acting.secrets.blanked(flat(text), acting.context))
}

/** The rows of a table by the names of its columns; without headers they are named by their number. */
export async function tableOfElement(
  acting: Acting,
  { locator }: Found,
): Promise<{ readonly [column: string]: string }[]> {
  const { headers, rows } = await locator.evaluate(cellsOf, undefined, { timeout: LOOK_MS })
  const columns: string[] = []
  for (const [at, header] of headers.entries()) {
    const name = flat(header) || String(at + 1)
    columns.push(columns.includes(name) ? `${name} ${at + 1}` : name)
  }
  return rows.map((cells) =>
    Object.fromEntries(
      cells.map((cell, at) => [
        columns[at] ?? String(at + 1),
        acting.secrets.blanked(flat(cell), acting.context),
      ]),
    ),
  )
}

/** Whether a state holds of an element. */
export async function stateHolds(found: Found, state: string): Promise<boolean> {
  const { locator } = found
  const options = { timeout: LOOK_MS }
  switch (state) {
    case 'visible':
      return locator.isVisible()
    case 'enabled':
      return locator.isEnabled(options)
    case 'editable':
      return locator.isEditable(options).catch(() => false)
    case 'checked':
      return (await stateOf(locator)) === true
    default:
      return locator.evaluate(holds, state, options)
  }
}

/** Runs in the page. */
function holds(element: unknown, state: string): boolean {
  const it = element as DomElement & { readonly selected?: boolean; readonly open?: boolean }
  switch (state) {
    case 'selected':
      return (
        it.selected === true ||
        it.getAttribute('aria-selected') === 'true' ||
        it.getAttribute('aria-current') === 'true'
      )
    case 'focused':
      return (it as unknown as { matches(selector: string): boolean }).matches(':focus')
    case 'expanded':
      return (
        it.getAttribute('aria-expanded') === 'true' ||
        it.open === true ||
        it.closest('details')?.hasAttribute('open') === true
      )
    default: {
      const takesValue = /^(INPUT|TEXTAREA|SELECT)$/.test(it.tagName)
      return (takesValue ? it.value : (it.innerText ?? '')).trim() === ''
    }
  }
}

/** Runs in the page. */
function shownText(element: unknown, max: number): { text: string; isField: boolean } {
  const it = element as DomElement & { readonly alt?: string }
  const isField = /^(INPUT|TEXTAREA|SELECT)$/.test(it.tagName)
  return { text: (it.innerText ?? it.textContent ?? '').slice(0, max) || (it.alt ?? ''), isField }
}

/** Runs in the page. */
function heldValue(element: unknown): { text: string; isSecret: boolean } {
  const it = element as DomElement
  if (it.tagName === 'SELECT') {
    const labels = [...(it.options ?? [])]
      .filter(({ selected }) => selected)
      .map(({ label }) => label)
    return { text: labels.join(', '), isSecret: false }
  }
  const takesValue = /^(INPUT|TEXTAREA)$/.test(it.tagName)
  const text = takesValue
    ? it.value
    : (it.getAttribute('aria-valuetext') ?? it.getAttribute('aria-valuenow') ?? it.innerText ?? '')
  return { text, isSecret: it.type === 'password' }
}

/** Runs in the page. */
function itemsOf(element: unknown): string[] {
  const it = element as DomElement
  if (it.options !== undefined && it.tagName === 'SELECT')
    return [...it.options].map(({ label }) => label)
  const kinds =
    ':scope > li, :scope > [role=listitem], :scope > [role=option], :scope > [role=treeitem], :scope > dt, :scope > dd'
  const direct = [...it.querySelectorAll(kinds)]
  const items =
    direct.length > 0
      ? direct
      : [
          ...it.querySelectorAll(
            'li, [role=listitem], [role=option], [role=menuitem], tr, [role=row]',
          ),
        ]
  const found = items.length > 0 ? items : [...it.children]
  return found
    .map((item) => item.innerText ?? item.textContent ?? '')
    .filter((text) => text.trim() !== '')
}

/** Runs in the page. */
function cellsOf(element: unknown): { headers: string[]; rows: string[][] } {
  const it = element as DomElement
  const table = it.matches('table, [role=table], [role=grid], [role=treegrid]')
    ? it
    : (it.querySelector('table, [role=table], [role=grid], [role=treegrid]') ?? it)
  const cells = 'th, td, [role=cell], [role=gridcell], [role=columnheader], [role=rowheader]'
  const lines = [...table.querySelectorAll('tr, [role=row]')].map((row) => [
    ...row.querySelectorAll(cells),
  ])
  const text = (cell: DomElement) => cell.innerText ?? cell.textContent ?? ''
  const [first = []] = lines
  const isHeader =
    first.length > 0 && first.every((cell) => cell.matches('th, [role=columnheader]'))
  const rows = (isHeader ? lines.slice(1) : lines).filter(({ length }) => length > 0)
  return { headers: isHeader ? first.map(text) : [], rows: rows.map((row) => row.map(text)) }
}
