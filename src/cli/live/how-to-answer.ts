import { oneLine } from '../../session/line-text.ts'
import { commandThatAnswers, type Whereabouts } from '../service/answering.ts'
import type { Asked } from './session-state.ts'

/** What is asked, and the command that answers it. */
export function howToAnswer(
  asked: Asked,
  where: Whereabouts,
): readonly [question: string, command: string] {
  const command = commandThatAnswers(asked, where)
  const words = asked.prompt === undefined ? '' : oneLine(asked.prompt)
  switch (asked.kind) {
    case 'approval': {
      const { approvers } = asked
      const who = approvers === undefined ? '' : ` (${oneLine(approvers.join(', '))})`
      return [`${words || 'To be approved'}${who}`, `${command}, or --reject`]
    }
    case 'escalation':
      return [words || 'A person has to decide', `${command}, or --skip, --complete, --fail`]
    case 'signal':
      return [`the signal "${oneLine(asked.signal ?? '')}"`, command]
    case 'worker':
    case 'client': {
      const { queue } = asked
      if (queue === undefined) return [words || 'whoever drives the session', command]
      return [`a worker of the queue ${oneLine(queue)}`, command]
    }
  }
}
