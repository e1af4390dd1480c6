import type { styleText } from 'node:util'
import spinners from 'cli-spinners'
import type { LiveStep } from './session-state.ts'

/** Colours a text, or leaves it as it is where there are none. */
export type Paint = (format: Parameters<typeof styleText>[0], text: string) => string

const { frames, interval } = spinners.dots

/** A step that is kept from going on as soon as it could. */
const heldIn: ReadonlySet<LiveStep['status']> = new Set(['pending', 'retrying', 'waiting'])

/** What stands before a step. @param now ms; which picture of the spinner is shown depends on it alone */
export function markOf(step: LiveStep, now: number, paint: Paint): string {
  const { status, asks, isHeld } = step
  if (isHeld && heldIn.has(status)) return paint('yellow', '‖')
  switch (status) {
    case 'pending':
      return paint('dim', '○')
    case 'running':
      return paint('cyan', frames[Math.floor(now / interval) % frames.length] ?? '')
    case 'retrying':
      return paint('yellow', '↻')
    case 'waiting':
      return asks === undefined ? paint('cyan', '◷') : paint('yellow', '?')
    case 'completed':
      return paint('green', '✔')
    case 'failed':
      return paint('red', '✖')
    case 'skipped':
      return paint('dim', '↷')
    case 'cancelled':
      return paint('yellow', '⊘')
    case 'undone':
      return paint('dim', '↶')
  }
}
