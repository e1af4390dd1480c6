import { describe, expect, test } from 'vitest'
import type { CurrentSession } from '../../../src/modules/session-coordinator/types.ts'
import { createTimings } from '../../../src/modules/timings/index.ts'
import type { Plan } from '../../../src/session/plan.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import type { Store } from '../../../src/store/types.ts'
import { epoch, fail, given, start, succeed } from '../../support/decider.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { plan, sequence, step } from '../../support/plans.ts'

const gather = 2000
const tenant = 'default'

function setup(store: Store = createMemoryStore(), clock = new ManualClock()) {
  const warnings: unknown[] = []
  const log = { warn: (line: unknown) => void warnings.push(line) } as never
  return { timings: createTimings({ store, clock, log }), store, clock, warnings }
}

/** A session of one workflow that has ended, its steps taking this long. */
function ended(
  took: Readonly<Record<string, number>>,
  marks: Partial<Plan> = { name: 'nightly' },
  ofTenant = tenant,
): CurrentSession {
  let scenario = given(plan(sequence(...Object.keys(took)), marks), start)
  for (const [id, ms] of Object.entries(took)) scenario = scenario.later(ms).after(succeed(id))
  return sessionOf(scenario.state, ofTenant)
}

function sessionOf(state: CurrentSession['state'], ofTenant = tenant): CurrentSession {
  const { id, plan } = state
  const record = { id, tenant: ofTenant, plan, name: plan.name ?? null, createdAt: epoch }
  return { record: { ...record, status: state.status } as never, state }
}

const nightly = plan(sequence('a', 'b'), { name: 'nightly' })

const known = async ({ timings }: Pick<ReturnType<typeof setup>, 'timings'>, of = nightly) =>
  Object.fromEntries(await timings.of(tenant, of))

/** How many documents there are, for one tenant. */
const kept = async (store: Store, limit = 5000) =>
  store.listDocuments({ tenant, kind: 'timing', limit })

describe('what steps took', () => {
  test('is the median of the sessions of a workflow, at once and after it is written', async () => {
    const here = setup()
    for (const a of [100, 5000, 300]) here.timings.learn(ended({ a, b: a * 2 }))
    expect(await known(here)).toEqual({ a: 300, b: 600 })
    here.clock.advance(gather)
    await here.timings.close()
    const elsewhere = setup(here.store)
    expect(await known(elsewhere)).toEqual({ a: 300, b: 600 })
    expect(await kept(here.store)).toHaveLength(1)
  })

  test('is forgotten behind the last twenty', async () => {
    const here = setup()
    for (let n = 0; n < 11; n++) {
      here.timings.learn(ended({ a: 10 }))
      await here.timings.close()
    }
    for (let n = 0; n < 20; n++) {
      here.timings.learn(ended({ a: 500 }))
      await here.timings.close()
    }
    expect(await known(here)).toEqual({ a: 500 })
    const [document] = await kept(here.store)
    expect(JSON.parse(document?.body ?? '')).toEqual({ a: Array(20).fill(500) })
  })

  test('is not told of sessions without a name, of other tenants, or of other workflows', async () => {
    const here = setup()
    here.timings.learn(ended({ a: 1 }, {}))
    here.timings.learn(ended({ a: 2 }, { name: 'nightly' }, 'other'))
    here.timings.learn(ended({ a: 3 }, { name: 'daily' }))
    const saved = { name: 'nightly', workflow: { name: 'nightly', version: 1 } }
    here.timings.learn(ended({ a: 4 }, saved))
    expect(await known(here)).toEqual({})
    expect(await known(here, plan(sequence('a')))).toEqual({})
    expect(await known(here, plan(sequence('a'), saved))).toEqual({ a: 4 })
  })

  test('counts what was left out as nothing, and neither failures nor kept steps', async () => {
    const steps = [step('a'), step('b', { when: 'false' }), step('c', { dependsOn: ['a'] })]
    const skipped = { type: 'resolveCondition', stepId: 'b', result: { met: false } } as const
    const scenario = given(plan(steps, { name: 'nightly', onFailure: 'continue' }), start, skipped)
    const here = setup()
    here.timings.learn(sessionOf(scenario.later(40).after(succeed('a')).after(fail('c')).state))
    expect(await known(here)).toEqual({ a: 40, b: 0 })

    const forked = ended({ a: 1, b: 2 })
    const keptSteps = forked.state.steps.map((each, index) =>
      index === 0 ? { ...each, kept: { sessionId: 'ses_0', attempt: 1, durationMs: 9 } } : each,
    )
    const there = setup()
    there.timings.learn({ ...forked, state: { ...forked.state, steps: keptSteps } })
    expect(await known(there)).toEqual({ b: 2 })
  })

  test('is told of items by one of them, and of their step from the first item on', async () => {
    const fan = step('fan', { forEach: { items: '[1]', maxParallel: 1, maxFailures: 0 } })
    const outcome = { status: 'expanded', items: [1, 2, 3], count: 3 } as const
    let scenario = given(plan([fan], { name: 'nightly' }), start, {
      type: 'finishAttempt',
      stepId: 'fan',
      attempt: 1,
      outcome,
    })
    for (const [position, ms] of [30, 10, 20].entries()) {
      scenario = scenario.later(ms).after(succeed(`fan[${position}]`))
    }
    const here = setup()
    here.timings.learn(sessionOf(scenario.after(succeed('fan', [], 2)).state))
    expect(await known(here)).toEqual({ fan: 60, 'fan[]': 20 })
  })

  test('is not learnt from sessions that failed or were cancelled', async () => {
    const here = setup()
    const scenario = given(nightly, start, succeed('a'), fail('b'))
    expect(scenario.state.status).toBe('failed')
    here.timings.learn(sessionOf(scenario.state))
    expect(await known(here)).toEqual({})
    expect(here.clock.pending).toBe(0)
  })

  test('is kept for 500 steps, those of the last session first', async () => {
    const names = (prefix: string) =>
      Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`${prefix}${n}`, 1]))
    const here = setup()
    here.timings.learn(ended(names('old')))
    here.timings.learn(ended(names('new')))
    await here.timings.close()
    const steps = Object.keys(await known(here))
    expect(steps).toHaveLength(500)
    expect(steps.filter((id) => id.startsWith('new'))).toHaveLength(400)
  })
})

describe('writing what steps took', () => {
  test('happens once for many sessions that end together, of which few are looked at', async () => {
    let writes = 0
    const inner = createMemoryStore()
    const here = setup({
      ...inner,
      putDocument: (...args) => {
        writes += 1
        return inner.putDocument(...args)
      },
    })
    for (let n = 0; n < 1000; n++) here.timings.learn(ended({ a: n < 5 ? 7 : 9000 }))
    expect(here.clock.pending).toBe(1)
    here.clock.advance(gather)
    await here.timings.close()
    expect(writes).toBe(1)
    expect(await known(here)).toEqual({ a: 7 })
  })

  test('takes up to 50 workflows at a time, so that names made up for each session cost little', async () => {
    const here = setup()
    for (let n = 0; n < 1000; n++) here.timings.learn(ended({ a: 1 }, { name: `job ${n}` }))
    await here.timings.close()
    expect(await kept(here.store)).toHaveLength(50)
  })

  test('loses nothing when several processes write the same workflow at once', async () => {
    const store = createMemoryStore()
    const replicas = Array.from({ length: 3 }, () => setup(store))
    for (const [n, { timings }] of replicas.entries()) timings.learn(ended({ a: n }))
    await Promise.all(replicas.map(({ timings }) => timings.close()))
    const [document] = await kept(store)
    expect(JSON.parse(document?.body ?? '').a.toSorted()).toEqual([0, 1, 2])
  })

  test('keeps a tenant to a thousand workflows, those that ran last', async () => {
    const here = setup()
    for (let n = 0; n < 1200; n++) {
      here.timings.learn(ended({ a: 1 }, { name: `job ${n}` }))
      if (n % 50 === 49) {
        here.clock.advance(gather)
        await here.timings.close()
      }
    }
    const all = await kept(here.store)
    expect(all.length).toBeGreaterThanOrEqual(1000)
    expect(all.length).toBeLessThanOrEqual(1100)
    expect(await known(here, plan([], { name: 'job 1199' }))).toEqual({ a: 1 })
    expect(await known(here, plan([], { name: 'job 0' }))).toEqual({})
  })

  test('sets an end that each session moves', async () => {
    const here = setup()
    here.timings.learn(ended({ a: 1 }))
    await here.timings.close()
    const [first] = await kept(here.store)
    expect(first?.expiresAt).toBe(here.clock.now() + 90 * 24 * 3_600_000)
    here.clock.advance(1_000_000)
    here.timings.learn(ended({ a: 1 }))
    await here.timings.close()
    const [second] = await kept(here.store)
    expect(second?.expiresAt).toBe((first?.expiresAt ?? 0) + 1_000_000)
  })

  test('that fails is logged, and the next goes on', async () => {
    const inner = createMemoryStore()
    let full = true
    const here = setup({
      ...inner,
      putDocument: async (...args) => {
        if (full) throw new Error('no space is left')
        return inner.putDocument(...args)
      },
    })
    here.timings.learn(ended({ a: 1 }))
    here.clock.advance(gather)
    await here.timings.close()
    expect(here.warnings).toHaveLength(1)
    full = false
    here.timings.learn(ended({ a: 2 }))
    await here.timings.close()
    expect(await known(here)).toEqual({ a: 2 })
  })
})
