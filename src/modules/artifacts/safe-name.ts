/**
 * An id as part of a path or a key, which it cannot leave.
 * @throws RangeError
 */
export function safeName(id: string): string {
  if (/^[A-Za-z0-9_-]{3,100}$/.test(id)) return id
  throw new RangeError(`${JSON.stringify(id)} is no id`)
}
