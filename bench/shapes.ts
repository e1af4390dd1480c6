import type { FastifyInstance } from 'fastify'
import type { Plan, PlannedStep } from '../src/session/plan.ts'
import { noopPlan, startApp, startSession, untilIdle } from './support/app.ts'
import { median, print, range } from './support/report.ts'

/**
 * Whether a step costs the same in a large workflow as in a small one: a graph of 500 steps beside
 * one of 50, and a `forEach` over 10,000 items beside one over 500, one session at a time.
 */
const ROUNDS = 5

/** Steps in layers of ten, each after two of the layer before. */
function layeredPlan(count: number): Plan {
  const width = 10
  const [first] = noopPlan(1).steps
  if (first === undefined) throw new Error('a plan has a step')
  const steps = Array.from({ length: count }, (_, index): PlannedStep => {
    const layer = Math.floor(index / width)
    const place = (offset: number) => (layer - 1) * width + ((index + offset) % width)
    const dependsOn = layer === 0 ? [] : [`step${place(0) + 1}`, `step${place(1) + 1}`]
    return { ...first, id: `step${index + 1}`, dependsOn }
  })
  return { ...noopPlan(1), steps }
}

function forEachPlan(count: number): Plan {
  const list = Array.from({ length: count }, (_, index) => index)
  const [first] = noopPlan(1).steps
  if (first === undefined) throw new Error('a plan has a step')
  const forEach = { items: 'inputs.list', maxParallel: 8, maxFailures: 0 }
  return { ...noopPlan(1), inputs: { list }, steps: [{ ...first, forEach }] }
}

const shapes = [
  { name: 'graph', plan: layeredPlan, small: 50, large: 500 },
  { name: 'forEach', plan: forEachPlan, small: 500, large: 10_000 },
]

await using bench = await startApp()
print(`one session at a time, no-op steps, median of ${ROUNDS} rounds (least – most), µs per step`)
for (const { name, plan, small, large } of shapes) {
  const few = await rounds(bench.app, plan(small), small)
  const many = await rounds(bench.app, plan(large), large)
  const ratio = median(many) / median(few)
  print(`  ${name.padEnd(8)} ${small} steps  ${range(few)}`)
  print(
    `  ${name.padEnd(8)} ${large} steps  ${range(many)}; ${ratio.toFixed(2)} times as much each`,
  )
}

async function rounds(app: FastifyInstance, plan: Plan, steps: number): Promise<number[]> {
  const figures: number[] = []
  // The first round compiles its code and is not counted.
  for (let round = 0; round <= ROUNDS; round++) {
    const began = performance.now()
    await startSession(app, plan)
    await untilIdle(app)
    if (round > 0) figures.push(((performance.now() - began) * 1000) / steps)
  }
  return figures
}
