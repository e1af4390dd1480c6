import { DBOS } from '@dbos-inc/dbos-sdk'
import { print, quantile } from './report.ts'

/**
 * The peer in a process of its own: workflows of 10 no-op steps, each step's output as large as that
 * of our no-op. Database URL in, figures out as JSON.
 */
const WORKFLOWS = 1000
const STEPS = 10
const ROUNDS = 3
const LONE_WORKFLOWS = 100

const [, , systemDatabaseUrl = ''] = process.argv
DBOS.setConfig({
  name: 'bench',
  systemDatabaseUrl,
  // Its default.
  systemDatabasePoolSize: 10,
  logLevel: 'error',
  enableOTLP: false,
})
const noop = async () => ({ ok: true })
const workflow = DBOS.registerWorkflow(
  async () => {
    for (let step = 0; step < STEPS; step++) await DBOS.runStep(noop, { name: `step${step + 1}` })
  },
  { name: 'noops' },
)
await DBOS.launch()

const stepsPerSecond: number[] = []
// The first round compiles its code and is not counted.
for (let round = 0; round <= ROUNDS; round++) {
  const began = performance.now()
  await Promise.all(Array.from({ length: WORKFLOWS }, runOne))
  const ms = performance.now() - began
  if (round > 0) stepsPerSecond.push((WORKFLOWS * STEPS * 1000) / ms)
}
const lone: number[] = []
for (let n = 0; n < LONE_WORKFLOWS; n++) {
  const began = performance.now()
  await runOne()
  lone.push(performance.now() - began)
}
const { user, system } = process.cpuUsage()
print(
  JSON.stringify({
    stepsPerSecond,
    loneMs: { p50: quantile(lone, 0.5), p99: quantile(lone, 0.99) },
    steps: (WORKFLOWS * (ROUNDS + 1) + LONE_WORKFLOWS) * STEPS,
    cpuSeconds: (user + system) / 1e6,
  }),
)
await DBOS.shutdown()

async function runOne(): Promise<void> {
  const handle = await DBOS.startWorkflow(workflow)()
  await handle.getResult()
}
