import { onShellGone } from './npm-shell.ts'

/**
 * A terminal sends SIGINT to every process that it runs, and npm passes on the one that it gets itself:
 * what comes this soon after the first is the same Ctrl-C.
 */
export const SAME_MS = 500

export interface StopSignals {
  /** Called with the first SIGTERM or SIGINT. */
  first(signal: NodeJS.Signals): void
  /** Called with each that comes later: whoever sends it does not want to wait. */
  again(): void
}

/** Listens for the signals that stop a program, until it is disposed of. */
export function onStopSignals({ first, again }: StopSignals): Disposable {
  let stoppedAt: number | undefined
  const listener = (signal: NodeJS.Signals) => {
    if (stoppedAt === undefined) {
      stoppedAt = performance.now()
      first(signal)
    } else if (performance.now() - stoppedAt > SAME_MS) {
      again()
    }
  }
  process.on('SIGTERM', listener)
  process.on('SIGINT', listener)
  const watching = onShellGone(() => {
    if (stoppedAt === undefined) listener('SIGTERM')
  })
  return {
    [Symbol.dispose]() {
      watching[Symbol.dispose]()
      process.off('SIGTERM', listener)
      process.off('SIGINT', listener)
    },
  }
}
