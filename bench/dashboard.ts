import { spawnSync } from 'node:child_process'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { bigWorkflow, runBig, startBigService } from './support/big-session.ts'
import { findChromium, launch } from './support/chromium.ts'
import { cpuSeconds } from './support/cpu.ts'
import { type Moving, type Opening, openView, type ViewProbe } from './support/page-probe.ts'
import { print, quantile } from './support/report.ts'

/**
 * A session of 10,000 steps and 200,000 events in the dashboard: how long each view takes to be there,
 * how smoothly it moves, and what the requests cost that a page makes; the service in a process of its
 * own, Chromium beside it.
 */
const SHAPE = { rows: 200, inRow: 50, linesEach: 18, lineLength: 120 } as const
const STEPS = SHAPE.rows * SHAPE.inRow
const ROUNDS = 3
const REQUESTS = 10
const AIM = { completeMs: 1500, framesPerSecond: 50 } as const

buildDashboard()
await using chromium = await findChromium()
await using service = await startBigService(STEPS)
await using browser = await launch(chromium.path)
const signal = { uses: 'signal', with: { name: 'go' } }
for (const [status, workflow] of [
  ['completed', bigWorkflow(SHAPE)],
  ['waiting', bigWorkflow(SHAPE, signal)],
] as const) {
  const began = performance.now()
  const sessionId = await runBig(service.url, workflow, status)
  const madeInSeconds = (performance.now() - began) / 1000
  const session = `${service.url}/v1/sessions/${sessionId}`
  const asked = performance.now()
  const events = await lastSeqOf(session)
  const firstMs = performance.now() - asked
  const size = `${STEPS.toLocaleString('en')} steps, ${events.toLocaleString('en')} events`
  print(`a ${status} session of ${size}, made in ${madeInSeconds.toFixed(1)} s; ${load()}`)
  print(`the first request for it, GET …: ${ms(firstMs).trim()}`)
  await measureRequests(session, events)
  await measureViews(`${service.url}/sessions/${sessionId}`, probesOf(status, events))
}

async function measureRequests(session: string, events: number): Promise<void> {
  print(
    `requests, ms: the first, then p50 of ${REQUESTS}, and CPU of the service for each of these`,
  )
  const tail = `/events?after=${events - 500}&limit=500`
  for (const path of ['/plan', '', '/progress', '/explain', '/artifacts', tail]) {
    const first = await timeRequest(session + path)
    const cpuBefore = cpuSeconds([service.pid])
    const times: number[] = []
    for (let n = 0; n < REQUESTS; n++) times.push(await timeRequest(session + path))
    const cpu = (1000 * (cpuSeconds([service.pid]) - cpuBefore)) / REQUESTS
    print(
      `  ${`GET …${path}`.padEnd(34)}${ms(first)}   p50 ${ms(quantile(times, 0.5))}   CPU ${ms(cpu)}`,
    )
  }
}

async function timeRequest(url: string): Promise<number> {
  const asked = performance.now()
  const response = await fetch(url, { headers: { accept: 'application/json' } })
  const body = await response.arrayBuffer()
  if (!response.ok) throw new Error(`${url}: ${response.status} ${new TextDecoder().decode(body)}`)
  return performance.now() - asked
}

async function measureViews(url: string, probes: readonly ViewProbe[]): Promise<void> {
  print(
    `views, the best of ${ROUNDS} openings by when they are complete (aims: ${AIM.completeMs} ms, ${AIM.framesPerSecond} frames/s)`,
  )
  print(
    '  view       first rows   complete   (all)               log read   longest task   blocked   CPU    heap     frames/s   worst',
  )
  for (const probe of probes) {
    const openings: Opening[] = []
    const movings: Moving[] = []
    for (let round = 0; round < ROUNDS; round++) {
      await using view = await openView(browser, url, probe)
      openings.push(view.opening)
      movings.push(await view.move())
    }
    print(`  ${probe.name.padEnd(10)} ${rowOf(openings, movings)}`)
  }
  print(`${load()} at the end\n`)
}

function rowOf(openings: readonly Opening[], movings: readonly Moving[]): string {
  const [best] = openings.toSorted((a, b) => a.complete - b.complete)
  const [smoothest] = movings.toSorted((a, b) => b.framesPerSecond - a.framesPerSecond)
  if (best === undefined || smoothest === undefined) return 'not measured'
  const all = openings.map(({ complete }) => complete.toFixed(0)).join(', ')
  return [
    `${ms(best.drawn)}    ${ms(best.complete)} ${mark(best.complete <= AIM.completeMs)} (${all})`.padEnd(
      46,
    ),
    ms(best.read),
    `   ${ms(best.longestTask)}     `,
    ms(best.blocked),
    ` ${best.cpu.toFixed(2)} s`,
    `  ${best.heap.toFixed(0)} MB`,
    `    ${smoothest.framesPerSecond.toFixed(0)} ${mark(smoothest.framesPerSecond >= AIM.framesPerSecond)}`,
    `  ${ms(smoothest.worstFrame)}`,
  ].join(' ')
}

function probesOf(status: 'completed' | 'waiting', events: number): readonly ViewProbe[] {
  const total = STEPS.toLocaleString('en')
  const count = (status === 'completed' ? STEPS : STEPS - 1).toLocaleString('en')
  const last = status === 'completed' ? 'session.completed' : 'session.waiting'
  const has = (selector: string, text = '') =>
    `[...document.querySelectorAll(${JSON.stringify(selector)})].some(({ textContent }) => textContent.includes(${JSON.stringify(text)}))`
  const settled = has('.vital.wide small', `${count} of ${total} steps`)
  const read = has('.vital small', `event ${events.toLocaleString('en')}`)
  const wheel = { by: 'wheel', selector: '.virtual' } as const
  return [
    {
      name: 'steps',
      query: '?view=steps',
      drawn: has('.step-line'),
      complete: `${settled} && ${has('.log-tools button', `${count} completed`)}`,
      read,
      moves: wheel,
    },
    {
      name: 'graph',
      query: '?view=graph',
      drawn: has('.graph-step'),
      complete: `${settled} && ${has('.graph-step[data-status="completed"]')}`,
      read,
      moves: { by: 'drag', selector: '.graph-frame' },
    },
    {
      name: 'timeline',
      query: '?view=timeline',
      drawn: has('.timeline-row[data-step] .bar'),
      complete: settled,
      read,
      moves: wheel,
    },
    {
      name: 'log',
      query: '?view=log',
      drawn: has('.log-line .log-type', '.'),
      complete: `${has('.log-tools [role="status"]', `${events.toLocaleString('en')} lines`)} && ${has('.log-line', last)}`,
      read,
      moves: wheel,
    },
  ]
}

async function lastSeqOf(session: string): Promise<number> {
  const response = await fetch(session)
  const { stream } = (await response.json()) as { stream: { next: number } }
  return stream.next - 1
}

function buildDashboard(): void {
  const script = join(import.meta.dirname, '../scripts/build-dashboard.mjs')
  const { status } = spawnSync(process.execPath, [script, '--required'], { stdio: 'inherit' })
  if (status !== 0) throw new Error('the dashboard was not built')
}

function load(): string {
  return `load ${loadavg()[0]?.toFixed(1)}`
}

function ms(figure: number): string {
  return `${figure.toFixed(0)} ms`.padStart(8)
}

function mark(isMet: boolean): string {
  return isMet ? '✓' : '✗'
}
