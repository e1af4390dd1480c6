import { ConfigError } from '../../config.ts'
import { isSame } from '../../is-same.ts'
import type { Store } from '../../store/types.ts'
import { hashOf, newSecret } from './secret.ts'
import { type Caller, DEFAULT_TENANT, scopes } from './types.ts'

const FIRST_KEY_SETTING = 'firstKeyHash'
const MIN_SECRET_CHARS = 16

/** A key that lasts as long as the process: it may do everything, as an operator. */
export interface FixedKey {
  readonly caller: Caller
  readonly hash: string
}

export interface FixedKeys {
  readonly keys: readonly FixedKey[]
  /** The secret of a key that was made just now. */
  readonly made: string | undefined
}

/**
 * Reads the keys of the settings (`name:secret` pairs); with none, takes the key made at the first
 * start, and makes it if this is the first.
 * @throws ConfigError when a pair is not `name:secret`, or a secret is shorter than 16 characters
 */
export async function openFixedKeys(
  pairs: readonly string[],
  store: Pick<Store, 'getSetting' | 'initSetting'>,
): Promise<FixedKeys> {
  if (pairs.length > 0) return { keys: pairs.map(readPair), made: undefined }
  const secret = newSecret()
  const mine = hashOf(secret)
  const hash =
    (await store.getSetting(FIRST_KEY_SETTING)) ??
    (await store.initSetting(FIRST_KEY_SETTING, mine))
  const first = { caller: callerOf('first', 'first'), hash }
  return { keys: [first], made: hash === mine ? secret : undefined }
}

/** The key that a hash is of. */
export function findFixed(keys: readonly FixedKey[], hash: string): FixedKey | undefined {
  // Every key is compared, so that the time taken tells nothing.
  return keys.filter((key) => isSame(key.hash, hash))[0]
}

function readPair(pair: string): FixedKey {
  const colon = pair.indexOf(':')
  const [name, secret] = [pair.slice(0, colon), pair.slice(colon + 1)]
  if (colon < 1 || secret.length < MIN_SECRET_CHARS) {
    throw new ConfigError(
      'API_KEYS=(hidden) is not allowed: it must be name:secret pairs whose secrets have at least 16 characters',
    )
  }
  return { caller: callerOf(`setting:${name}`, name), hash: hashOf(secret) }
}

function callerOf(keyId: string, name: string): Caller {
  return { keyId, name, tenant: DEFAULT_TENANT, scopes: new Set(scopes), expiresAt: null }
}
