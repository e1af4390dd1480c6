import stringWidth from 'string-width'
import type { components } from '../../client/index.ts'
import { oneLine } from '../../session/line-text.ts'
import type { Paint } from './paint.ts'
import { taskOf } from './task-of.ts'

type Plan = components['schemas']['Plan']
type PlannedStep = components['schemas']['PlannedStep']

/** Longer names push what stands behind them aside. */
const WIDEST = 30

/** A plan as lines: its steps by layers, each of which may begin when those before it have ended. */
export function planLines(plan: Plan, paint: Paint): readonly string[] {
  const { name, steps, estimatedDuration, onFailure, maxParallel, timeout } = plan
  const layers = layersOf(steps)
  const ids = widthOf(steps.map(({ id }) => id))
  const kinds = widthOf(steps.map(({ uses }) => uses))
  return [
    ...(name === undefined ? [] : [paint('bold', oneLine(name))]),
    `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}, about ${estimatedDuration}; ${maxParallel} side by side, ${timeout} at most, on failure ${onFailure}`,
    ...layers.flatMap((layer, index) => [
      paint(
        'dim',
        index === layers.length - 1 && isFinal(layer) ? 'at the end' : `layer ${index + 1}`,
      ),
      ...layer.map((step) =>
        [
          '',
          padded(oneLine(step.id), ids),
          paint('cyan', padded(step.uses, kinds)),
          factsOf(step, paint),
        ]
          .join('  ')
          .trimEnd(),
      ),
    ]),
  ]
}

/** Steps by how many others must have ended before them, one after the other; those that run last by themselves. */
function layersOf(steps: readonly PlannedStep[]): readonly (readonly PlannedStep[])[] {
  const byId = new Map(steps.map((step) => [step.id, step]))
  const depths = new Map<string, number>()
  const depthOf = (id: string): number => {
    const known = depths.get(id)
    if (known !== undefined) return known
    const parents = byId.get(id)?.dependsOn ?? []
    const depth = parents.reduce((most, parent) => Math.max(most, depthOf(parent) + 1), 0)
    depths.set(id, depth)
    return depth
  }
  const layers: PlannedStep[][] = []
  const last = steps.filter((step) => step.finally === true)
  for (const step of steps) {
    if (step.finally === true) continue
    const depth = depthOf(step.id)
    layers[depth] = [...(layers[depth] ?? []), step]
  }
  return last.length === 0 ? layers : [...layers, last]
}

function isFinal(layer: readonly PlannedStep[]): boolean {
  return layer.every((step) => step.finally === true)
}

function factsOf(step: PlannedStep, paint: Paint): string {
  const { uses, dependsOn, when, group, retry, forEach, repeat, undo, breakBefore, ai } = step
  const facts = [
    dependsOn.length === 0 ? undefined : `after ${dependsOn.map((id) => oneLine(id)).join(', ')}`,
    group === undefined ? undefined : `in group ${oneLine(group)}`,
    when === undefined ? undefined : `when ${oneLine(when)}`,
    forEach === undefined ? undefined : `for each of ${oneLine(forEach.items)}`,
    repeat === undefined ? undefined : `until ${oneLine(repeat.until)}`,
    retry.maxAttempts === 1 ? undefined : `${retry.maxAttempts} attempts`,
    undo === undefined ? undefined : `undone by ${undo.uses}`,
    breakBefore === undefined ? undefined : 'held until somebody lets it begin',
    ai === 'never' ? undefined : ai === 'always' ? 'by an AI' : 'by an AI where words do not do',
  ].filter((fact) => fact !== undefined)
  const task = taskOf(step)
  return [
    task === uses ? '' : oneLine(task),
    facts.length === 0 ? '' : paint('dim', facts.join('; ')),
  ]
    .filter((part) => part !== '')
    .join('  ')
}

function widthOf(texts: readonly string[]): number {
  return Math.min(
    WIDEST,
    texts.reduce((most, text) => Math.max(most, stringWidth(text)), 0),
  )
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)))
}
