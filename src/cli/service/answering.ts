import { oneLine } from '../../session/line-text.ts'

/** What is asked of somebody, as far as the command goes that answers it. */
export interface Asking {
  readonly kind: 'client' | 'worker' | 'approval' | 'signal' | 'escalation'
  readonly interactionId: string
  readonly signal?: string | undefined
  readonly queue?: string | undefined
}

/** Where a session is, for who is told a command that acts on it. */
export interface Whereabouts {
  readonly sessionId: string
  /** What a command of this program needs to get there: ` --url …`, or nothing. */
  readonly option: string
}

/** The command that answers, to be typed as it stands. */
export function commandThatAnswers(asking: Asking, { sessionId, option }: Whereabouts): string {
  const { kind, interactionId, signal = '', queue } = asking
  const answer = `stepstream answer ${interactionId}${option}`
  switch (kind) {
    case 'approval':
      return `${answer} --approve`
    case 'escalation':
      return `${answer} --retry`
    case 'signal':
      return `stepstream signal ${sessionId} ${oneLine(signal)}${option}`
    case 'worker':
    case 'client':
      return queue === undefined
        ? `${answer} --status ok --output '{}'`
        : `stepstream worker --queue ${oneLine(queue)}${option}`
  }
}
