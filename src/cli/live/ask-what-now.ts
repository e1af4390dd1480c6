import { openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { isCancel, select } from '@clack/prompts'

/** What becomes of a session that somebody wants to leave; `leaveNow`: they did not want to be asked. */
export type Decision = 'stay' | 'leave' | 'cancel' | 'leaveNow'

/** The terminal that is asked, also where standard input is something else. */
const TERMINAL = '/dev/tty'

/** @param signal takes the question back; whoever cannot be asked leaves */
export async function askWhatNow(isEmbedded: boolean, signal: AbortSignal): Promise<Decision> {
  const input = process.stdin.isTTY ? process.stdin : openTerminal()
  if (input === undefined) return 'leaveNow'
  try {
    const decision = await select<Exclude<Decision, 'leaveNow'>>({
      message: 'What becomes of the session?',
      options: [
        isEmbedded
          ? {
              value: 'leave',
              label: 'Stop here',
              hint: 'the service ends with this program; the session is kept, and goes on with the next `stepstream serve`',
            }
          : { value: 'leave', label: 'Leave it running', hint: 'stepstream follow shows it again' },
        { value: 'cancel', label: 'Cancel it', hint: 'and wait for the end' },
        { value: 'stay', label: 'Go on following' },
      ],
      signal,
      input,
    })
    if (!isCancel(decision)) return decision
    return signal.aborted ? 'stay' : 'leaveNow'
  } finally {
    // The question has read from it, which would keep the process.
    if (input === process.stdin) input.pause()
    else input.destroy()
  }
}

function openTerminal(): ReadStream | undefined {
  try {
    return new ReadStream(openSync(TERMINAL, 'r'))
  } catch {
    // A process need not have a terminal that it belongs to, though it writes to one.
    return undefined
  }
}
