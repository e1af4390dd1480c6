import type { LoggedEvent } from '../../session/events.ts'
import type { Draft } from './fold.ts'
import { reopen, reset } from './reopen.ts'
import type { AttemptLog, AttemptResult, Span, StepLog } from './session-log.ts'

/** Applies an event about a step; one about none changes nothing. */
export function foldStep(draft: Draft, event: LoggedEvent, at: number): void {
  const step = draft.steps.get('stepId' in event ? (event.stepId ?? '') : '')
  if (step === undefined) return
  const set = (changes: Partial<StepLog>, from: StepLog = step) =>
    void draft.steps.set(step.id, { ...from, ...changes })
  const attempt = ('attempt' in event ? event.attempt : undefined) ?? step.attempt
  switch (event.type) {
    case 'step.started':
    case 'step.undoing': {
      const { uses, text } = event.data
      const undo = event.type === 'step.undoing'
      return set(
        {
          status: 'running',
          attempt,
          startedAt: at,
          uses,
          ...(text === undefined ? {} : { text }),
          ...(undo ? { toUndo: step.toUndo ?? step.status } : {}),
          attempts: [...step.attempts, { attempt, from: at, ...(undo ? { undo } : {}) }],
          spans: [...closed(step, at), { kind: undo ? 'undo' : 'run', attempt, from: at }],
        },
        awake(step),
      )
    }
    case 'step.progress':
      return set({ progress: event.data })
    case 'step.waiting': {
      const { until, awaits, output, escalated } = event.data
      const result = escalated === undefined ? undefined : ('failed' as const)
      return set(
        {
          status: 'waiting',
          ...(until === undefined ? {} : { resumeAt: Date.parse(until) }),
          ...(output === undefined ? {} : { output }),
          ...(awaits?.kind === 'session' ? { child: awaits.id } : {}),
          ...(escalated === undefined ? {} : { escalated: true, error: escalated.error }),
          ...(result === undefined
            ? {}
            : { attempts: ended(step, at, result, { error: escalated?.error }) }),
          spans: [...closed(step, at, result), { kind: 'wait', attempt, from: at }],
        },
        awake(step),
      )
    }
    case 'interaction.created': {
      const { interactionId, ...request } = event.data
      return set({ asks: { interactionId, ...request } })
    }
    case 'interaction.claimed':
      if (step.asks === undefined) return
      return set({ asks: { ...step.asks, worker: event.data.worker } })
    case 'interaction.released': {
      if (step.asks === undefined) return
      const { worker: _, ...asks } = step.asks
      return set({ asks })
    }
    case 'step.concluding': {
      const { output } = event.data
      return set(
        {
          status: 'running',
          ...(output === undefined ? {} : { output }),
          spans: [...closed(step, at), { kind: 'run', attempt, from: at }],
        },
        awake(step),
      )
    }
    case 'step.retrying':
    case 'step.repeating': {
      const { resumeAt } = event.data
      const isRetry = event.type === 'step.retrying'
      const result = isRetry ? 'retried' : 'repeated'
      return set(
        {
          status: 'retrying',
          resumeAt: Date.parse(resumeAt),
          endedAt: at,
          ...(isRetry ? { error: event.data.error } : {}),
          ...(!isRetry && event.data.output !== undefined ? { output: event.data.output } : {}),
          attempts: ended(step, at, result, isRetry ? { error: event.data.error } : {}),
          spans: [...closed(step, at, result), { kind: 'delay', attempt, from: at }],
        },
        awake(step),
      )
    }
    case 'step.expanded': {
      for (let position = 0; position < event.data.count; position++) {
        draft.steps.set(`${step.id}[${position}]`, itemOf(step, position))
      }
      return set({ status: 'pending', ...over(step, at, 'continued') })
    }
    case 'step.continuing':
    case 'step.interrupted': {
      const result = event.type === 'step.continuing' ? 'continued' : 'interrupted'
      return set(
        { status: step.toUndo ?? 'pending', endedAt: at, ...over(step, at, result) },
        awake(step),
      )
    }
    case 'step.completed': {
      const { output } = event.data
      return set(
        {
          status: 'completed',
          endedAt: at,
          ...(output === undefined ? {} : { output }),
          ...over(step, at, 'completed'),
        },
        awake(step),
      )
    }
    case 'step.kept': {
      const { output, from } = event.data
      const kept = output === undefined ? {} : { output }
      return set({ status: 'completed', endedAt: at, keptFrom: from, ...kept })
    }
    case 'step.failed': {
      const { error } = event.data
      return set(
        { status: 'failed', endedAt: at, error, ...over(step, at, 'failed', { error }) },
        awake(step),
      )
    }
    case 'step.skipped':
      return set(
        { status: 'skipped', endedAt: at, skipped: event.data, spans: closed(step, at) },
        awake(step),
      )
    case 'step.cancelled':
      return set({ status: 'cancelled', endedAt: at, ...over(step, at, 'cancelled') }, awake(step))
    case 'step.undone': {
      const { toUndo: _, ...rest } = awake(step)
      return set({ status: 'undone', endedAt: at, ...over(step, at, 'undone') }, rest)
    }
    case 'step.undo_failed': {
      const { toUndo = 'completed', ...rest } = awake(step)
      const { error } = event.data
      const changes = { undoError: error, ...over(step, at, 'failed', { error }) }
      return set({ status: toUndo, ...changes }, rest)
    }
    case 'step.paused':
      return set({ held: true })
    case 'step.resumed': {
      const { held: _, ...rest } = step
      return void draft.steps.set(step.id, rest)
    }
    case 'step.resolved':
      return reopen(draft, step, event.data.action, at)
    case 'step.rewound': {
      set({ spans: closed(step, at, 'pushed_back'), attempts: ended(step, at, 'pushed_back', {}) })
      for (const id of event.data.steps) reset(draft, id)
      const opened = draft.steps.get(step.id)
      if (opened !== undefined) set({ output: event.data.output }, opened)
      return
    }
  }
}

/** A step that waits for nothing any more. */
function awake(step: StepLog): StepLog {
  const { resumeAt: _, asks: __, escalated: ___, progress: ____, ...rest } = step
  return rest
}

function itemOf({ id, uses, text }: StepLog, position: number): StepLog {
  return {
    id: `${id}[${position}]`,
    status: 'pending',
    attempt: 0,
    dependsOn: [],
    itemOf: id,
    ...(uses === undefined ? {} : { uses }),
    ...(text === undefined ? {} : { text }),
    attempts: [],
    spans: [],
  }
}

/** The attempt and the stretch that were open are over. */
function over(
  step: StepLog,
  at: number,
  result: AttemptResult,
  more: Pick<Partial<AttemptLog>, 'error'> = {},
) {
  return { attempts: ended(step, at, result, more), spans: closed(step, at, result) }
}

function ended(
  { attempts }: StepLog,
  at: number,
  result: AttemptResult,
  { error }: { readonly error?: AttemptLog['error'] | undefined },
): readonly AttemptLog[] {
  const last = attempts.at(-1)
  if (last === undefined || last.to !== undefined) return attempts
  return attempts.with(-1, { ...last, to: at, result, ...(error === undefined ? {} : { error }) })
}

/** @param result of the attempt, where it ends with the stretch */
export function closed({ spans }: StepLog, at: number, result?: AttemptResult): readonly Span[] {
  const last = spans.at(-1)
  if (last === undefined || last.to !== undefined) return spans
  return spans.with(-1, { ...last, to: at, ...(result === undefined ? {} : { result }) })
}
