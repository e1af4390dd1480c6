import { describe, expect, test } from 'vitest'
import { StepstreamError } from '../../../src/errors.ts'
import { newSessionId } from '../../../src/ids.ts'
import { createDeliveries } from '../../../src/modules/deliveries/index.ts'
import type { OutboundRequest } from '../../../src/modules/outbound/types.ts'
import { createSessionCoordinator } from '../../../src/modules/session-coordinator/index.ts'
import type { CurrentSession } from '../../../src/modules/session-coordinator/types.ts'
import type { PlannedOnEnd } from '../../../src/session/plan.ts'
import type { Document } from '../../../src/store/documents.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import type { Store } from '../../../src/store/types.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { plan, step } from '../../support/plans.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

describe('the delivery of a session', () => {
  test('is on disk with the session, and due for a look soon', async () => {
    const site = open()
    await site.start()
    const [document] = await site.due(15 * SECOND)
    expect(document).toMatchObject({ kind: 'delivery', sessionId: site.sessionId, expiresAt: null })
  })

  test('is handed to the store before the session, in the same turn', async () => {
    const order: string[] = []
    const site = open({
      putDocument: (store, ...given) => {
        order.push('delivery')
        return store.putDocument(...given)
      },
      createSession: (store, session) => {
        order.push('session')
        return store.createSession(session)
      },
    })
    const started = site.start()
    expect(order).toEqual(['delivery', 'session'])
    await started
  })

  test('is gone when the session is refused', async () => {
    const site = open({
      createSession: () => Promise.reject(new StepstreamError('TOO_MANY_SESSIONS', 'full')),
    })
    await expect(site.start()).rejects.toThrow('full')
    expect(await site.due(60 * MINUTE)).toEqual([])
  })

  test('is gone when the request was answered before', async () => {
    const site = open()
    await site.start({ key: 'k' })
    const [first] = await site.due(MINUTE)
    await site.start({ key: 'k' })
    expect(await site.due(MINUTE)).toEqual([first])
  })

  test('stays when it is not known whether the session was written, until it is known', async () => {
    const site = open({
      createSession: () => Promise.reject(new StepstreamError('STORAGE_UNAVAILABLE', 'lost')),
    })
    await expect(site.start()).rejects.toThrow('lost')
    expect(await site.bring()).toMatchObject({ version: 2 })
    site.clock.advance(11 * MINUTE)
    expect(await site.bring()).toBeUndefined()
  })

  test('is written again when the store took the session alone', async () => {
    let refuse = true
    const site = open({
      putDocument: (store, ...given) => {
        if (!refuse) return store.putDocument(...given)
        refuse = false
        return Promise.reject(new StepstreamError('STORAGE_UNAVAILABLE', 'full'))
      },
    })
    await site.start()
    expect(await site.due(MINUTE)).toHaveLength(1)
  })

  test('is put off while the session goes on, ever longer, up to five minutes', async () => {
    const site = open()
    await site.start()
    const delays: number[] = []
    for (let n = 0; n < 8; n++) {
      const [{ dueAt } = { dueAt: 0 }] = await site.due(10 * MINUTE)
      site.clock.advance((dueAt ?? 0) - site.clock.now())
      const next = await site.bring()
      delays.push(((next?.dueAt ?? 0) - site.clock.now()) / SECOND)
    }
    expect(delays).toEqual([15, 30, 60, 120, 240, 300, 300, 300])
    expect(site.requests).toEqual([])
  })
})

describe('an end', () => {
  test('that nobody could tell of is told when the delivery comes up', async () => {
    const site = open()
    await site.start()
    await site.end()
    await site.bring()
    await expect.poll(() => site.state()).toBe('delivered')
    expect(site.requests).toHaveLength(1)
  })

  test('is told once, whoever of several notices it', async () => {
    const site = open()
    await site.start()
    const session = await site.end()
    const [document] = await site.due(MINUTE)
    for (let n = 0; n < 3; n++) site.deliveries.ended(session)
    if (document !== undefined) await Promise.all([site.handle(document), site.handle(document)])
    await expect.poll(() => site.state()).toBe('delivered')
    site.deliveries.ended(session)
    await site.deliveries.stop()
    expect(site.requests).toHaveLength(1)
    expect(site.results).toEqual(['delivered'])
  })

  test('is told although the delivery was written in between', async () => {
    const site = open()
    await site.start()
    const [before] = await site.due(MINUTE)
    const session = await site.end()
    site.readOnce(before)
    await site.store.putDocument({ ...(before as Document), dueAt: site.clock.now() }, 1)
    site.deliveries.ended(session)
    await expect.poll(() => site.state()).toBe('delivered')
  })

  test('is told at most eight times though each attempt is cut off by a crash', async () => {
    const site = open()
    await site.start()
    await site.end()
    site.answer = () => new Promise(() => {})
    for (let n = 0; n < 9; n++) {
      await site.bring()
      site.clock.advance(10 * MINUTE)
    }
    expect(site.requests).toHaveLength(8)
    expect(await site.state()).toBe('failed')
  })

  test('is told later when 128 receivers are being called', async () => {
    const site = open()
    await site.start()
    await site.end()
    const [document] = await site.due(MINUTE)
    if (document === undefined) throw new Error('there is no delivery')
    const others = Array.from({ length: 139 }, (_, n) => ({ ...document, id: `del_${n}` }))
    for (const { version: _, ...other } of others) await site.store.putDocument(other, 0)
    const answers: ((status: number) => void)[] = []
    site.answer = () => new Promise((resolve) => answers.push(resolve))
    await Promise.all([document, ...others].map((one) => site.handle(one)))
    expect(site.requests).toHaveLength(128)
    for (const answer of answers) answer(200)
    await expect.poll(() => site.results.length).toBe(128)
    site.answer = () => Promise.resolve(200)
    const late = await site.due(10 * SECOND)
    expect(late).toHaveLength(12)
    await Promise.all(late.map((one) => site.handle(one)))
    await expect.poll(() => site.results.length).toBe(140)
  })

  test('is not told without the signature that was asked for', async () => {
    const site = open({}, { secret: 'GONE' })
    await site.start()
    site.deliveries.ended(await site.end())
    await expect.poll(() => site.results).toEqual(['retrying'])
    expect(site.requests).toEqual([])
    const [delivery] = await site.deliveries.list(await site.current())
    expect(delivery?.attempts[0]?.error?.code).toBe('UNKNOWN_SECRET')
  })

  test('leaves the secret out of what is said of one that cannot be read', async () => {
    const site = open({}, { secret: 'BROKEN' })
    await site.start()
    site.deliveries.ended(await site.end())
    await expect.poll(() => site.results).toEqual(['retrying'])
    const [delivery] = await site.deliveries.list(await site.current())
    expect(delivery?.attempts[0]?.error?.code).toBe('UNKNOWN_SECRET')
    expect(JSON.stringify(delivery)).not.toContain('?!?!')
  })

  test('comes with as many outputs as there is room for', async () => {
    const site = open({}, { include: 'steps' })
    await site.start()
    await site.end({ text: 'x'.repeat(300_000) })
    await site.bring()
    await expect.poll(() => site.requests.length).toBe(1)
    const { data } = JSON.parse(String(site.requests[0]?.body))
    expect(data).toMatchObject({ outputs: {}, outputsCut: true })
  })
})

type Overrides = {
  readonly [Name in 'putDocument' | 'createSession']?: (
    store: Store,
    ...given: Parameters<Store[Name]>
  ) => ReturnType<Store[Name]>
}

/** Deliveries on a store in memory, with a receiver that a test answers for. */
function open(overrides: Overrides = {}, webhook: Partial<PlannedOnEnd['webhook']> = {}) {
  const clock = new ManualClock()
  const memory = createMemoryStore()
  let stale: Document | undefined
  const store: Store = {
    ...memory,
    ...Object.fromEntries(
      Object.entries(overrides).map(([name, override]) => [
        name,
        (...given: never[]) => (override as (...all: unknown[]) => unknown)(memory, ...given),
      ]),
    ),
    listDocuments: async (list) => {
      const once = stale
      stale = undefined
      return once === undefined ? memory.listDocuments(list) : [once]
    },
  }
  const requests: OutboundRequest[] = []
  const results: string[] = []
  const site = {
    answer: (): Promise<number> => Promise.resolve(200),
  }
  let handle: (document: Document) => Promise<void> = async () => {}
  const coordinator = createSessionCoordinator({ store, clock, random: () => 0.5, keepNew: 0 })
  const deliveries = createDeliveries({
    store,
    coordinator,
    clock,
    random: () => 0.5,
    agenda: {
      on(_, given) {
        handle = given
      },
    },
    outbound: {
      async request(request) {
        requests.push(request)
        const status = await site.answer()
        return { status, headers: {}, body: Buffer.alloc(0), url: request.url }
      },
    },
    secrets: new Map([['BROKEN', 'whsec_?!?!']]),
    log: { error: () => {}, warn: () => {} },
    requestTimeoutMs: 1000,
    observe: (result) => results.push(result),
  })
  const sessionId = newSessionId(clock.now())
  const tenant = 'default'
  const due = (ms: number) => memory.dueDocuments(clock.now() + ms, 100)

  async function current(): Promise<CurrentSession> {
    const session = await coordinator.current(sessionId)
    if (session === undefined) throw new Error('there is no session')
    return session
  }

  return Object.assign(site, {
    clock,
    store: memory,
    deliveries,
    requests,
    results,
    sessionId,
    due,
    current,
    handle: (document: Document) => handle(document),
    /** What the next list finds, in place of what there is. */
    readOnce(document: Document | undefined) {
      stale = document
    },
    start({ key }: { key?: string } = {}) {
      const createdAt = clock.now()
      const onEnd: PlannedOnEnd = {
        webhook: {
          url: 'http://receiver.test/',
          headers: {},
          on: ['completed', 'failed', 'cancelled'],
          include: 'summary',
          ...webhook,
        },
      }
      const session = { id: sessionId, tenant, name: null, correlation: { id: 'c' }, createdAt }
      const claim = key && { key, requestHash: 'h', answer: '{}', expiresAt: createdAt + MINUTE }
      return deliveries.accompany({ tenant, sessionId, createdAt }, () =>
        coordinator.create({ ...session, plan: plan([step('a')], { onEnd }) }, claim || undefined),
      )
    },
    /** Brings the session to its end; nobody is told of it here. */
    async end(output: { text: string } = { text: 'done' }): Promise<CurrentSession> {
      const driver = { claim: undefined, claimedSeq: undefined }
      await coordinator.dispatch(sessionId, { type: 'start' }, driver)
      const outcome = { status: 'succeeded', output } as const
      const finished = { type: 'finishAttempt', stepId: 'a', attempt: 1, outcome } as const
      await coordinator.dispatch(sessionId, finished, driver)
      return current()
    },
    /** Does what the agenda does with the delivery; as it is then. */
    async bring(): Promise<Document | undefined> {
      const [document] = await due(60 * MINUTE)
      if (document === undefined) return undefined
      await handle(document)
      return memory.document(tenant, 'delivery', document.id)
    },
    async state(): Promise<string | undefined> {
      return (await deliveries.list(await current()))[0]?.state
    },
  })
}
