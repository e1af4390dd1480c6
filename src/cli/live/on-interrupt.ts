import { SAME_MS } from '../stop-signals.ts'
import { askWhatNow } from './ask-what-now.ts'
import { cancelSession } from './cancel-session.ts'
import type { Following } from './following.ts'
import { onClosedOutput } from './on-closed-output.ts'
import type { Picture } from './picture.ts'

interface Interrupt {
  readonly following: Following
  readonly picture: Picture
  leave(signal: NodeJS.Signals): void
  fail(error: unknown): void
  /** Takes a question back. */
  readonly ended: AbortSignal
}

/** Has a Ctrl-C ask, and the next one leave. */
export function onInterrupt({ following, picture, leave, fail, ended }: Interrupt) {
  let asking: Promise<void> | undefined
  let isCancelling = false
  let interruptedAt = Number.NEGATIVE_INFINITY
  const onSigint = () => {
    const since = performance.now() - interruptedAt
    interruptedAt = performance.now()
    if (since < SAME_MS) return
    if (asking !== undefined || isCancelling) return leave('SIGINT')
    asking = ask()
      .catch(fail)
      .finally(() => {
        asking = undefined
      })
  }
  process.on('SIGINT', onSigint)
  process.on('SIGTERM', leave)
  process.on('SIGHUP', leave)
  onClosedOutput(() => leave('SIGHUP'))
  return {
    /** Resolves when nothing is asked any more. */
    settled: async () => asking,
    [Symbol.dispose]() {
      process.off('SIGINT', onSigint)
      process.off('SIGTERM', leave)
      process.off('SIGHUP', leave)
    },
  }

  async function ask(): Promise<void> {
    picture.pause()
    const decision = await askWhatNow(following.isEmbedded, ended)
    if (decision === 'leave' || decision === 'leaveNow') return leave('SIGINT')
    picture.go()
    if (decision !== 'cancel') return
    isCancelling = true
    await cancelSession(following)
  }
}
