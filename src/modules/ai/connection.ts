import type { AiConnectionSettings } from '../../ai-settings.ts'
import { type Dialect, fullDialect } from './dialect.ts'

/** A shorter key would blot out ordinary text. */
const SHORTEST_HIDDEN = 4

/** One of the connections, with what has been learnt about its server. */
export class Connection {
  readonly name: string
  readonly settings: AiConnectionSettings
  dialect: Dialect = fullDialect

  constructor(name: string, settings: AiConnectionSettings) {
    this.name = name
    this.settings = settings
  }

  get headers(): Record<string, string> {
    const { apiKey } = this.settings
    const accept = { accept: 'application/json, text/event-stream', 'accept-encoding': 'identity' }
    return apiKey === '' ? accept : { ...accept, authorization: `Bearer ${apiKey}` }
  }

  url(path: string): string {
    const base = new URL(this.settings.baseUrl)
    base.pathname = `${base.pathname.replace(/\/$/, '')}/${path}`
    return base.href
  }

  /** A text of the server's without the key that it was called with. */
  hideKey(text: string): string {
    const { apiKey } = this.settings
    return apiKey.length < SHORTEST_HIDDEN ? text : text.replaceAll(apiKey, '[key]')
  }
}
