import type { components } from '../../client/index.ts'

type PlannedStep = components['schemas']['PlannedStep']

/** What a step does, in a few words: its sentence, else what its input says, else its kind. */
export function taskOf({
  text,
  uses,
  with: input,
}: Pick<PlannedStep, 'text' | 'uses' | 'with'>): string {
  if (text !== undefined) return text
  const { run, method = 'GET', url, goal } = input as Readonly<Record<string, unknown>>
  if (uses === 'command' && Array.isArray(run)) return run.join(' ')
  if (uses === 'webhook' && typeof url === 'string') return `${method} ${url}`
  if (uses === 'ai' && typeof goal === 'string') return goal
  return uses
}
