/**
 * The keys and indexes that lead to a value as a JSON pointer (RFC 6901). Characters that JSON text
 * should not carry are replaced.
 */
export function toPointer(path: readonly (string | number)[]): string {
  return path.map((key) => `/${typeof key === 'number' ? key : escapeKey(key)}`).join('')
}

function escapeKey(key: string): string {
  return key.toWellFormed().replaceAll('\0', '\ufffd').replaceAll('~', '~0').replaceAll('/', '~1')
}
