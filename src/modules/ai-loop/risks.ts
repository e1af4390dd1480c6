import type { approvalKinds } from '../browser/types.ts'
import type { BrowserAction } from '../browser-actions/types.ts'
import type { Observation, ObservedNode } from '../page/types.ts'
import { isField, nameOf, type Placed, placed } from './nodes.ts'

export type ApprovalKind = (typeof approvalKinds)[number]

const sends =
  /\b(submit|send|save|sign (?:in|up|on)|log ?in|register|join|continue|confirm|apply|post|publish|create|update|add|reserve|book|transfer|agree|accept|finish|done|ok|yes)\b/i
const pays =
  /\b(pay|paying|payment|buy|purchase|order|checkout|check out|subscribe|donate|upgrade|top up|place (?:an? )?(?:bid|order))\b/i
const deletes =
  /\b(delete|remove|erase|discard|destroy|deactivate|unsubscribe|wipe|revoke|purge|clear all|empty (?:the )?(?:trash|cart|bin)|close (?:my |the )?account|cancel (?:my |the )?(?:order|subscription|account|plan))\b/i
const downloads = /\b(download|export)\b/i

/**
 * What an action does to the world, as far as it shows: by the words on what is pressed, by its place
 * among fields, and by where the page is. In doubt it counts.
 */
export function risksOf(
  action: BrowserAction,
  target: Placed | undefined,
  page: Pick<Observation, 'url' | 'nodes'>,
): ReadonlySet<ApprovalKind> {
  const found = new Set<ApprovalKind>()
  const name = target === undefined ? '' : nameOf(target.node)
  const isPress = presses(action, target)
  if (action.do === 'download' || (isPress && downloads.test(name))) found.add('download')
  const isSubmit =
    submits(action) || (isPress && (isSubmitter(target, page.nodes) || sends.test(name)))
  if (isSubmit) found.add('submit')
  if (isPress && pays.test(name)) found.add('pay')
  if (isSubmit && pays.test(pathOf(page.url))) found.add('pay')
  if (isPress && deletes.test(name)) found.add('delete')
  if (action.do === 'press' && /(^|\+)(Delete|Backspace)$/.test(action.key) && !isIn(target)) {
    found.add('delete')
  }
  return found
}

/** Enter sends the form that it is pressed in, wherever the focus is. */
function submits(action: BrowserAction): boolean {
  if (action.do === 'press') return /(^|\+)(Enter|NumpadEnter)$/.test(action.key)
  return action.do === 'fill' && action.submit === true
}

function presses(action: BrowserAction, target: Placed | undefined): boolean {
  if (action.do === 'click' || action.do === 'download') return true
  if (action.do === 'press') return /(^|\+)(Enter|Space| )$/.test(action.key)
  return action.do === 'check' && target?.node.role === 'switch'
}

/** How many containers about a button are looked through for fields. */
const CLOSE = 2

/** A button of a form: by its role, or because it stands among fields, since forms without a name have no role. */
function isSubmitter(target: Placed | undefined, roots: readonly ObservedNode[]): boolean {
  if (target === undefined || target.node.role !== 'button') return false
  const { ancestors } = target
  if (ancestors.some(({ role }) => role === 'form')) return true
  const around = [roots, ...ancestors.map(({ children }) => children)].slice(-CLOSE)
  return around.some((nodes) => {
    for (const { node } of placed(nodes)) if (isField(node)) return true
    return false
  })
}

function isIn(target: Placed | undefined): boolean {
  return target !== undefined && isField(target.node)
}

function pathOf(url: string): string {
  const { pathname = '' } = URL.parse(url) ?? {}
  return pathname.replace(/[^a-z]+/gi, ' ')
}
