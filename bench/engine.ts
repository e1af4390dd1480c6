import { noopPlan, startApp, startSession, untilIdle } from './support/app.ts'

const sessions = Number(process.argv[2] ?? 1000)
const plan = noopPlan(10)
await using bench = await startApp()
for (let round = 0; round < 4; round++) {
  const began = performance.now()
  const cpu = process.cpuUsage()
  await Promise.all(Array.from({ length: sessions }, () => startSession(bench.app, plan)))
  const accepted = performance.now()
  await untilIdle(bench.app)
  const ms = performance.now() - began
  const { user, system } = process.cpuUsage(cpu)
  console.log(
    `round ${round}: ${Math.round((sessions * 10) / (ms / 1000))} steps/s, ${Math.round(ms)} ms (accept ${Math.round(accepted - began)} ms), cpu ${Math.round((user + system) / 1000)} ms, peak RSS ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
  )
}
