import { promisify } from 'node:util'
import { type Unzipped, unzip, zip } from 'fflate'
import type { PageSecrets } from './secrets.ts'

type Bytes = Uint8Array<ArrayBuffer>

/**
 * A trace without the values of secrets: it holds what was typed, the fields as they were, and the
 * requests that sent them.
 */
export async function cleanTrace(
  trace: Uint8Array,
  secrets: Pick<PageSecrets, 'masked'>,
): Promise<Uint8Array> {
  const forms = secrets.masked.flatMap(([name, value]) =>
    writtenAs(value).map((form) => [Buffer.from(form), Buffer.from(`[secret ${name}]`)] as const),
  )
  if (forms.length === 0) return trace
  const entries = await promisify(unzip)(trace)
  let isClean = true
  const cleaned: Unzipped = {}
  for (const [name, bytes] of Object.entries(entries)) {
    cleaned[name] = forms.reduce<Bytes>((kept, [form, mask]) => replaceAll(kept, form, mask), bytes)
    if (cleaned[name] !== bytes) isClean = false
  }
  return isClean ? trace : promisify(zip)(cleaned)
}

/** A value as text, inside JSON, and in the body of a form. */
function writtenAs(value: string): readonly string[] {
  const inJson = JSON.stringify(value).slice(1, -1)
  const inForm = new URLSearchParams({ '': value }).toString().slice(1)
  const jsonInForm = JSON.stringify(inForm).slice(1, -1)
  const forms = [value, inJson, inForm, encodeURIComponent(value), jsonInForm]
  return [...new Set(forms)]
}

function replaceAll(bytes: Bytes, form: Buffer, mask: Buffer): Bytes {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const pieces: Uint8Array[] = []
  let from = 0
  for (let at = whole.indexOf(form); at !== -1; at = whole.indexOf(form, from)) {
    pieces.push(whole.subarray(from, at), mask)
    from = at + form.length
  }
  return from === 0 ? bytes : Buffer.concat([...pieces, whole.subarray(from)])
}
