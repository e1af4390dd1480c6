import { describe, expect, test } from 'vitest'
import { functionExecutor } from '../support/hand-executor.ts'
import { approval, asked, decide, decided, refusal } from '../support/people.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, start } from '../support/sessions.ts'

interface Steps {
  readonly status: string
  readonly variables: Record<string, unknown>
  readonly steps: readonly { id: string; status: string; attempt: number; output?: unknown }[]
}

const sessionOf = (service: Service, sessionId: string) =>
  json<Steps>(service.get(`/v1/sessions/${sessionId}`))

/** Answers with what it is given, and tells by which key. */
const echo = () => {
  const calls: { readonly said: unknown; readonly key: string }[] = []
  const executor = functionExecutor('echo', (input, context) => {
    const { say } = input as { say: unknown }
    calls.push({ said: say, key: context.idempotencyKey })
    return { status: 'succeeded', output: { say: say as never } }
  })
  return { calls, executor }
}

const say = (id: string, text: string, more: object = {}) => ({
  id,
  uses: 'echo',
  with: { say: text },
  ...more,
})

describe('a push back', () => {
  test('runs a list anew from a step on, which reads the note', async () => {
    const { calls, executor } = echo()
    await using service = await startService({}, { executors: [executor] })
    const note = "{{ has(steps.review.output.note) ? steps.review.output.note : 'first' }}"
    const sessionId = await start(service, {
      vars: { count: { type: 'integer', default: 0 } },
      steps: [
        say('before', 'once'),
        say('draft', note, { set: { count: 'vars.count + 1' } }),
        say('polish', '{{ steps.draft.output.say }}!'),
        approval('review', { prompt: 'Good: {{ steps.polish.output.say }}?' }),
        say('publish', '{{ steps.polish.output.say }} {{ steps.review.output.by }}'),
      ],
    })
    const first = await asked(service, sessionId)
    const answer = { decision: 'push_back', toStep: 'draft', note: 'shorter', actor: 'ana' }
    const accepted = await decided(service, first.interactionId, answer)
    expect(accepted).toMatchObject({ decision: 'push_back', stepId: 'review' })
    const isAskedAnew = async () => (await asked(service, sessionId)).interactionId
    await expect.poll(isAskedAnew).not.toBe(first.interactionId)
    const second = await asked(service, sessionId)
    expect(second.prompt).toBe('Good: shorter!?')
    expect(await decided(service, first.interactionId, answer)).toEqual(accepted)
    expect(await refusal(decide(service, first.interactionId, { decision: 'approve' }))).toEqual([
      409,
      'INTERACTION_ANSWERED',
    ])
    await decided(service, second.interactionId, { decision: 'approve', actor: 'bob' })
    const events = await ended(service, sessionId)
    const rewound = events.flatMap((event) => (event.type === 'step.rewound' ? [event.data] : []))
    expect(rewound).toEqual([
      {
        toStep: 'draft',
        steps: ['draft', 'polish', 'review'],
        output: { decision: 'pushed_back', by: 'ana', note: 'shorter' },
      },
    ])
    expect(calls.map(({ said }) => said)).toEqual([
      'once',
      'first',
      'first!',
      'shorter',
      'shorter!',
      'shorter! bob',
    ])
    expect(new Set(calls.map(({ key }) => key)).size).toBe(calls.length)
    const { status, steps, variables } = await sessionOf(service, sessionId)
    expect([status, variables]).toEqual(['completed', { count: 1 }])
    expect(steps.map(({ attempt }) => attempt)).toEqual([1, 2, 2, 2, 1])
    expect(steps[3]?.output).toEqual({ decision: 'approved', by: 'bob' })
    const history = await json<{ steps: { attempts: { result: string }[] }[] }>(
      service.get(`/v1/sessions/${sessionId}/steps`),
    )
    expect(history.steps[3]?.attempts.map(({ result }) => result)).toEqual([
      'pushed_back',
      'completed',
    ])
  })

  test('leaves what is not in between as it is', async () => {
    const { calls, executor } = echo()
    await using service = await startService({}, { executors: [executor] })
    const sessionId = await start(service, {
      steps: [
        say('root', 'root', { dependsOn: [] }),
        say('left', 'left', { dependsOn: ['root'] }),
        say('right', 'right', { dependsOn: ['root'] }),
        say('aside', 'aside', { dependsOn: ['left'] }),
        approval('review', {}, { dependsOn: ['left', 'right'] }),
      ],
    })
    const { interactionId } = await asked(service, sessionId)
    await expect.poll(() => calls.length).toBe(4)
    const several = await decide(service, interactionId, { decision: 'push_back' })
    expect(await json(several)).toMatchObject({
      code: 'ILLEGAL_TRANSITION',
      detail: expect.stringContaining('toStep'),
    })
    await decided(service, interactionId, { decision: 'push_back', toStep: 'left' })
    await expect.poll(() => calls.length).toBe(5)
    const again = await asked(service, sessionId)
    expect(calls.at(-1)?.said).toBe('left')
    await decided(service, again.interactionId, { decision: 'push_back', toStep: 'root' })
    await expect.poll(() => calls.length).toBe(8)
    const last = await asked(service, sessionId)
    await decided(service, last.interactionId, { decision: 'approve' })
    await ended(service, sessionId)
    expect(calls.map(({ said }) => said).toSorted()).toEqual(
      ['aside', 'left', 'left', 'left', 'right', 'right', 'root', 'root'].toSorted(),
    )
  })

  test('is refused where it leads nowhere', async () => {
    const { executor } = echo()
    await using service = await startService({}, { executors: [executor] })
    const sessionId = await start(service, {
      maxParallel: 4,
      steps: [
        say('root', 'root', { dependsOn: [] }),
        say('each', '{{ item }}', { dependsOn: ['root'], forEach: { items: '[1, 2]' } }),
        say('skipped', 'no', { dependsOn: ['root'], when: 'false' }),
        say('elsewhere', 'x', { dependsOn: [] }),
        approval('review', {}, { dependsOn: ['each', 'skipped'] }),
        say('later', 'later', { dependsOn: ['review'] }),
      ],
    })
    const { interactionId } = await asked(service, sessionId)
    const refused = async (toStep: string) => {
      const answer = await decide(service, interactionId, { decision: 'push_back', toStep })
      const { code, detail } = await json(answer)
      return [answer.status, code, detail]
    }
    const reason = (text: string) => [409, 'ILLEGAL_TRANSITION', expect.stringContaining(text)]
    expect(await refused('nobody')).toEqual([404, 'STEP_NOT_FOUND', expect.any(String)])
    expect(await refused('later')).toEqual(reason('later does not come before review'))
    expect(await refused('elsewhere')).toEqual(reason('elsewhere does not come before review'))
    expect(await refused('review')).toEqual(reason('review does not come before review'))
    expect(await refused('skipped')).toEqual(reason('skipped is skipped'))
    expect(await refused('root')).toEqual(reason('each, which would be open again, ran for items'))
    await decided(service, interactionId, { decision: 'approve' })
    await ended(service, sessionId)
  })

  test('of one that waits beside it leaves the other approval as it is', async () => {
    const { executor } = echo()
    await using service = await startService({}, { executors: [executor] })
    const sessionId = await start(service, {
      steps: [
        say('draft', 'x', { dependsOn: [] }),
        approval('law', {}, { dependsOn: ['draft'] }),
        approval('tech', {}, { dependsOn: ['draft'] }),
        say('end', 'end', { dependsOn: ['law', 'tech'] }),
      ],
    })
    const waiting = async () =>
      (await sessionOf(service, sessionId)).steps.map(({ status, attempt }) => [status, attempt])
    await expect.poll(waiting).toEqual([
      ['completed', 1],
      ['waiting', 1],
      ['waiting', 1],
      ['pending', 0],
    ])
    const idOf = async (stepId: string) => {
      const { steps } = await json<{ steps: { id: string; interaction?: string }[] }>(
        service.get(`/v1/sessions/${sessionId}`),
      )
      return steps.find(({ id }) => id === stepId)?.interaction ?? ''
    }
    const tech = await idOf('tech')
    await decided(service, await idOf('law'), { decision: 'push_back', note: 'again' })
    await expect.poll(waiting).toEqual([
      ['completed', 2],
      ['waiting', 2],
      ['waiting', 1],
      ['pending', 0],
    ])
    expect(await idOf('tech')).toBe(tech)
    await decided(service, tech, { decision: 'approve' })
    await decided(service, await idOf('law'), { decision: 'approve' })
    await ended(service, sessionId)
    expect((await sessionOf(service, sessionId)).status).toBe('completed')
  })
})
