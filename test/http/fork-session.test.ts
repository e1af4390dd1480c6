import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { StepstreamError } from '../../src/errors.ts'
import { startFork } from '../../src/http/fork-session.ts'
import { openFolderBytes } from '../../src/modules/artifacts/folder.ts'
import { openArtifacts } from '../../src/modules/artifacts/index.ts'
import { createSessionCoordinator } from '../../src/modules/session-coordinator/index.ts'
import type { StartSession } from '../../src/modules/step-processor/types.ts'
import { stepsToKeep } from '../../src/session/keep.ts'
import type { Created } from '../../src/store/types.ts'
import { driver, start, succeed } from '../support/decider.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { plan, sequence } from '../support/plans.ts'
import { wrapStore } from '../support/wrapped-store.ts'

const first = 'ses_01ARZ3NDEKTSV4RRFFQ69G5FAV'
const second = 'ses_01ARZ3NDEKTSV4RRFFQ69G5FAW'

/** A session whose first step has a large output, about to be forked from its second step. */
async function setup() {
  const dir = await mkdtemp(join(tmpdir(), 'stepstream-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const clock = new ManualClock()
  const { store, refuse, accept } = wrapStore()
  const bytes = openFolderBytes(dir)
  const artifacts = openArtifacts({ bytes, store, now: () => clock.now() })
  const coordinator = createSessionCoordinator({ store, clock, random: () => 0.5, keepNew: 0 })
  const begin = {
    tenant: 'default',
    plan: plan(sequence('a', 'b')),
    correlation: { id: 'req-1' },
    createdAt: clock.now(),
  }
  await coordinator.create({ ...begin, id: first, name: null })
  const content = Buffer.from('"large"')
  const about = { stepId: 'a', name: 'a.json', contentType: 'application/json' }
  const { id } = await artifacts.put({
    tenant: 'default',
    sessionId: first,
    bytes: content,
    ...about,
  })
  const output = { artifact: id, bytes: content.length, preview: '"large"' }
  await coordinator.dispatch(first, start, driver)
  await coordinator.dispatch(first, succeed('a', output), driver)
  const from = await coordinator.current(first)
  if (from === undefined) throw new Error('the session is gone')

  const create = ({ sessionId, fork, idempotency, ...rest }: StartSession) =>
    coordinator.create({ ...rest, id: sessionId, name: null }, idempotency, fork)
  const fork = (begun: (session: StartSession) => Promise<Created> = create) =>
    startFork(
      {
        from,
        forkedFrom: { sessionId: first, fromStep: 'b' },
        kept: stepsToKeep(from.state, 'b'),
      },
      { ...begin, sessionId: second },
      {
        artifacts,
        clock,
        closing: new AbortController().signal,
        processor: { start: begun } as never,
      },
    )
  const files = async () =>
    (await readdir(dir, { recursive: true, withFileTypes: true })).filter((file) => file.isFile())
  return { artifacts, clock, store, refuse, accept, coordinator, create, fork, files }
}

test('the copy of an output is there as soon as the session is', async () => {
  const { fork, artifacts, coordinator } = await setup()
  expect(await fork()).toEqual({ created: true })
  const [copy] = await artifacts.list(second)
  expect(copy).toMatchObject({ stepId: 'a', name: 'a.json', bytes: 7 })
  const forked = await coordinator.current(second)
  expect(forked?.state.steps[0]?.output).toEqual({
    artifact: copy?.id,
    bytes: 7,
    preview: '"large"',
  })
  expect(Buffer.from((await artifacts.read('default', copy?.id ?? '')) ?? []).toString()).toBe(
    '"large"',
  )
})

test('a start that is refused, or was made before, leaves no copies behind', async () => {
  const { fork, files } = await setup()
  const held = { created: false, requestHash: 'h', answer: '{}', sessionId: first } as const
  expect(await fork(async () => held)).toEqual(held)
  expect(await files()).toHaveLength(1)
  const full = new StepstreamError('TOO_MANY_SESSIONS', 'full')
  await expect(fork(() => Promise.reject(full))).rejects.toBe(full)
  expect(await files()).toHaveLength(1)
})

test('a record that the store refuses at first follows its session', async () => {
  const { fork, create, artifacts, clock, refuse, accept } = await setup()
  const forking = fork((session) => {
    const created = create(session)
    refuse()
    return created
  })
  await expect.poll(() => clock.pending).toBeGreaterThan(0)
  expect(await artifacts.list(second)).toEqual([])
  accept()
  clock.advance(1000)
  expect(await forking).toEqual({ created: true })
  expect(await artifacts.list(second)).toHaveLength(1)
})
