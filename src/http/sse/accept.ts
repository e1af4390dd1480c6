import { StepstreamError } from '../../errors.ts'

/** The forms the log is served in: Server-Sent Events, pages of JSON, and lines for people. */
export type Representation = 'stream' | 'json' | 'text'

interface Preference {
  readonly quality: number
  /** 3 for the type by name, 2 for its family, 1 for anything. */
  readonly specificity: number
}

const BY_NAME = 3

const none: Preference = { quality: 0, specificity: 0 }

/**
 * Chooses between the stream and JSON by `Accept` (RFC 9110, section 12.5.1). The stream wins a
 * draw, unless JSON is named and the stream only admitted; undefined when neither is acceptable.
 */
export function chooseRepresentation(accept: string | undefined): 'stream' | 'json' | undefined {
  if (accept === undefined || accept.trim() === '') return 'stream'
  const stream = preferenceFor('text', 'event-stream', accept)
  const json = preferenceFor('application', 'json', accept)
  if (stream.quality === 0 && json.quality === 0) return undefined
  if (stream.quality !== json.quality) return stream.quality > json.quality ? 'stream' : 'json'
  return stream.specificity >= json.specificity ? 'stream' : 'json'
}

/**
 * As `chooseRepresentation`, where there are lines too. They come only to who names them, and names
 * nothing else that is as good: browsers and libraries add `text/plain` to what they want.
 * @throws StepstreamError NOT_ACCEPTABLE
 */
export function requireAnyRepresentation(accept: string | undefined): Representation {
  if (prefersText(accept ?? '')) return 'text'
  const representation = chooseRepresentation(accept)
  if (representation !== undefined) return representation
  throw new StepstreamError(
    'NOT_ACCEPTABLE',
    'The events come as text/event-stream, application/json or text/plain.',
  )
}

/** As `chooseRepresentation`. @throws StepstreamError NOT_ACCEPTABLE */
export function requireRepresentation(accept: string | undefined): 'stream' | 'json' {
  const representation = chooseRepresentation(accept)
  if (representation !== undefined) return representation
  throw new StepstreamError(
    'NOT_ACCEPTABLE',
    'The events come as text/event-stream or application/json.',
  )
}

function prefersText(accept: string): boolean {
  const text = preferenceFor('text', 'plain', accept)
  if (text.specificity < BY_NAME || text.quality === 0) return false
  const others = [
    preferenceFor('text', 'event-stream', accept),
    preferenceFor('application', 'json', accept),
  ]
  return others.every(
    ({ quality, specificity }) =>
      quality < text.quality || (quality === text.quality && specificity < BY_NAME),
  )
}

/** The most specific range that covers the type decides. */
function preferenceFor(type: string, subtype: string, accept: string): Preference {
  const ranges = [`*/*`, `${type}/*`, `${type}/${subtype}`]
  let best = none
  for (const item of accept.toLowerCase().split(',')) {
    const [range = '', ...parameters] = item.split(';').map((part) => part.trim())
    const specificity = ranges.indexOf(range) + 1
    if (specificity > best.specificity) best = { specificity, quality: qualityOf(parameters) }
  }
  return best
}

function qualityOf(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => parameter.startsWith('q='))
  if (given === undefined) return 1
  const quality = Number(given.slice(2))
  return Number.isFinite(quality) ? Math.min(Math.max(quality, 0), 1) : 1
}
