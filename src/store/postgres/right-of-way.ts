import type { Lifeline, RightOfWay } from '../replica.ts'

/** The payload is a session's id. */
const CHANNEL = 'stepstream_way'

export function createRightOfWay(lifeline: Lifeline): RightOfWay {
  return {
    ask(sessionId) {
      if (!lifeline.connected) return
      // Whoever asks tries on all the same.
      lifeline.query('SELECT pg_notify($1, $2)', [CHANNEL, sessionId]).catch(() => {})
    },
    onAsked: (listener) => lifeline.listen(CHANNEL, listener),
  }
}
