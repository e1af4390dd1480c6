/** What functions that run in the page use of the DOM: the project compiles without its library. */
export interface DomElement {
  readonly tagName: string
  readonly id: string
  readonly textContent: string | null
  readonly isConnected: boolean
  readonly isContentEditable: boolean
  readonly ownerDocument: DomDocument
  readonly parentElement: DomElement | null
  readonly children: ArrayLike<DomElement> & Iterable<DomElement>
  readonly childNodes: ArrayLike<DomNode> & Iterable<DomNode>
  readonly labels?: ArrayLike<DomElement> & Iterable<DomElement>
  readonly type: string
  value: string
  readonly checked?: boolean
  readonly indeterminate?: boolean
  readonly disabled?: boolean
  readonly autocomplete?: string
  readonly options?: ArrayLike<DomOption> & Iterable<DomOption>
  readonly multiple?: boolean
  readonly innerText?: string
  readonly rows?: ArrayLike<DomElement & { readonly cells: Iterable<DomElement> }> &
    Iterable<DomElement & { readonly cells: Iterable<DomElement> }>
  getAttribute(name: string): string | null
  hasAttribute(name: string): boolean
  matches(selector: string): boolean
  closest(selector: string): DomElement | null
  querySelector(selector: string): DomElement | null
  querySelectorAll(selector: string): ArrayLike<DomElement> & Iterable<DomElement>
  getBoundingClientRect(): { x: number; y: number; width: number; height: number }
  click(): void
  blur(): void
}

interface DomNode {
  readonly nodeType: number
  readonly nodeValue: string | null
}

interface DomOption extends DomElement {
  readonly label: string
  readonly selected: boolean
}

interface DomDocument {
  readonly title: string
  readonly activeElement: DomElement | null
  readonly documentElement: DomElement
  readonly body: DomElement | null
  getElementsByTagName(name: string): ArrayLike<DomElement>
  elementFromPoint(x: number, y: number): DomElement | null
}

/** The globals of a page. */
export interface DomWindow {
  readonly document: DomDocument
  readonly scrollX: number
  readonly scrollY: number
  readonly innerWidth: number
  readonly innerHeight: number
  scrollBy(x: number, y: number): void
  scrollTo(x: number, y: number): void
  requestAnimationFrame(callback: () => void): number
  setTimeout(callback: () => void, ms: number): number
}
