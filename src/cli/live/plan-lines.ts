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
  const depths = depthsOf(steps)
  const layers: PlannedStep[][] = []
  const last = steps.filter((step) => step.finally === true)
  for (const step of steps) {
    if (step.finally === true) continue
    const depth = depths.get(step.id) ?? 0
    layers[depth] ??= []
    layers[depth].push(step)
  }
  return last.length === 0 ? layers : [...layers, last]
}

/** Of each step; a chain may be longer than calls can be nested. */
function depthsOf(steps: readonly PlannedStep[]): ReadonlyMap<string, number> {
  const byId = new Map(steps.map((step) => [step.id, step]))
  const depths = new Map<string, number>()
  for (const { id } of steps) {
    const path = [id]
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const parents = byId.get(top)?.dependsOn ?? []
      const open = parents.filter((parent) => !depths.has(parent))
      if (open.length > 0) {
        path.push(...open)
        continue
      }
      const deepest = parents.reduce((most, parent) => Math.max(most, depths.get(parent) ?? 0), -1)
      depths.set(top, deepest + 1)
      path.pop()
    }
  }
  return depths
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
