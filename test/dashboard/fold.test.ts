import { describe, expect, test } from 'vitest'
import { fold } from '../../src/dashboard/log/fold.ts'
import {
  emptyLog,
  type PlannedStepLog,
  type SessionLog,
} from '../../src/dashboard/log/session-log.ts'
import type { LoggedEvent } from '../../src/session/events.ts'
import { follow } from '../support/follow.ts'
import { type Service, startService } from '../support/service.ts'
import { json, start, until } from '../support/sessions.ts'

interface StepView {
  readonly id: string
  readonly uses: string
  readonly status: string
  readonly attempt: number
  readonly dependsOn: readonly string[]
  readonly output?: unknown
  readonly held?: true
  readonly interaction?: string
}

interface Planned {
  readonly steps: readonly PlannedStepLog[]
  readonly groups?: Readonly<Record<string, { readonly waitForAll?: boolean }>>
}

interface View {
  readonly status: string
  readonly steps: readonly StepView[]
  readonly variables?: Readonly<Record<string, unknown>>
}

/** What the service says of each moment is what the page folds out of the log. */
async function expectSame(service: Service, id: string): Promise<readonly LoggedEvent[]> {
  const events = await follow(service.url, id)
  const first = await json<Planned>(service.get(`/v1/sessions/${id}/plan`))
  const begun = emptyLog(first.steps, {}, first.groups)
  let log = begun
  for (const event of events) {
    const before = JSON.stringify(seen(log))
    const next = fold(log, [event])
    expect(JSON.stringify(seen(log))).toBe(before)
    log = next
    const { seq, type } = event
    const view = await json<View>(service.get(`/v1/sessions/${id}?atSeq=${seq}`))
    expect([seq, type, seen(log)]).toEqual([seq, type, viewOf(view)])
  }
  const whole = fold(begun, events)
  expect(seen(whole)).toEqual(seen(log))
  return events
}

function seen({ status, steps }: SessionLog) {
  return {
    status,
    steps: [...steps.values()].map((step) => [step.id, step.status, step.attempt, step.held]),
  }
}

function viewOf({ status, steps }: View) {
  return { status, steps: steps.map((step) => [step.id, step.status, step.attempt, step.held]) }
}

const boom = { uses: 'command', with: { run: ['false'] } }
const settings = { COMMANDS: 'true,false,sh' }

describe('the page folds out of the log what the service says it is', () => {
  test('with branches, groups, and what is skipped', async () => {
    await using service = await startService(settings)
    const id = await start(service, {
      onFailure: 'continue',
      steps: [
        { id: 'check', uses: 'condition', with: { if: '1 > 2', then: ['yes'], else: ['no'] } },
        { id: 'yes', dependsOn: ['check'], uses: 'wait', with: { for: '1ms' } },
        { id: 'no', dependsOn: ['check'], uses: 'wait', with: { for: '1ms' } },
        { id: 'bad', dependsOn: ['no'], ...boom },
        { id: 'after', dependsOn: ['bad'], uses: 'wait', with: { for: '1ms' } },
        { id: 'last', finally: true, uses: 'wait', with: { for: '1ms' } },
      ],
    })
    await expectSame(service, id)
  })

  test('with retries, variables and a list of items', async () => {
    await using service = await startService(settings)
    const id = await start(service, {
      onFailure: 'continue',
      vars: { sum: { type: 'integer', default: 0 } },
      steps: [
        {
          id: 'each',
          uses: 'command',
          forEach: { items: '[1, 2, 3]', maxParallel: 2 },
          with: { run: ['sh', '-c', 'test {{ item }} != 2'] },
        },
        {
          id: 'again',
          dependsOn: [],
          ...boom,
          retry: { maxAttempts: 3, backoff: 'fixed', delay: '5ms' },
        },
        {
          id: 'count',
          dependsOn: [],
          uses: 'wait',
          with: { for: '1ms' },
          set: { sum: 'vars.sum + 1' },
        },
      ],
    })
    const events = await expectSame(service, id)
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['step.expanded', 'step.retrying', 'variable.updated']),
    )
  })

  test('with a rollback', async () => {
    await using service = await startService(settings)
    const undo = { uses: 'command', with: { run: ['true'] } }
    const id = await start(service, {
      onFailure: 'rollback',
      steps: [
        { id: 'one', uses: 'command', with: { run: ['true'] }, undo },
        { id: 'two', uses: 'command', with: { run: ['true'] }, undo: boom },
        { id: 'bad', ...boom },
      ],
    })
    const events = await expectSame(service, id)
    expect(events.map(({ type }) => type)).toContain('step.undo_failed')
  })

  test('with a person who retries what failed, and what was skipped because of it', async () => {
    await using service = await startService(settings)
    const id = await start(service, {
      onFailure: 'continue',
      steps: [
        { id: 'bad', ...boom },
        { id: 'after', uses: 'wait', with: { for: '1ms' } },
        { id: 'held', dependsOn: [], breakBefore: true, uses: 'wait', with: { for: '1ms' } },
      ],
    })
    await until(service, id, 'step.skipped')
    expect(
      (await service.post(`/v1/sessions/${id}/steps/bad/complete`, { output: 1 })).status,
    ).toBe(202)
    await until(service, id, 'step.completed')
    await service.post(`/v1/sessions/${id}/steps/held/resume`)
    const events = await expectSame(service, id)
    expect(events.map(({ type }) => type)).toContain('step.resolved')
  })

  test('with an approval that sends it back, and an escalation', async () => {
    await using service = await startService(settings)
    const id = await start(service, {
      onFailure: 'escalate',
      steps: [
        { id: 'draft', uses: 'wait', with: { for: '1ms' } },
        { id: 'review', uses: 'approval', with: { prompt: 'Good?' } },
        { id: 'bad', ...boom },
      ],
    })
    const answer = async (type: LoggedEvent['type'], count: number, body: object) => {
      const asked = await follow(service.url, id, {
        until: (
          (seen) => (event) =>
            event.type === type && ++seen === count
        )(0),
      })
      const last = asked.findLast((event) => event.type === 'interaction.created')
      const { interactionId } = last!.data as { interactionId: string }
      const response = await service.post(`/v1/interactions/${interactionId}/answer`, body)
      expect([response.status, await response.text()]).toEqual([202, expect.anything()])
    }
    await answer('interaction.created', 1, { decision: 'push_back', note: 'again' })
    await answer('interaction.created', 2, { decision: 'approve' })
    await answer('interaction.created', 3, { decision: 'skip' })
    const events = await expectSame(service, id)
    expect(events.map(({ type }) => type)).toContain('step.rewound')
  })

  test('with a group of which one is enough, a child, and what goes on from it', async () => {
    await using service = await startService(settings)
    const wait = { uses: 'wait', with: { for: '1ms' } }
    await fetch(`${service.url}/v1/workflows/brief`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ steps: ['Wait 1 ms'] }),
    })
    const id = await start(service, {
      onFailure: 'continue',
      groups: { any: { waitForAll: false } },
      steps: [
        { id: 'fast', group: 'any', ...wait },
        { id: 'slow', group: 'any', uses: 'signal', with: { name: 'slow' } },
        { id: 'bad', dependsOn: [], ...boom },
        { id: 'both', dependsOn: ['fast', 'slow', 'bad'], ...wait },
        {
          id: 'child',
          dependsOn: ['fast', 'slow'],
          uses: 'workflow',
          with: { workflow: 'brief' },
        },
        { id: 'open', dependsOn: [], uses: 'signal', with: { name: 'open' } },
      ],
    })
    await until(service, id, 'step.skipped')
    const settle = (step: string, action: string) =>
      service.post(`/v1/sessions/${id}/steps/${step}/${action}`, {})
    expect((await settle('slow', 'fail')).status).toBe(202)
    expect((await settle('slow', 'complete')).status).toBe(202)
    await service.post(`/v1/sessions/${id}/signals/open`, {})
    const events = await expectSame(service, id)
    expect(events.filter(({ type }) => type === 'step.skipped')).toHaveLength(1)
    const { sessionId } = await json<{ sessionId: string }>(
      service.post(`/v1/sessions/${id}/retry`, {}),
    )
    const kept = await expectSame(service, sessionId)
    expect(kept.map(({ type }) => type)).toContain('step.kept')
  })

  test('when it is paused, and cancelled', async () => {
    await using service = await startService(settings)
    const id = await start(service, { steps: ['Wait 1 hour'], timeout: '2h' })
    await until(service, id, 'step.waiting')
    await service.post(`/v1/sessions/${id}/pause`)
    await service.post(`/v1/sessions/${id}/resume`)
    await service.post(`/v1/sessions/${id}/cancel`)
    await expectSame(service, id)
  })
})
