import { oneLine } from '../../session/line-text.ts'
import type { Asked } from './session-state.ts'

/** Where a session is, for who is told a command that acts on it. */
export interface Whereabouts {
  readonly sessionId: string
  readonly url: string
  /** What a command of this program needs to get there: ` --url …`, or nothing. */
  readonly option: string
}

/** What is asked, and the command that answers it. */
export function howToAnswer(
  asked: Asked,
  where: Whereabouts,
): readonly [question: string, command: string] {
  const { kind, interactionId, prompt, approvers, signal = '', queue } = asked
  const answer = `stepstream answer ${interactionId}${where.option}`
  const words = prompt === undefined ? '' : oneLine(prompt)
  switch (kind) {
    case 'approval': {
      const who = approvers === undefined ? '' : ` (${oneLine(approvers.join(', '))})`
      return [`${words || 'To be approved'}${who}`, `${answer} --approve, or --reject`]
    }
    case 'escalation':
      return [words || 'A person has to decide', `${answer}, to retry, skip, complete or fail it`]
    case 'signal': {
      const path = `/v1/sessions/${where.sessionId}/signals/${encodeURIComponent(signal)}`
      return [`the signal "${oneLine(signal)}"`, `curl -X POST ${where.url}${path}`]
    }
    case 'worker':
    case 'client': {
      if (queue === undefined)
        return [words || 'whoever drives the session', `${answer} --status ok --output JSON`]
      return [
        `a worker of the queue ${oneLine(queue)}`,
        `stepstream worker --queue ${oneLine(queue)}${where.option}`,
      ]
    }
  }
}
