import type { Output, Style } from './output.ts'

const styles: Readonly<Record<string, Style>> = {
  // Of sessions, steps and attempts
  completed: 'green',
  completed_with_errors: 'yellow',
  failed: 'red',
  cancelled: 'dim',
  skipped: 'dim',
  undone: 'dim',
  pending: 'dim',
  queued: 'dim',
  running: 'cyan',
  retrying: 'yellow',
  retried: 'yellow',
  waiting: 'yellow',
  paused: 'magenta',
  cancelling: 'yellow',
  rolling_back: 'yellow',
  interrupted: 'yellow',
  pushed_back: 'yellow',
  // Of schedules and keys
  active: 'green',
  ended: 'dim',
  expired: 'yellow',
  revoked: 'red',
}

/** A text in the colour of a status. */
export function paintStatus(paint: Output['paint'], status: string, text: string = status): string {
  const style = styles[status]
  return style === undefined ? text : paint(style, text)
}

/** How a status looks at a terminal. */
export function styleOfStatus(status: string): Style | undefined {
  return styles[status]
}
