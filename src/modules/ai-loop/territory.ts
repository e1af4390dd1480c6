import type { BrowserAction } from '../browser-actions/types.ts'

/** What only looks, or leads away: it is safe on any page. */
const harmless: ReadonlySet<BrowserAction['do']> = new Set<BrowserAction['do']>([
  'back',
  'forward',
  'reload',
  'scroll',
  'waitFor',
  'extract',
  'assert',
  'screenshot',
  'switchTab',
  'closeTab',
  'open',
])

/** Hosts as people write them in a sentence; what stands behind an @ is somebody's mailbox. */
const hostsInWords = /(?<![@\w.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::\d+)?\b/gi
const urlsInWords = /\bhttps?:\/\/[^\s"'<>`)\]}]+/gi

/**
 * Where the AI may act: on the page that it began at, where its step's own words lead, and on the hosts
 * that the workflow allows. What pages say changes nothing of it.
 */
export class Territory {
  readonly #origins: ReadonlySet<string>
  readonly #hosts: ReadonlySet<string>
  readonly #below: readonly string[]

  constructor(words: readonly string[], allow: readonly string[], startUrl: string) {
    const urls = [startUrl, ...words.flatMap((text) => text.match(urlsInWords) ?? [])]
    this.#origins = new Set(urls.flatMap((url) => originOf(url) ?? []))
    const hosts = words.flatMap((text) => text.replace(urlsInWords, ' ').match(hostsInWords) ?? [])
    this.#hosts = new Set([...hosts, ...allow].map((host) => host.toLowerCase()))
    this.#below = allow.flatMap((host) =>
      host.startsWith('*.') ? host.slice(1).toLowerCase() : [],
    )
  }

  allows(url: string): boolean {
    const origin = originOf(url)
    if (origin === undefined) return url === 'about:blank'
    if (this.#origins.has(origin)) return true
    const { host, hostname } = new URL(origin)
    if (this.#hosts.has(host) || this.#hosts.has(hostname)) return true
    return this.#below.some((ending) => hostname.endsWith(ending))
  }

  /** Why an action is refused on the page that is open; undefined: it is not. */
  refusalOf(action: BrowserAction, pageUrl: string): string | undefined {
    if (action.do === 'open') {
      const url = action.url === undefined ? null : URL.parse(action.url, pageUrl)
      if (url === null) return 'open needs a URL'
      return this.allows(url.href) ? undefined : `${url.origin} is not a place to go to`
    }
    if (harmless.has(action.do) || this.allows(pageUrl)) return undefined
    return `${originOf(pageUrl) ?? pageUrl} is not a place to act on: go back, or open another page`
  }
}

/** Of http and https alone. */
function originOf(url: string): string | undefined {
  const parsed = URL.parse(url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return undefined
  return parsed.origin
}
