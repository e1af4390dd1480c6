import type { InteractionRequest } from './events.ts'
import { because, oneLine } from './line-text.ts'
import type { Words } from './line-words.ts'
import { list } from './session-words.ts'

/** What the events of those who are asked say. */
export const interactionWords: Words<`interaction.${string}`> = {
  'interaction.created': ({ data: { interactionId, ...asked } }) =>
    `waits for ${whom(asked)} (${interactionId})`,
  'interaction.claimed': ({ data: { worker } }) => `taken by the worker ${oneLine(worker)}`,
  'interaction.released': ({ data: { worker, reason } }) =>
    `free again: the worker ${oneLine(worker)} ${released[reason]}`,
  'interaction.answered': ({ data: { status, decision, note, error, actor, worker } }) => {
    const who = actor ?? worker
    const what = decision ?? status
    return `answered${who === undefined ? '' : ` by ${oneLine(who)}`}${because(what)}${because(note ?? error?.message)}`
  },
  'interaction.expired': () => 'nobody answered in time',
}

const released = {
  lease_lost: 'fell silent',
  returned: 'gave it back',
  paused: 'was stopped, as the session was paused',
} as const

function whom({ kind, prompt, approvers, signal, failure, queue }: InteractionRequest): string {
  switch (kind) {
    case 'client':
      return 'whoever drives the session'
    case 'worker':
      return queue === undefined ? 'a worker' : `a worker of the queue ${oneLine(queue)}`
    case 'approval':
      return `the approval of ${approvers === undefined ? 'a person' : list(approvers)}${because(prompt)}`
    case 'signal':
      return signal === undefined ? 'a signal' : `the signal "${oneLine(signal)}"`
    case 'escalation':
      return `a person to decide about the failure${because(prompt ?? failureText(failure))}`
  }
}

function failureText(failure: InteractionRequest['failure']): string | undefined {
  return failure === undefined ? undefined : `${failure.message} (${failure.code})`
}
