/**
 * The form that an input of a type takes, for what people write: dates as 2030-01-31, times as 13:05,
 * colours as #rrggbb. What could be meant in two ways stays as it is, and the input refuses it.
 * Source of the forms: HTML's input types.
 */
export function inputValue(type: string, said: string): string {
  const text = said.trim()
  switch (type) {
    case 'date':
      return isoDate(text) ?? text
    case 'time':
      return isoTime(text) ?? text
    case 'datetime-local':
      return isoDateTime(text) ?? text
    case 'color':
      return colour(text)
    case 'number':
    case 'range':
      return text.replace(/\s*%$/, '').replace(/(?<=\d)[ ,](?=\d{3}\b)/g, '')
    default:
      return text
  }
}

/** A month by its name leaves no doubt which number is the day. */
function isoDate(text: string): string | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text
  if (!/[A-Za-z]{3}/.test(text) || !/\d{4}/.test(text)) return undefined
  const time = Date.parse(`${text.replace(/(\d)(st|nd|rd|th)\b/, '$1')} UTC`)
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 10)
}

function isoTime(text: string): string | undefined {
  const parts = /^(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?\s*([ap])?\.?m?\.?$/i.exec(text)
  if (parts === null) return undefined
  const [, hour = '', minute = '00', second, half] = parts
  if (half === undefined && !text.includes(':')) return undefined
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0)
  const whole = `${String(hours).padStart(2, '0')}:${minute}`
  return second === undefined ? whole : `${whole}:${second}`
}

function isoDateTime(text: string): string | undefined {
  const [, date = '', time = ''] =
    /^(.+?)[T\s]+(\d{1,2}(?::\d{2}){0,2}\s*(?:[ap]m)?)$/i.exec(text) ?? []
  const [day, hour] = [isoDate(date), isoTime(time)]
  return day === undefined || hour === undefined ? undefined : `${day}T${hour}`
}

function colour(text: string): string {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text)
  if (short === null) return text.toLowerCase()
  const [, red, green, blue] = short
  return `#${red}${red}${green}${green}${blue}${blue}`.toLowerCase()
}
