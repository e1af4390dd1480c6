import type { Json } from '../../../json.ts'
import type { BrowserAction, Target } from '../../browser-actions/types.ts'
import type { Acting, Done } from '../acting.ts'
import { onElement, targetOf } from '../attempts.ts'
import { countOf } from '../counting.ts'
import { type Found, speak } from '../element.ts'
import { say } from '../failures.ts'
import { excerpt, textOf } from '../page-text.ts'
import {
  attributeOfElement,
  listOfElement,
  tableOfElement,
  textOfElement,
  valueOfElement,
} from '../read-element.ts'
import { ask } from '../settle.ts'

type Extraction = Extract<BrowserAction, { do: 'extract' }>

/** Reads something off the page; secrets are blanked out. */
export async function extract(acting: Acting, action: Extraction): Promise<Done> {
  const what = action.what ?? 'text'
  const output = await ofThePage(acting, action, what)
  if (output !== undefined) return told(`extract the ${what} of the page`, output)
  const target = action.target ?? { role: what === 'table' ? 'table' : 'list' }
  const subject = {
    target: target as string | Target,
    pointer: acting.request.elements?.target,
    purpose: 'read',
  } as const
  const acted = await onElement(acting, subject, (found) => ofElement(acting, found, action, what))
  return {
    ...told(`extract the ${what} of ${speak(acted.found)}`, acted.value),
    target: acted.element,
    candidates: acted.candidates,
  }
}

function told(description: string, output: Json): Done {
  const found = typeof output === 'string' ? output : JSON.stringify(output)
  return { description, output, evidence: `found ${JSON.stringify(excerpt(found))}` }
}

async function ofThePage(
  acting: Acting,
  action: Extraction,
  what: string,
): Promise<Json | undefined> {
  const { page, observer, secrets, context } = acting
  if (what === 'url' && action.target === undefined) return secrets.blanked(page.url(), context)
  if (what === 'title') return secrets.blanked(await ask(acting, () => page.title()), context)
  if (what === 'count')
    return action.target === undefined ? 0 : countOf(acting, targetOf(action.target))
  const pointed = acting.request.elements?.target !== undefined
  if (action.target === undefined && !pointed && (what === 'text' || what === 'value')) {
    const view = await observer.view(page, acting)
    return textOf(acting, view)
  }
  return undefined
}

async function ofElement(
  acting: Acting,
  found: Found,
  action: Extraction,
  what: string,
): Promise<Json> {
  switch (what) {
    case 'value':
      return valueOfElement(acting, found)
    case 'url':
      return linkOf(acting, found)
    case 'attribute':
      return attributeOfElement(acting, found, action.attribute ?? 'title')
    case 'list':
      return listOfElement(acting, found)
    case 'table':
      return tableOfElement(acting, found)
    default:
      return textOfElement(acting, found)
  }
}

/** Where a link leads, as a whole address. */
async function linkOf(acting: Acting, found: Found): Promise<string> {
  const href = await found.locator.evaluate(
    (element) =>
      String(
        (element as { href?: string; src?: string }).href ??
          (element as { src?: string }).src ??
          '',
      ),
    undefined,
    { timeout: 1000 },
  )
  return acting.secrets.blanked(href, acting.context)
}

export function sayTarget(target: string | Target | undefined): string {
  return target === undefined ? 'page' : say(targetOf(target))
}
