import { extname } from 'node:path'

/** Names that Windows keeps for devices. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/** Marks that turn the reading direction around hide what a name ends in. Source: Unicode's bidirectional controls. */
const turning = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** A name that came from a page as one that is safe in any folder, log and header. */
export function safeName(suggested: string, otherwise = 'download'): string {
  const last = suggested.split(/[\\/]/).at(-1) ?? ''
  const clean = last
    .normalize('NFC')
    .replace(turning, '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
    .replace(/[\u0000-\u001f\u007f<>:"|?*]/g, '_')
    .replace(/^[. _]+/, '')
    .replace(/[. ]+$/, '')
  if (clean === '') return otherwise
  const named = devices.test(clean) ? `_${clean}` : clean
  if (named.length <= 150) return named
  const end = extname(named).slice(0, 20)
  return `${named.slice(0, 150 - end.length)}${end}`
}

/** Kinds of file by the end of the name, as forms tell them. Source: IANA's media types. */
const types: { readonly [end: string]: string } = {
  '.txt': 'text/plain',
  '.csv': 'text/csv',
  '.html': 'text/html',
  '.xml': 'application/xml',
  '.json': 'application/json',
  '.pdf': 'application/pdf',
  '.zip': 'application/zip',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.mp4': 'video/mp4',
  '.mp3': 'audio/mpeg',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

export function mediaType(name: string): string {
  return types[extname(name).toLowerCase()] ?? 'application/octet-stream'
}
