import { createHmac, randomBytes } from 'node:crypto'
import { isSame } from './is-same.ts'

const KEY_BYTES = 32
const MAX_CHARS = 2000

/** Signs texts that come back from outside: nothing is kept of them, since every process signs with the same key. */
export interface SignedTexts {
  /** @param bond what must still be the same when it is read, beside what it says */
  sign(content: unknown, bond?: string): Promise<string>
  /** What a text says, as JSON, if it was signed here and under that bond; undefined otherwise. */
  verify(text: string, bondOf?: (content: unknown) => string | undefined): Promise<unknown>
}

/** Where the key is kept, for all processes: see `Store`. */
interface Settings {
  getSetting(name: string): Promise<string | undefined>
  initSetting(name: string, value: string): Promise<string>
}

export interface SignedTextsOptions {
  readonly store: Settings
  /** What the key is called there. */
  readonly setting: string
  /** What such a text begins with. */
  readonly prefix: string
}

export function createSignedTexts({ store, setting, prefix }: SignedTextsOptions): SignedTexts {
  const pattern = new RegExp(`^${prefix}_([\\w-]+)\\.([\\w-]+)$`)
  let signingKey: Promise<string> | undefined

  return {
    async sign(content, bond = '') {
      const payload = Buffer.from(JSON.stringify(content)).toString('base64url')
      return `${prefix}_${payload}.${signatureOf(payload, bond, await loadKey())}`
    },
    async verify(text, bondOf = () => '') {
      const [, payload = '', signature = ''] = pattern.exec(text) ?? []
      if (payload === '' || text.length > MAX_CHARS) return undefined
      const content = parse(Buffer.from(payload, 'base64url').toString())
      const bond = bondOf(content)
      if (bond === undefined) return undefined
      return isSame(signature, signatureOf(payload, bond, await loadKey())) ? content : undefined
    },
  }

  /** Made by whoever needs it first, once for all processes. */
  function loadKey(): Promise<string> {
    signingKey ??= openKey().catch((error: unknown) => {
      signingKey = undefined
      throw error
    })
    return signingKey
  }

  async function openKey(): Promise<string> {
    const kept = await store.getSetting(setting)
    if (kept !== undefined) return kept
    return store.initSetting(setting, randomBytes(KEY_BYTES).toString('base64url'))
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function signatureOf(payload: string, bond: string, key: string): string {
  return createHmac('sha256', key).update(`${payload}\n${bond}`).digest('base64url')
}
