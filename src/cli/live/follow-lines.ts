import type { Event, FinalEvent } from '../../client/index.ts'
import { eventLines } from '../../session/event-lines.ts'
import type { LoggedEvent } from '../../session/events.ts'
import { onStopSignals } from '../stop-signals.ts'
import { tellNote } from '../tell-note.ts'
import { exitCodeOfSignal } from './exit-code-of-signal.ts'
import { endOf, type Followed, type Following, type Form } from './following.ts'
import { howToAnswer } from './how-to-answer.ts'
import { onClosedOutput } from './on-closed-output.ts'

/** Follows a session without a terminal to draw on: what happens as it comes, until it ends or a signal does. */
export async function followLines(following: Following, form: Form): Promise<Followed> {
  const leaving = new AbortController()
  let code = 0
  const leave = (by: number) => {
    code = by
    leaving.abort()
  }
  using _ = onStopSignals({
    first: (signal) => leave(exitCodeOfSignal(signal)),
    again: () => process.exit(code),
  })
  onClosedOutput(() => leave(exitCodeOfSignal('SIGPIPE')))
  const write = writers[form]
  const notes = form === 'lines'
  let end: FinalEvent | undefined
  following.line.onChange = connectionTeller(
    notes,
    () => end !== undefined || leaving.signal.aborted,
  )
  try {
    for await (const event of eventsOf(following, leaving.signal)) {
      write(event, following.url)
      if (notes) tellAsked(event, following)
      if (isFinal(event)) end = event
    }
  } catch (error) {
    if (!leaving.signal.aborted) throw error
    return { is: 'left', code }
  }
  return endOf(following, end)
}

/** Its events; those that are not kept any more are told of. */
export function eventsOf({ service, sessionId, after }: Following, signal: AbortSignal) {
  return service.follow(sessionId, {
    ...(after === 0 ? {} : { after }),
    signal,
    onGap: ({ reason, first }) => tellNote(`events are missing (${reason}); goes on with ${first}`),
  })
}

export function isFinal(event: Event): event is FinalEvent {
  return (
    event.type === 'session.completed' ||
    event.type === 'session.failed' ||
    event.type === 'session.cancelled'
  )
}

const writers: Readonly<Record<Form, (event: Event, url: string) => void>> = {
  live: () => {},
  quiet: () => {},
  json: (event) => void process.stdout.write(`${JSON.stringify(event)}\n`),
  lines(event, baseUrl) {
    for (const line of eventLines(event as LoggedEvent, { baseUrl }))
      process.stdout.write(`${line}\n`)
  },
}

function tellAsked(event: Event, following: Following): void {
  if (event.type !== 'interaction.created') return
  const [question, command] = howToAnswer(event.data, following)
  tellNote(`${event.stepId} waits: ${question}. Answer: ${command}`)
}

function connectionTeller(isTold: boolean, isOver: () => boolean) {
  let isLost = false
  return (lost: string | undefined) => {
    if (isOver() || isLost === (lost !== undefined)) return
    isLost = lost !== undefined
    if (!isTold) return
    tellNote(isLost ? `connection lost (${lost}); resumes by itself` : 'connected again')
  }
}
