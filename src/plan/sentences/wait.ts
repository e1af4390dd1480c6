import type { Complaint, Phrase, PhraseStep } from './phrase.ts'

const units: readonly (readonly [unit: string, names: readonly string[]])[] = [
  ['ms', ['ms', 'milliseconds', 'millisecond']],
  ['s', ['s', 'sec', 'secs', 'second', 'seconds']],
  ['m', ['m', 'min', 'mins', 'minute', 'minutes']],
  ['h', ['h', 'hr', 'hrs', 'hour', 'hours']],
  ['d', ['d', 'day', 'days']],
  ['w', ['w', 'week', 'weeks']],
]

const unitOf = new Map(units.flatMap(([unit, names]) => names.map((name) => [name, unit] as const)))

const amountPattern = /(?:and\s+)?(\d{1,15}(?:\.\d{1,15})?)\s{0,20}([a-z]{0,20})[,\s]*/iy

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/i

const template = /^\{\{.*\}\}$/s

/** `Wait 2 seconds`, `Wait for 1 minute 30 seconds`, `Wait until 2030-01-01T09:00:00Z`. */
export const waitPhrases: readonly Phrase[] = [
  {
    form: 'Wait 2 seconds',
    verbs: ['wait', 'sleep', 'pause'],
    pattern: /^(?:wait|sleep|pause)\s+(\S.*)$/is,
    toStep: ([, amount = '']) => waitFor(amount.replace(/^for\s+/i, '')),
  },
  {
    form: 'Wait until 2030-01-01T09:00:00Z',
    verbs: ['wait'],
    pattern: /^wait\s+until\s+(\S.*)$/is,
    toStep: ([, time = '']) => waitUntil(time),
  },
]

/** "1 minute 30 seconds" as "1m30s"; undefined when it is no duration. */
export function durationOf(amount: string): string | undefined {
  const step = waitFor(amount)
  const duration = step !== undefined && !('code' in step) ? step.with['for'] : undefined
  return typeof duration === 'string' ? duration : undefined
}

function waitUntil(time: string): PhraseStep | Complaint {
  if (template.test(time)) return { uses: 'wait', with: { until: time } }
  if (isoTime.test(time) && !Number.isNaN(Date.parse(time))) {
    return { uses: 'wait', with: { until: new Date(time).toISOString() } }
  }
  return {
    code: 'INVALID_VALUE',
    message: 'the time must be in ISO 8601 form with its zone, such as 2030-01-01T09:00:00Z',
  }
}

function waitFor(amount: string): PhraseStep | Complaint | undefined {
  if (template.test(amount)) return { uses: 'wait', with: { for: amount } }
  let duration = ''
  amountPattern.lastIndex = 0
  while (amountPattern.lastIndex < amount.length) {
    const [, count, name = ''] = amountPattern.exec(amount) ?? []
    if (count === undefined) return undefined
    if (name === '') {
      return {
        code: 'DURATION_WITHOUT_UNIT',
        message: `${count} has no unit; write "${count} seconds" or "${count} ms"`,
      }
    }
    const unit = unitOf.get(name.toLowerCase())
    if (unit === undefined) {
      return { code: 'INVALID_DURATION', message: `"${name}" is not a unit of time` }
    }
    duration += `${count}${unit}`
  }
  return duration === '' ? undefined : { uses: 'wait', with: { for: duration } }
}
