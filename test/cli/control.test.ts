import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asked } from '../support/people.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, lastOf, start } from '../support/sessions.ts'
import { fields, type HowRun, patient, type Ran, runnerOf } from './support/program.ts'

let service: Service
let stepstream: (args: readonly string[], how?: HowRun) => Promise<Ran>

beforeAll(async () => {
  service = await startService()
  stepstream = runnerOf(service.url)
}, patient.timeout)

afterAll(() => service[Symbol.asyncDispose]())

describe('pause, resume and cancel', patient, () => {
  test('act on each of several, and tell of each what came of it', async () => {
    const ids = [await start(service, ['Wait 1 hour']), await start(service, ['Wait 1 hour'])]
    const paused = await stepstream(['pause', '--reason', 'lunch', ...ids])
    expect(paused).toMatchObject({ code: 0, stderr: '' })
    expect(fields(paused.stdout)).toEqual(ids.map((id) => [id, 'paused']))
    const log = await json<{ events: { type: string; data: object }[] }>(
      service.get(`/v1/sessions/${ids[0]}/events`, { accept: 'application/json' }),
    )
    expect(log.events.at(-1)).toMatchObject({ type: 'session.paused', data: { reason: 'lunch' } })

    const resumed = await stepstream(['resume', ids[0] ?? '', 'ses_nonsense', ids[1] ?? ''])
    expect(resumed.code).toBe(1)
    expect(fields(resumed.stdout).map(([id]) => id)).toEqual(ids)
    expect(resumed.stderr).toContain('error: ses_nonsense: ')

    const stdin = ids.map((id) => `${id}\twhatever\n`).join('')
    const cancelled = await stepstream(['cancel', '-', '--quiet'], { stdin })
    expect(cancelled).toEqual({ code: 0, stdout: ids.map((id) => `${id}\n`).join(''), stderr: '' })
    for (const id of ids) expect((await ended(service, id)).at(-1)?.type).toBe('session.cancelled')
  })

  test('tell of refusals as JSON too', async () => {
    const id = await start(service, ['Wait 1 ms'])
    await ended(service, id)
    const ran = await stepstream(['pause', id, '--json'])
    expect(ran.code).toBe(1)
    expect(JSON.parse(ran.stdout)).toMatchObject([{ id, error: { code: 'SESSION_ENDED' } }])
  })

  test('hold and let go one step', async () => {
    const id = await start(service, {
      steps: [
        { id: 'a', uses: 'wait', with: { for: '1h' } },
        { id: 'b', uses: 'wait', with: { for: '1ms' } },
      ],
    })
    const held = async () => {
      const { steps } = await json<{ steps: { held?: true }[] }>(service.get(`/v1/sessions/${id}`))
      return steps[1]?.held
    }
    await stepstream(['pause', id, '--step', 'b'])
    expect(await held()).toBe(true)
    await stepstream(['resume', id, '--step', 'b'])
    expect(await held()).toBeUndefined()
    await service.post(`/v1/sessions/${id}/cancel`)
  })
})

describe('retry and fork', patient, () => {
  const workflow = {
    workflow: {
      inputs: { ok: { type: 'boolean' } },
      steps: [
        { id: 'first', uses: 'wait', with: { for: '1ms' } },
        { id: 'check', uses: 'condition', with: { if: 'inputs.ok', else: [] } },
        { id: 'last', uses: 'wait', with: { for: '{{ inputs.ok ? "1ms" : "nonsense" }}' } },
      ],
    },
    inputs: { ok: false },
  }

  test('start a session that goes on from another, with other inputs', async () => {
    const id = await start(service, workflow)
    await ended(service, id)
    const retried = await stepstream(['retry', id, '--input', 'ok=true'])
    expect(retried).toMatchObject({ code: 0, stderr: '' })
    const [[newId = '', ...rest] = []] = fields(retried.stdout)
    expect(rest).toEqual(['queued', id])
    expect(lastOf(await ended(service, newId), 'session.completed')).toBeDefined()

    const forked = await stepstream([
      'fork',
      newId,
      '--from',
      'last',
      '--inputs',
      '{"ok":true}',
      '-q',
    ])
    const forkId = forked.stdout.trim()
    const fork = await json<{ forkedFrom: object }>(service.get(`/v1/sessions/${forkId}`))
    expect(fork.forkedFrom).toEqual({ sessionId: newId, fromStep: 'last' })
    await ended(service, forkId)
  })

  test('change steps that run again', async () => {
    const id = await start(service, workflow)
    await ended(service, id)
    const change = 'last={"with":{"for":"2ms"}}'
    const ran = await stepstream(['retry', id, '--change', change, '--json'])
    const [{ sessionId }] = JSON.parse(ran.stdout)
    expect((await ended(service, sessionId)).at(-1)?.type).toBe('session.completed')
  })

  test('say what is wrong with what is given', async () => {
    const cases: [string[], string][] = [
      [['fork', 'ses_a'], "required option '--from <step>'"],
      [['retry', 'ses_a', '--inputs', 'nonsense'], 'is no JSON'],
      [['retry', 'ses_a', '--inputs', '[]'], '--inputs takes a JSON object'],
      [['retry', 'ses_a', '--input', 'nonsense'], 'Expected key=value'],
      [['retry', 'ses_a', '--skip'], '--skip goes with --step'],
      [['retry', 'ses_a', '--step', 'a', '--input', 'a=1'], '--input does not go with --step'],
    ]
    for (const [args, message] of cases) {
      const ran = await stepstream(args)
      expect(ran).toMatchObject({ code: 2, stdout: '' })
      expect(ran.stderr).toContain(message)
    }
  })
})

describe('retry of a step', patient, () => {
  test('tries it again, or settles it', async () => {
    const id = await start(service, {
      onFailure: 'escalate',
      steps: [
        {
          id: 'look',
          uses: 'webhook',
          with: { method: 'GET', url: 'http://127.0.0.1:9/' },
          retry: { maxAttempts: 1 },
        },
      ],
    })
    const { interactionId } = await asked(service, id)
    expect((await stepstream(['retry', id, '--step', 'look', '--reason', 'once more'])).code).toBe(
      0,
    )
    await expect.poll(async () => (await asked(service, id)).interactionId).not.toBe(interactionId)
    const done = await stepstream(['retry', id, '--step', 'look', '--complete', '{"by":"hand"}'])
    expect(done).toMatchObject({ code: 0, stderr: '' })
    const events = await ended(service, id)
    expect(lastOf(events, 'step.completed').output).toEqual({ by: 'hand' })
  })
})
