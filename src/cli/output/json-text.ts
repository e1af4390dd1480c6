/** What JSON leaves as it is, and a terminal may obey: control characters, and what turns text around. */
const unsafe = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g

/** A value as JSON that is safe to show: the same value, with some characters escaped. */
export function jsonText(value: unknown, indent?: number): string {
  return (JSON.stringify(value, undefined, indent) ?? 'null').replaceAll(
    unsafe,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
