/** Eight hexadecimal digits and more with a digit among them: `3f9a0c1e`. */
const hex = /^(?=.*\d)[0-9a-f]{8,}$/i

/** Ten characters and more in which digits and letters are mixed: a ULID, a short id. */
const mixed = /^(?=.*\d)(?=.*[a-z])[0-9a-z]{10,}$/i

/** Base64url, where hyphens and underscores are no separators: small and capital letters, and digits. */
const base64url = /^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w=-]{20,}$/

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * Where a page is, whichever thing it shows: the origin and the path, with `*` for numbers, UUIDs
 * and other ids. Queries are left out; a fragment that is a path (`#/orders/7`) is one more path.
 */
export function urlTemplate(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null) return ''
  const { origin, protocol, pathname, hash } = parsed
  if (origin === 'null') return protocol + pathname
  const route = /^#!?\//.test(hash) ? pathTemplate(hash) : ''
  return origin + pathTemplate(pathname) + route
}

function pathTemplate(path: string): string {
  const shortened = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  return shortened.split('/').map(segmentTemplate).join('/')
}

function segmentTemplate(segment: string): string {
  if (uuid.test(segment) || base64url.test(segment)) return '*'
  return segment
    .split(/([-_.,~])/)
    .map((part) => (isId(part) ? '*' : part))
    .join('')
}

function isId(part: string): boolean {
  return /^\d+$/.test(part) || hex.test(part) || mixed.test(part)
}
