import { describe, expect, test } from 'vitest'
import { noop } from '../../support/hand-executor.ts'
import {
  addSchedule,
  getSchedule,
  type ScheduleAnswer,
  sessionsOf,
} from '../../support/schedules.ts'
import { type Service, startService } from '../../support/service.ts'
import { json } from '../../support/sessions.ts'

const steps = [{ uses: 'noop' }]
const daily = { cron: '30 2 * * *', timeZone: 'Europe/Berlin', workflow: steps }

const startNoop = () => startService({}, { executors: [noop] })

function send(
  service: Service,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(service.url + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

interface Problem {
  readonly code: string
  readonly faults?: readonly { readonly pointer: string; readonly code: string }[]
}

/** Status, code and pointers of a refusal. */
async function refusal(response: Response | Promise<Response>) {
  const answer = await response
  const { code, faults = [] } = await json<Problem>(answer)
  return [answer.status, code, ...faults.map(({ pointer }) => pointer)]
}

describe('a schedule', () => {
  test('is made, and shown as it was posted with its defaults', async () => {
    await using service = await startNoop()
    const body = { ...daily, name: 'nightly', labels: { team: 'a' }, maxRuns: 5 }
    const response = await service.post('/v1/schedules', body)
    expect(response.status).toBe(201)
    expect(response.headers.get('etag')).toBe('"1"')
    const made = await json<ScheduleAnswer>(response)
    expect(response.headers.get('location')).toBe(`/v1/schedules/${made.scheduleId}`)
    expect(made).toMatchObject({
      ...body,
      scheduleId: expect.stringMatching(/^sch_/),
      status: 'active',
      overlap: 'skip',
      catchUp: { max: 1, within: '1d' },
      nextAt: expect.stringMatching(/T0[01]:30:00.000Z$/),
      runs: 0,
      history: [],
    })
    expect(await getSchedule(service, made.scheduleId)).toEqual(made)
  })

  test('takes YAML, and the name of a saved workflow with its inputs', async () => {
    await using service = await startNoop()
    const workflow = { inputs: { who: { type: 'string' } }, steps }
    await send(service, 'PUT', '/v1/workflows/greet', workflow)
    const yaml = 'every: 1h\nworkflow: greet\nversion: 1\ninputs: { who: Ada }\n'
    const type = { 'content-type': 'application/yaml' }
    const made = await json(service.post('/v1/schedules', yaml, type))
    expect(made).toMatchObject({
      every: '1h',
      workflow: 'greet',
      version: 1,
      inputs: { who: 'Ada' },
    })
    const wrong = { every: '1h', workflow: 'greet', inputs: { who: 1 } }
    expect(await refusal(service.post('/v1/schedules', wrong))).toEqual([
      400,
      'INVALID_INPUTS',
      '/inputs/who',
    ])
    expect(await refusal(service.post('/v1/schedules', { every: '1h', workflow: 'gone' }))).toEqual(
      [404, 'WORKFLOW_NOT_FOUND', '/workflow'],
    )
  })

  test.each([
    ['no time', {}, ''],
    ['two kinds of time', { cron: '* * * * *', every: '1h' }, '/every'],
    ['a cron that cannot be read', { cron: '61 * * * *' }, '/cron'],
    ['a cron of seven fields', { cron: '* * * * * * *' }, '/cron'],
    ['a date for a cron', { cron: '2030-01-01T00:00:00Z' }, '/cron'],
    ['a cron that never comes', { cron: '0 0 30 2 *' }, '/cron'],
    ['an unknown zone', { cron: '* * * * *', timeZone: 'Mars/Olympus' }, '/timeZone'],
    ['an offset for a zone', { cron: '* * * * *', timeZone: '+02:00' }, '/timeZone'],
    ['an interval that is too short', { every: '999ms' }, '/every'],
    ['an interval without a unit', { every: 60 }, '/every'],
    ['a time that is past', { at: '2020-01-01T00:00:00Z' }, '/at'],
    ['a time that is none', { at: 'tomorrow' }, '/at'],
    [
      'an end before the start',
      {
        every: '1h',
        startsAt: '2040-01-02T00:00:00Z',
        endsAt: '2040-01-01T00:00:00Z',
      },
      '/endsAt',
    ],
    ['an end that is past', { every: '1h', endsAt: '2020-01-01T00:00:00Z' }, '/endsAt'],
    ['an overlap that is none', { every: '1h', overlap: 'both' }, '/overlap'],
    ['too much to make up', { every: '1h', catchUp: { max: 101 } }, '/catchUp/max'],
    ['an unknown field', { every: '1h', jitter: '1s' }, '/jitter'],
    [
      'a workflow with a fault',
      { every: '1h', workflow: [{ uses: 'nobody' }] },
      '/workflow/0/uses',
    ],
    ['no workflow', { every: '1h', workflow: undefined }, '/workflow'],
  ])('is refused with %s', async (_, body, pointer) => {
    await using service = await startNoop()
    const [status, , ...pointers] = await refusal(
      service.post('/v1/schedules', { workflow: steps, ...body }),
    )
    expect([status, ...pointers]).toEqual([400, pointer])
  })

  test('is refused where it is larger than a schedule may be', async () => {
    await using service = await startNoop()
    const metadata = { text: 'x'.repeat(70_000) }
    const response = service.post('/v1/schedules', { ...daily, metadata })
    expect(await refusal(response)).toEqual([413, 'BODY_TOO_LARGE'])
  })

  test('says when it fires next', async () => {
    await using service = await startNoop()
    const at = '2040-06-01T02:30:00'
    const id = await addSchedule(service, { ...daily, cron: undefined, at })
    expect(await json(service.get(`/v1/schedules/${id}/next`))).toEqual({
      times: ['2040-06-01T00:30:00.000Z'],
    })
    const yearly = { ...daily, cron: '0 0 1 1 *', timeZone: 'UTC', maxRuns: 3 }
    const { times } = await json<{ times: string[] }>(
      service.get(`/v1/schedules/${await addSchedule(service, yearly)}/next?count=5`),
    )
    expect(times).toHaveLength(3)
    expect(await refusal(service.get(`/v1/schedules/${id}/next?count=0`))).toEqual([
      400,
      'INVALID_QUERY',
    ])
  })

  test('is replaced by whoever knows its ETag, and keeps its state', async () => {
    await using service = await startNoop()
    const id = await addSchedule(service, daily)
    const path = `/v1/schedules/${id}`
    await service.post(`${path}/pause`)
    const replaced = await send(
      service,
      'PUT',
      path,
      { ...daily, cron: '0 5 * * *' },
      {
        'if-match': '"2"',
      },
    )
    expect([replaced.status, replaced.headers.get('etag')]).toEqual([200, '"3"'])
    expect(await json(replaced)).toMatchObject({ cron: '0 5 * * *', status: 'paused' })
    const stale = send(service, 'PUT', path, daily, { 'if-match': '"2"' })
    expect(await refusal(stale)).toEqual([412, 'PRECONDITION_FAILED'])
    const resumed = await json(send(service, 'PUT', path, { ...daily, paused: false }))
    expect(resumed).toMatchObject({ cron: '30 2 * * *', status: 'active' })
    expect(await refusal(send(service, 'PUT', path, { ...daily, cron: 'x' }))).toEqual([
      400,
      'INVALID_VALUE',
      '/cron',
    ])
  })

  test('has nothing left of what the one before it had and it has not', async () => {
    await using service = await startNoop()
    const id = await addSchedule(service, { ...daily, name: 'early' })
    const { cron: _, ...rest } = daily
    const path = `/v1/schedules/${id}`
    const replaced = await json(send(service, 'PUT', path, { ...rest, every: '1h' }))
    expect(replaced).toMatchObject({ every: '1h' })
    expect(replaced).not.toHaveProperty('cron')
    expect(replaced).toMatchObject({ name: null })
    expect(await json(service.get(path))).not.toHaveProperty('cron')
  })

  test('is removed, once', async () => {
    await using service = await startNoop()
    const path = `/v1/schedules/${await addSchedule(service, daily)}`
    const stale = send(service, 'DELETE', path, undefined, { 'if-match': '"7"' })
    expect(await refusal(stale)).toEqual([412, 'PRECONDITION_FAILED'])
    expect((await send(service, 'DELETE', path)).status).toBe(204)
    for (const method of ['GET', 'DELETE']) {
      expect(await refusal(send(service, method, path))).toEqual([404, 'SCHEDULE_NOT_FOUND'])
    }
    for (const command of ['pause', 'resume', 'trigger']) {
      expect(await refusal(service.post(`${path}/${command}`))).toEqual([404, 'SCHEDULE_NOT_FOUND'])
    }
  })

  test('is paused and resumed, as often as one likes', async () => {
    await using service = await startNoop()
    const path = `/v1/schedules/${await addSchedule(service, daily)}`
    for (const revision of ['"2"', '"2"']) {
      const paused = await service.post(`${path}/pause`)
      expect(paused.headers.get('etag')).toBe(revision)
      expect(await json(paused)).toMatchObject({ status: 'paused', nextAt: null })
    }
    expect(await json(service.get(`${path}/next`))).toEqual({ times: [] })
    const resumed = await json(service.post(`${path}/resume`))
    expect(resumed).toMatchObject({ status: 'active', nextAt: expect.any(String) })
  })

  test('is triggered by hand, with an answer like every start', async () => {
    await using service = await startNoop()
    const id = await addSchedule(service, { ...daily, labels: { team: 'a' } })
    const path = `/v1/schedules/${id}/trigger`
    const headers = { 'idempotency-key': 'once', prefer: 'wait=10' }
    const first = await service.post(path, undefined, headers)
    expect(first.status).toBe(200)
    const session = await json<{ sessionId: string }>(first)
    expect(session).toMatchObject({
      status: 'completed',
      labels: { team: 'a' },
      startedBy: { schedule: id },
    })
    const second = await service.post(path, undefined, headers)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(await sessionsOf(service, id)).toHaveLength(1)
    const { history, runs } = await getSchedule(service, id)
    expect(history).toMatchObject([
      { kind: 'fired', message: 'by hand', sessionId: session.sessionId },
    ])
    expect(runs).toBe(0)
  })

  test('fires at its time, and shows the session it started', async () => {
    await using service = await startNoop()
    const at = new Date(Date.now() + 700).toISOString()
    const id = await addSchedule(service, { at, workflow: steps })
    await expect
      .poll(() => getSchedule(service, id), { timeout: 10_000 })
      .toMatchObject({
        status: 'ended',
        runs: 1,
        history: [{ at, kind: 'fired', sessionId: expect.stringMatching(/^ses_/) }],
      })
    const [session] = await sessionsOf(service, id)
    const { history } = await getSchedule(service, id)
    expect(history[0]?.sessionId).toBe(session?.sessionId)
    expect(Date.parse(history[0]?.firedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(at))
    const metrics = await (await service.get('/metrics')).text()
    expect(metrics).toContain('stepstream_schedule_fires_total{kind="fired"} 1')
  })
})

describe('the list of schedules', () => {
  test('goes page by page, newest first', async () => {
    await using service = await startNoop()
    const ids: string[] = []
    for (let n = 0; n < 5; n++) ids.unshift(await addSchedule(service, { ...daily, name: `s${n}` }))
    const seen: string[] = []
    for (let query: string | undefined = 'limit=2'; query !== undefined; ) {
      const page: { schedules: ScheduleAnswer[]; next: string | null } = await json(
        service.get(`/v1/schedules?${query}`),
      )
      seen.push(...page.schedules.map(({ scheduleId }) => scheduleId))
      query = page.next === null ? undefined : `limit=2&cursor=${page.next}`
    }
    expect(seen).toEqual(ids)
    expect(await refusal(service.get('/v1/schedules?cursor=x'))).toEqual([400, 'INVALID_CURSOR'])
  })

  test('takes no more than 1,000 of them', { timeout: 60_000 }, async () => {
    await using service = await startNoop()
    const add = () => service.post('/v1/schedules', daily)
    for (let n = 0; n < 1000; n += 50) await Promise.all(Array.from({ length: 50 }, add))
    expect(await refusal(add())).toEqual([409, 'TOO_MANY_SCHEDULES'])
  })
})
