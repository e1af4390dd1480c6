import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type HandExecutor, handExecutor } from '../../support/hand-executor.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { type Service, startService } from '../../support/service.ts'
import { ended, json, start, until } from '../../support/sessions.ts'
import { dropDatabase } from '../../support/store.ts'

const second = 1000

interface Progress {
  readonly currentSteps: string[]
  readonly overallProgress: number
  readonly estimatedProgress: number | null
  readonly estimatedTimeRemaining: number | null
  readonly estimatedEnd: string | null
  readonly noEstimate: string | null
  readonly basedOn: string
  readonly criticalPath: { stepId: string; remainingMs: number; current: boolean }[]
}

const progressOf = (service: Service, id: string, query = '') =>
  json<Progress>(service.get(`/v1/sessions/${id}/progress${query}`))

/** Fetching comes first; a build of 10 s and a check of 1 s run side by side, then the two meet. */
const release = {
  name: 'release',
  steps: [
    { id: 'fetch', uses: 'hand' },
    { id: 'build', uses: 'hand', dependsOn: ['fetch'] },
    { id: 'check', uses: 'hand', dependsOn: ['fetch'] },
    { id: 'ship', uses: 'hand', dependsOn: ['build', 'check'] },
  ],
}

/** Lets the steps of a release take their time: 1 s, 10 s and 1 s, then 2 s. */
async function run(service: Service, hand: HandExecutor, clock: ManualClock): Promise<string> {
  const id = await start(service, release)
  const fetched = await hand.attempt()
  clock.advance(second)
  fetched.succeed()
  const sideBySide = [await hand.attempt(), await hand.attempt()]
  const [build, check] = sideBySide.toSorted((a, b) =>
    a.context.stepId < b.context.stepId ? -1 : 1,
  )
  clock.advance(second)
  check?.succeed()
  await until(service, id, 'step.completed')
  await expect.poll(() => stepsOf(service, id)).toContain('check completed')
  clock.advance(9 * second)
  build?.succeed()
  const ship = await hand.attempt()
  clock.advance(2 * second)
  ship.succeed()
  await ended(service, id)
  return id
}

async function stepsOf(service: Service, id: string): Promise<string[]> {
  const { steps } = await json<{ steps: { id: string; status: string }[] }>(
    service.get(`/v1/sessions/${id}`),
  )
  return steps.map((step) => `${step.id} ${step.status}`)
}

async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stepstream-'))
  onTestFinished(async () => {
    await rm(folder, { recursive: true, force: true })
    dropDatabase(folder)
  })
  return folder
}

describe('the progress of a workflow that ran before', () => {
  test('says when it will end, and which steps decide that', async () => {
    const clock = new ManualClock()
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor], clock })
    const first = await run(service, hand, clock)
    expect(await progressOf(service, first)).toMatchObject({
      overallProgress: 100,
      estimatedTimeRemaining: 0,
      estimatedEnd: new Date(clock.now()).toISOString(),
      criticalPath: [],
    })

    const again = await start(service, release)
    const fetched = await hand.attempt()
    expect(await progressOf(service, again)).toMatchObject({
      estimatedTimeRemaining: 13 * second,
      estimatedEnd: new Date(clock.now() + 13 * second).toISOString(),
      basedOn: 'earlier_sessions',
      noEstimate: null,
      overallProgress: 0,
      estimatedProgress: 0,
      criticalPath: [
        { stepId: 'fetch', remainingMs: second, current: true },
        { stepId: 'build', remainingMs: 10 * second, current: false },
        { stepId: 'ship', remainingMs: 2 * second, current: false },
      ],
    })
    clock.advance(2 * second)
    fetched.succeed()
    const attempts = [await hand.attempt(), await hand.attempt()]
    clock.advance(4 * second)
    // The check takes longer than ever: it may end at any moment, and the build still decides.
    expect(await progressOf(service, again)).toMatchObject({
      estimatedTimeRemaining: 8 * second,
      overallProgress: 25,
      estimatedProgress: 42.9,
      criticalPath: [
        { stepId: 'build', remainingMs: 6 * second, current: true },
        { stepId: 'ship', remainingMs: 2 * second, current: false },
      ],
    })
    await service.post(`/v1/sessions/${again}/pause`)
    expect(await progressOf(service, again)).toMatchObject({
      estimatedTimeRemaining: null,
      estimatedEnd: null,
      noEstimate: 'paused',
      criticalPath: [],
      estimatedProgress: 42.9,
    })
    const began = await progressOf(service, again, '?atSeq=3')
    expect(began).toMatchObject({ estimatedTimeRemaining: 13 * second, currentSteps: ['fetch'] })
    await service.post(`/v1/sessions/${again}/cancel`)
    for (const attempt of attempts) attempt.end({ status: 'aborted' })
    await ended(service, again)
  })

  test('outlives a restart, and is not taken from or for what has no name', async () => {
    const settings = { DATA_DIR: await dataFolder() }
    const hand = handExecutor()
    const clock = new ManualClock()
    {
      await using service = await startService(settings, { executors: [hand.executor], clock })
      await run(service, hand, clock)
    }
    await using service = await startService(settings, { executors: [hand.executor], clock })
    const named = await start(service, release)
    const { name: _, ...nameless } = release
    const unnamed = await start(service, nameless)
    await Promise.all([named, unnamed].map((id) => until(service, id, 'step.started')))
    expect(await progressOf(service, named)).toMatchObject({
      estimatedTimeRemaining: 13 * second,
      basedOn: 'earlier_sessions',
    })
    expect(await progressOf(service, unnamed)).toMatchObject({
      estimatedTimeRemaining: null,
      estimatedProgress: null,
      noEstimate: 'no_timings',
      basedOn: 'nothing',
    })
    const attempts = [await hand.attempt(), await hand.attempt()]
    clock.advance(3 * second)
    for (const attempt of attempts) attempt.succeed()
    await expect.poll(() => stepsOf(service, unnamed)).toContain('fetch completed')
    expect(await progressOf(service, unnamed)).toMatchObject({
      estimatedTimeRemaining: 6 * second,
      basedOn: 'this_session',
    })
    await Promise.all([named, unnamed].map((id) => service.post(`/v1/sessions/${id}/cancel`)))
    await Promise.all([named, unnamed].map((id) => ended(service, id)))
  })

  test('holds for saved workflows, in real time and over a restart', async () => {
    const settings = { DATA_DIR: await dataFolder() }
    const hand = handExecutor()
    let took = 0
    {
      await using service = await startService(settings, { executors: [hand.executor] })
      const body = JSON.stringify({ steps: [{ id: 'only', uses: 'hand' }, 'Wait 1 second'] })
      const headers = { 'content-type': 'application/json' }
      await fetch(`${service.url}/v1/workflows/nap`, { method: 'PUT', body, headers })
      const id = await start(service, { workflow: 'nap' })
      const attempt = await hand.attempt()
      const { estimatedTimeRemaining, noEstimate } = await progressOf(service, id)
      expect({ estimatedTimeRemaining, noEstimate }).toEqual({
        estimatedTimeRemaining: null,
        noEstimate: 'no_timings',
      })
      attempt.succeed()
      const log = await ended(service, id)
      for (const event of log) if (event.type === 'step.completed') took += event.data.durationMs
    }
    await using service = await startService(settings, { executors: [hand.executor] })
    const id = await start(service, { workflow: 'nap' })
    const attempt = await hand.attempt()
    const progress = await progressOf(service, id)
    expect(progress).toMatchObject({ basedOn: 'earlier_sessions', noEstimate: null })
    expect(progress.estimatedTimeRemaining).toBeGreaterThanOrEqual(1000)
    expect(progress.estimatedTimeRemaining).toBeLessThanOrEqual(took)
    attempt.succeed()
    await until(service, id, 'session.waiting')
    const inWait = await progressOf(service, id)
    expect(inWait.estimatedTimeRemaining).toBeLessThanOrEqual(1000)
    expect(inWait.criticalPath).toMatchObject([{ current: true }])
    await ended(service, id)
  })
})
