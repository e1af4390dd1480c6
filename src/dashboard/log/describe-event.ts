import type { LoggedEvent } from '../../session/events.ts'

/** What an event says, in a line. */
export function describeEvent(event: LoggedEvent): string {
  switch (event.type) {
    case 'session.created':
      return `${event.data.totalSteps} steps, on failure: ${event.data.onFailure}`
    case 'session.progress': {
      const { percent, completed, total } = event.data
      return `${Math.round(percent)}%, ${completed} of ${total} completed`
    }
    case 'session.waiting': {
      const { until, steps, concurrency } = event.data
      if (concurrency !== undefined) return `for room: ${concurrency}`
      return [`for ${steps.join(', ')}`, until && `until ${until}`].filter(Boolean).join(' ')
    }
    case 'session.completed':
      return `${event.data.status}, ${event.data.steps.completed} of ${event.data.steps.total} steps`
    case 'session.failed':
      return `${event.data.error.code}: ${event.data.error.message}`
    case 'step.started':
    case 'step.undoing':
      return event.data.text ?? event.data.uses
    case 'step.output':
      return event.data.text.replace(/\n$/, '')
    case 'step.progress': {
      const { percent, message } = event.data
      return [percent === undefined ? '' : `${Math.round(percent)}%`, message]
        .filter(Boolean)
        .join(' ')
    }
    case 'step.waiting': {
      const { awaits, until, escalated } = event.data
      if (escalated !== undefined) return `for a person to decide: ${escalated.error.message}`
      const whom = awaits === undefined ? '' : `for ${awaits.kind} ${awaits.id}`
      return [whom, until && `until ${until}`].filter(Boolean).join(' ')
    }
    case 'step.repeating':
      return `done ${event.data.times} times, again in ${event.data.delayMs} ms`
    case 'step.expanded':
      return `${event.data.count} items`
    case 'step.retrying':
      return `in ${event.data.delayMs} ms: ${event.data.error.message}`
    case 'step.failed':
    case 'step.undo_failed':
      return `${event.data.error.code}: ${event.data.error.message}`
    case 'step.completed':
    case 'step.undone':
      return `in ${Math.round(event.data.durationMs)} ms${outputOf(event.data.output)}`
    case 'step.skipped':
      return [event.data.reason, event.data.because].filter(Boolean).join(': ')
    case 'step.resolved':
      return [event.data.action, event.data.actor, event.data.reason].filter(Boolean).join(', ')
    case 'interaction.created':
      return [event.data.kind, event.data.prompt ?? event.data.signal ?? event.data.queue]
        .filter(Boolean)
        .join(': ')
    case 'interaction.answered':
      return [event.data.decision ?? event.data.status, event.data.actor, event.data.note]
        .filter(Boolean)
        .join(', ')
    case 'signal.received':
      return event.data.name
    case 'variable.updated':
      return `${event.data.name} = ${short(event.data.value)}`
    case 'browser.command_started':
      return event.data.description
    case 'browser.command_completed':
      return [event.data.description, event.data.evidence].filter(Boolean).join(': ')
    case 'browser.command_failed':
      return `${event.data.description}: ${event.data.failure.message}`
    case 'browser.navigated':
      return [event.data.status, event.data.url].filter(Boolean).join(' ')
    case 'screenshot.captured':
      return [event.data.reason, event.data.url].join(' ')
    case 'ai.reasoning':
      return event.data.thought
    case 'ai.usage': {
      const { model, promptTokens, completionTokens } = event.data
      return `${model}: ${promptTokens} + ${completionTokens} tokens`
    }
    case 'warning.issued':
      return `${event.data.code}: ${event.data.message}`
    default:
      return Object.keys(event.data).length === 0 ? '' : short(event.data)
  }
}

/** The colour family of an event. */
export function eventTone(event: LoggedEvent): string {
  const { type } = event
  if (type === 'step.output') return event.data.stream === 'stderr' ? 'warn' : 'idle'
  if (/failed$|cancelled$/.test(type)) return 'bad'
  if (/retrying|warning|undo|rolling|interrupted|expired/.test(type)) return 'warn'
  if (/completed$|answered$/.test(type)) return 'good'
  if (/waiting|paused|interaction|signal/.test(type)) return 'wait'
  if (/started$|resumed$|ai\.|browser\./.test(type)) return 'busy'
  return 'idle'
}

const MAX_CHARS = 300

function outputOf(output: unknown): string {
  return output === undefined || output === null ? '' : `: ${short(output)}`
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text
}
