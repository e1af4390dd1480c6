import { StepstreamError } from '../../src/errors.ts'
import type { BrowserAction } from '../../src/modules/browser-actions/types.ts'
import type {
  BrowserSteps,
  BrowserWork,
  Performance,
} from '../../src/modules/browser-steps/types.ts'
import type { ExecutorContext } from '../../src/modules/executors/types.ts'
import type {
  ActResult,
  ElementPointer,
  Observation,
  ObservedNode,
  ResolvedElement,
} from '../../src/modules/page/types.ts'

/** A page as a test writes it. */
export interface ScriptedPage {
  readonly url: string
  readonly title?: string
  readonly nodes: readonly ObservedNode[]
}

/** What an action leads to: another page, the same one, or a failure. */
export type React = (
  action: BrowserAction,
  page: ScriptedPage,
  element: ObservedNode | undefined,
) => ScriptedPage | undefined

export interface ScriptedBrowser extends BrowserWork {
  page: ScriptedPage
  /** What was done, with whom it came from. */
  readonly performed: { readonly action: BrowserAction; readonly source: string }[]
  readonly observations: () => number
}

/** An element of a page. */
export function element(
  ref: string,
  role: string,
  name: string,
  more: Partial<ObservedNode> = {},
): ObservedNode {
  return { ref, role, name, states: [], children: [], ...more }
}

export const text = (words: string): ObservedNode => ({
  role: 'text',
  text: words,
  states: [],
  children: [],
})

/** A browser that is no browser: pages are lists of nodes, and a function says what actions lead to. */
export function scriptedBrowser(
  start: ScriptedPage,
  react: React = () => undefined,
  context?: Pick<ExecutorContext, 'observe'>,
): ScriptedBrowser {
  const performed: ScriptedBrowser['performed'] = []
  let observations = 0
  const browser: ScriptedBrowser = {
    page: start,
    performed,
    observations: () => observations,
    url: async () => browser.page.url,
    async observe(budgetChars = 40_000) {
      observations += 1
      return observationOf(browser.page, budgetChars)
    },
    async perform(action, how) {
      const { page } = browser
      performed.push({ action, source: how.source })
      const node = find(page, action, how)
      const commandId = performed.length
      const told = { commandId, do: action.do, description: `${action.do} ${node?.name ?? ''}` }
      context?.observe({
        type: 'browser.command_started',
        data: { ...told, source: how.source, action: JSON.parse(JSON.stringify(action)) },
      })
      if (action.do === 'open') browser.page = { ...page, url: action.url ?? page.url }
      browser.page = react(action, browser.page, node) ?? browser.page
      return resultOf(action, node, browser.page.url !== page.url)
    },
  }
  return browser
}

/** The same browser for each attempt; `rebuild` makes another one in its place. */
export function scriptedSteps(
  make: (context: ExecutorContext) => BrowserWork,
): BrowserSteps & { readonly given: number } {
  let given = 0
  return {
    missing: undefined,
    mayFill: () => true,
    get given() {
      return given
    },
    during(context, work) {
      given += 1
      return work(make(context))
    },
  }
}

function observationOf(page: ScriptedPage, budgetChars: number): Observation {
  const rendered = render(page.nodes)
  return {
    url: page.url,
    title: page.title ?? '',
    tabs: [{ url: page.url, title: page.title ?? '', current: true }],
    nodes: page.nodes,
    rendered: rendered.slice(0, budgetChars),
    truncated: rendered.length > budgetChars,
    fingerprint: JSON.stringify([page.url, page.nodes]),
    redactions: 0,
  }
}

function render(nodes: readonly ObservedNode[], indent = ''): string {
  return nodes
    .map(({ role, name, text: words, ref, value, children }) => {
      const line = `${indent}- ${role} "${name ?? words ?? ''}"${ref ? ` [ref=${ref}]` : ''}${value ? `: ${value}` : ''}`
      return [line, ...(children.length === 0 ? [] : [render(children, `${indent}  `)])].join('\n')
    })
    .join('\n')
}

/** As a page's actor finds it: by its ref of now, or by role and name where it is kept. */
function find(
  page: ScriptedPage,
  action: BrowserAction,
  { elements }: Performance,
): ObservedNode | undefined {
  const pointer = elements?.target
  if (pointer === undefined) return undefined
  const found = flat(page.nodes).filter((node) => isIt(node, pointer))
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  const code = found.length === 0 ? 'TARGET_NOT_FOUND' : 'TARGET_AMBIGUOUS'
  throw new StepstreamError(code, `${found.length} elements for ${action.do}`)
}

function isIt(node: ObservedNode, pointer: ElementPointer): boolean {
  if ('ref' in pointer) return node.ref === pointer.ref
  return node.ref !== undefined && node.role === pointer.role && node.name === pointer.name
}

function flat(nodes: readonly ObservedNode[]): readonly ObservedNode[] {
  return nodes.flatMap((node) => [node, ...flat(node.children)])
}

function resultOf(
  action: BrowserAction,
  node: ObservedNode | undefined,
  navigated: boolean,
): ActResult {
  const target: ResolvedElement | undefined = node && {
    selector: `role=${node.role}[name="${node.name}"]`,
    code: `getByRole('${node.role}', { name: '${node.name}' })`,
    role: node.role,
    name: node.name ?? '',
    weak: false,
  }
  return {
    description: `${action.do} ${node === undefined ? '' : `${node.role} "${node.name}"`}`.trim(),
    ...(target === undefined ? {} : { target }),
    candidates: [],
    navigated,
    durationMs: 1,
  }
}
