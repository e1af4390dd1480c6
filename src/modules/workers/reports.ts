import { clipMessage, firstBytes, splitText } from '../../report-text.ts'
import type { AttemptReport } from '../../session/commands.ts'
import type { Heartbeat } from './types.ts'

export interface ReportLimits {
  /** How much output it has told before, in bytes. */
  readonly told: number
  /** How much it may tell in all, in bytes. */
  readonly limitBytes: number
  /** Takes secrets out of what is said. */
  readonly maskText: (text: string) => string
}

/** What a worker tells, as events of its attempt: output up to a limit over all it has told. */
export function reportsOf(
  { output = [], progress }: Heartbeat,
  { told, limitBytes, maskText }: ReportLimits,
): { readonly reports: readonly AttemptReport[]; readonly told: number } {
  const reports: AttemptReport[] = []
  let room = limitBytes - told
  for (const { stream, text: said } of output) {
    const text = maskText(said)
    // The first that goes beyond the limit has said so.
    if (room < 0 || text === '') continue
    const bytes = Buffer.byteLength(text)
    const pieces = piecesOf(bytes > room ? firstBytes(text, room) : text)
    room -= bytes
    for (const [index, piece] of pieces.entries()) {
      const isCut = room < 0 && index === pieces.length - 1
      const data = { stream, text: piece, ...(isCut ? { truncated: true } : {}) }
      reports.push({ type: 'step.output', data })
    }
  }
  if (progress !== undefined) {
    reports.push({ type: 'step.progress', data: progressOf(progress, maskText) })
  }
  return { reports, told: limitBytes - room }
}

/** One piece at least, perhaps empty: it says that there was more. */
function piecesOf(text: string): string[] {
  return text === '' ? [''] : splitText(text)
}

function progressOf(
  { percent, message }: NonNullable<Heartbeat['progress']>,
  maskText: ReportLimits['maskText'],
) {
  return {
    ...(percent === undefined ? {} : { percent }),
    ...(message === undefined ? {} : { message: clipMessage(maskText(message.toWellFormed())) }),
  }
}
