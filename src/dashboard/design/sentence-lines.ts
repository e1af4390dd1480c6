import type { Json } from '../../json.ts'
import { align } from './align.ts'

/** The sentences of a text, one in each line that is not empty. */
export function readSentences(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** The text with other sentences, other lines as they are; undefined where one is no sentence. */
export function writeSentences(
  text: string,
  before: readonly Json[],
  after: readonly Json[],
): string | undefined {
  const isLine = (step: Json) =>
    typeof step === 'string' && step.trim() === step && step !== '' && !/[\r\n]/.test(step)
  if (after.length === 0) return ''
  if (!after.every(isLine)) return undefined
  const lines = text.replace(/\n$/, '').split('\n')
  const places = lines.flatMap((line, place) => (line.trim() === '' ? [] : [place]))
  const { from } = align(before, after, (one, other) => one === other)
  const result: string[] = []
  let next = 0
  const upTo = (place: number) => {
    for (; next < place; next++) if (!places.includes(next)) result.push(lines[next] ?? '')
  }
  after.forEach((step, index) => {
    const source = from[index]
    const place = source === undefined ? undefined : places[source.old]
    if (source === undefined || place === undefined) {
      result.push(step as string)
      return
    }
    const line = lines[place] ?? ''
    if (source.how === 'moved') {
      result.push(line)
      return
    }
    upTo(place)
    next = place + 1
    result.push(source.how === 'kept' ? line : line.replace(line.trim(), () => step as string))
  })
  upTo(lines.length)
  return `${result.join('\n')}\n`
}
