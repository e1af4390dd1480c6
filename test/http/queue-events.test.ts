import { describe, expect, test } from 'vitest'
import { frames, openStream } from '../support/frames.ts'
import { as, asOperator, bearer, makeKey, withKeys } from '../support/keys.ts'
import { type Service, startService } from '../support/service.ts'
import { start, until } from '../support/sessions.ts'
import { answer, claimOne, refusal, release, work } from '../support/workers.ts'

interface News {
  readonly type: string
  readonly interactionId: string
  readonly [name: string]: unknown
}

/** Follows a queue; `next` resolves to the next news of it. */
async function followQueue({ url }: Pick<Service, 'url'>, queue = 'q', headers: object = {}) {
  const stream = frames(`${url}/v1/queues/${queue}/events`, headers)
  const hello = (await stream.next()).value
  const next = async (): Promise<News> => {
    const { value } = await stream.next()
    if (value === undefined) throw new Error('the stream has ended')
    expect(value.id).toBeUndefined()
    return { type: value.event, ...JSON.parse(value.data) } as News
  }
  return { hello: [hello?.event, hello?.data], next, close: () => stream.return() }
}

async function ask(service: Service, step: object = work()): Promise<string> {
  const sessionId = await start(service, { steps: [{ id: 'a', ...step }] })
  await until(service, sessionId, 'session.waiting')
  return sessionId
}

describe('the stream of a queue', () => {
  test('tells what waits, what comes, and what is gone', async () => {
    await using service = await startService()
    const first = await ask(service)
    const queue = await followQueue(service)
    expect(queue.hello).toEqual(['stream.hello', '{"queue":"q"}'])
    const waiting = await queue.next()
    expect(waiting).toEqual({
      type: 'interaction.available',
      interactionId: expect.stringMatching(/^int_/),
      queue: 'q',
      kind: 'worker',
      sessionId: first,
      stepId: 'a',
      attempt: 1,
      askedAt: expect.any(String),
    })
    const { interactionId } = waiting
    const second = await ask(service)
    const coming = await queue.next()
    expect(coming).toMatchObject({ type: 'interaction.available', sessionId: second })
    const gone = { type: 'interaction.withdrawn', queue: 'q' }
    expect((await claimOne(service, 'w')).interactionId).toBe(interactionId)
    expect(await queue.next()).toEqual({ ...gone, interactionId })
    await release(service, interactionId, 'w')
    expect(await queue.next()).toEqual(waiting)
    await service.post(`/v1/sessions/${second}/cancel`)
    expect(await queue.next()).toEqual({ ...gone, interactionId: coming.interactionId })
    await service.post(`/v1/sessions/${first}/pause`)
    expect(await queue.next()).toEqual({ ...gone, interactionId })
    await service.post(`/v1/sessions/${first}/resume`)
    expect(await queue.next()).toEqual({ ...waiting, askedAt: expect.any(String) })
    await claimOne(service, 'w')
    expect(await queue.next()).toEqual({ ...gone, interactionId })
    await answer(service, interactionId, 'w')
    await queue.close()
  })

  test('hands nothing out, and tells all who follow the same', async () => {
    await using service = await startService()
    const followers = await Promise.all([1, 2, 3].map(() => followQueue(service)))
    const other = await followQueue(service, 'other')
    await ask(service)
    const told = await Promise.all(followers.map(({ next }) => next()))
    expect(new Set(told.map(({ interactionId }) => interactionId)).size).toBe(1)
    expect((await claimOne(service, 'w')).interactionId).toBe(told[0]?.interactionId)
    await ask(service, { uses: 'client', with: { queue: 'other', command: 1 } })
    expect(await other.next()).toMatchObject({ queue: 'other' })
    await Promise.all([...followers, other].map(({ close }) => close()))
  })

  test('says goodbye when the service stops', async () => {
    const service = await startService()
    const { first, goodbye } = await openStream(`${service.url}/v1/queues/q/events`)
    expect(first).toBe('stream.hello')
    await service[Symbol.asyncDispose]()
    expect(await goodbye).toBe('shutdown')
  })

  test('is for keys with the scope work and that queue, as long as they hold', async () => {
    await using service = await startService({ ...withKeys, STREAM_HEARTBEAT: '100ms' })
    const mine = await makeKey(service, { scopes: ['work'], queues: ['q'] })
    const path = '/v1/queues/q/events'
    for (const key of [{ scopes: ['work'], queues: ['other'] }, { scopes: ['read', 'answer'] }]) {
      const { secret } = await makeKey(service, key)
      expect(await refusal(as(service, secret).get(path))).toEqual([403, 'FORBIDDEN'])
    }
    const { goodbye } = await openStream(service.url + path, bearer(mine.secret))
    await asOperator(service).send('DELETE', `/v1/keys/${mine.keyId}`)
    expect(await goodbye).toBe('revoked')
  })

  test('shows a tenant its own queue alone', async () => {
    await using service = await startService(withKeys)
    const keyOf = async (tenant: string) => {
      const { secret } = await makeKey(service, { tenant, scopes: ['admin'] })
      return { holder: as(service, secret), headers: bearer(secret) }
    }
    const [mine, theirs] = [await keyOf('mine'), await keyOf('theirs')]
    const queue = await followQueue(service, 'q', theirs.headers)
    await start(mine.holder, { steps: [{ id: 'a', ...work() }] })
    await claimOne(mine.holder, 'w')
    const own = await start(theirs.holder, { steps: [{ id: 'a', ...work() }] })
    expect(await queue.next()).toMatchObject({ sessionId: own })
    await queue.close()
  })

  test('refuses what is no queue, and what is no stream', async () => {
    await using service = await startService()
    expect((await service.get('/v1/queues/no%20queue/events')).status).toBe(404)
    const accept = { accept: 'application/json' }
    expect(await refusal(service.get('/v1/queues/q/events', accept))).toEqual([
      406,
      'NOT_ACCEPTABLE',
    ])
  })
})
