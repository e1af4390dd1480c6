import type { components } from '../../client/index.ts'
import { oneLine, outputLines } from '../../session/line-text.ts'
import { type Field, fieldLines, plainFields } from '../output/fields.ts'
import { jsonText } from '../output/json-text.ts'
import type { Output } from '../output/output.ts'
import { paintStatus, styleOfStatus } from '../output/status-style.ts'
import { type Column, plainLines, tableLines } from '../output/table.ts'
import { spanText } from '../output/times.ts'
import { errorLines, outputText } from './session-text.ts'

type Step = components['schemas']['StepView']
type History = components['schemas']['StepHistory']
type Attempt = History['attempts'][number]

/** One step with all its tries, and its whole output. */
export function stepText(step: Step, history: History, output: Output): string {
  return `${(output.form === 'lines' ? forPrograms : forPeople)(step, history, output).join('\n')}\n`
}

function forPrograms(step: Step, { attempts }: History): string[] {
  return [
    ...plainFields([
      ...fieldsOf(step),
      ['output', step.output === undefined ? '' : jsonText(step.output)],
    ]),
    ...plainLines(attempts, [{ title: 'RECORD', text: () => 'try' }, ...attemptColumns()]),
  ]
}

function forPeople(step: Step, history: History, output: Output): string[] {
  const [, , ...fields] = fieldsOf(step)
  const painted = paintStatus(output.paint, step.status)
  return [
    ...fieldLines([['step', oneLine(step.id)], ['status', painted], ...fields], output),
    ...(step.error === undefined ? [] : ['', ...errorLines(step.error, output)]),
    ...(history.attempts.length === 0
      ? []
      : ['', ...tableLines(history.attempts, attemptColumns(), output)]),
    ...(history.resolutions ?? []).map(
      ({ action, at, actor, reason }) =>
        `${action} at ${at}${actor ? ` by ${oneLine(actor)}` : ''}${reason ? `: ${oneLine(reason)}` : ''}`,
    ),
    ...outputOf(step, output),
  ]
}

function fieldsOf(step: Step): Field[] {
  return [
    ['step', step.id],
    ['status', step.status],
    ['kind', step.uses],
    ['text', oneLine(step.text ?? '')],
    ['after', step.dependsOn.join(' ')],
    ['when', oneLine(step.when ?? '')],
    ['started', step.startedAt],
    ['ended', step.endedAt],
    ['goes on', step.resumeAt],
    ['session', step.child],
    ['asks', step.interaction],
  ]
}

function attemptColumns(): Column<Attempt>[] {
  return [
    { title: 'TRY', text: ({ attempt, undo }) => (undo ? `${attempt} (undo)` : attempt) },
    {
      title: 'RESULT',
      text: ({ result }) => result,
      style: ({ result }) => styleOfStatus(result),
    },
    { title: 'STARTED', text: ({ startedAt }) => startedAt },
    {
      title: 'TOOK',
      text: ({ durationMs }) => spanText(durationMs),
      plain: ({ durationMs }) => durationMs,
    },
    {
      title: 'ABOUT',
      text: ({ error, interaction, child }) =>
        error === undefined ? (interaction ?? child) : `${error.code}: ${error.message}`,
      gives: true,
    },
  ]
}

function outputOf({ output: value }: Step, { paint }: Output): string[] {
  if (value === undefined || value === null) return []
  const isKeptApart = typeof value === 'object' && 'artifact' in value && 'preview' in value
  const lines =
    typeof value === 'string'
      ? outputLines(value)
      : isKeptApart
        ? [outputText(value)]
        : jsonText(value, 2).split('\n')
  return ['', paint('bold', 'Output'), ...lines]
}
