import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { howToAnswer } from '../../src/cli/live/how-to-answer.ts'
import { asked } from '../support/people.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, lastOf, start, until } from '../support/sessions.ts'
import { commandLine, fields, type HowRun, patient, type Ran, runnerOf } from './support/program.ts'
import { atTerminal, keys } from './support/shell-terminal.ts'
import { hasTerminals } from './support/terminal.ts'

let service: Service
let stepstream: (args: readonly string[], how?: HowRun) => Promise<Ran>

beforeAll(async () => {
  service = await startService()
  stepstream = runnerOf(service.url)
}, patient.timeout)

afterAll(() => service[Symbol.asyncDispose]())

const form = {
  type: 'object',
  required: ['region', 'count'],
  additionalProperties: false,
  properties: {
    region: { enum: ['eu', 'us'] },
    count: { type: 'integer', maximum: 9 },
    token: { type: 'string', writeOnly: true },
    note: { type: 'string' },
  },
}

function approval(id: string, prompt: string, schema?: object) {
  return { id, uses: 'approval', with: { prompt, ...(schema === undefined ? {} : { schema }) } }
}

describe('answer', patient, () => {
  test('lists what waits, and only what is asked for', async () => {
    const id = await start(service, { steps: [approval('a', 'Ship\u001b[2J it?')] })
    const other = await start(service, {
      steps: [{ id: 's', uses: 'signal', with: { name: 'go' } }],
    })
    const [first, second] = [await asked(service, id), await asked(service, other)]
    const ran = await stepstream(['answer', '--kind', 'approval,signal'])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    const at = expect.stringMatching(/Z$/)
    expect(fields(ran.stdout)).toEqual([
      [second.interactionId, 'signal', other, 's', at, 'waits for the signal go'],
      [first.interactionId, 'approval', id, 'a', at, 'Ship it?'],
    ])
    const quiet = await stepstream(['answer', '--session', id, '-q'])
    expect(quiet.stdout).toBe(`${first.interactionId}\n`)

    const sent = await stepstream(['signal', other, 'go', '--with', '{"by":"me"}', '--id', 'one'])
    expect(fields(sent.stdout)).toEqual([['one', 'go', other]])
    expect(lastOf(await ended(service, other), 'step.completed').output).toEqual({ by: 'me' })
    const rejected = await stepstream(['answer', first.interactionId, '--reject', '--reason', 'no'])
    expect(fields(rejected.stdout)).toEqual([[first.interactionId, 'reject']])
    const events = await ended(service, id)
    expect(lastOf(events, 'step.failed').error.code).toBe('APPROVAL_REJECTED')
    expect(lastOf(events, 'interaction.answered').note).toBe('no')
  })

  test('approves with values, which the service checks', async () => {
    const id = await start(service, { steps: [approval('a', 'Where?', form)] })
    const { interactionId } = await asked(service, id)
    const wrong = await stepstream([
      'answer',
      interactionId,
      '--approve',
      '--with',
      '{"region":"xx"}',
    ])
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr).toContain('/output/region')
    const right = ['--approve', '--with', '@-', '--actor', 'ana', '--json']
    const stdin = 'region: eu\ncount: 3\n'
    const taken = await stepstream(['answer', interactionId, ...right], { stdin })
    expect(JSON.parse(taken.stdout)).toMatchObject({ interactionId, decision: 'approve' })
    const answered = lastOf(await ended(service, id), 'interaction.answered')
    expect(answered).toMatchObject({ actor: 'ana', output: { answer: { region: 'eu', count: 3 } } })
  })

  test('pushes back, and takes what came of work', async () => {
    const id = await start(service, {
      steps: [
        { id: 'draft', uses: 'client', with: { command: { write: 'a draft' } } },
        approval('a', 'Good?'),
      ],
    })
    const work = await asked(service, id)
    const given = ['--status', 'ok', '--output', '{"text":"a"}', '-q']
    expect((await stepstream(['answer', work.interactionId, ...given])).stdout).toBe(
      `${work.interactionId}\n`,
    )
    await until(service, id, 'step.waiting')
    await expect.poll(async () => (await asked(service, id)).kind).toBe('approval')
    const { interactionId } = await asked(service, id)
    expect((await stepstream(['answer', interactionId, '--to-step', 'draft'])).code).toBe(0)
    await expect.poll(async () => (await asked(service, id)).kind).toBe('client')
    const again = await asked(service, id)
    // As `run` and `follow` tell it.
    const where = { sessionId: id, option: '' }
    const [, told] = howToAnswer({ interactionId: again.interactionId, kind: 'client' }, where)
    expect(told).toBe(`stepstream answer ${again.interactionId} --status ok --output '{}'`)
    const failing = ['--status', 'error', '--reason', 'no ink']
    expect((await stepstream(['answer', again.interactionId, ...failing])).code).toBe(0)
    await service.post(`/v1/sessions/${id}/cancel`)
    const answered = lastOf(await ended(service, id), 'interaction.answered')
    expect(answered).toMatchObject({ status: 'error', error: { message: 'no ink' } })
  })

  test('gives a signal the payload it waits for, by its interaction', async () => {
    const id = await start(service, {
      steps: [{ id: 's', uses: 'signal', with: { name: 'paid' } }],
    })
    const { interactionId } = await asked(service, id)
    expect((await stepstream(['answer', interactionId, '--with', '7'])).stdout).toContain('paid')
    expect(lastOf(await ended(service, id), 'step.completed').output).toBe(7)
  })

  test('asks nobody where there is no terminal', async () => {
    const ran = await stepstream(['answer', 'int_nonsense'])
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain('say what the answer is')
    expect((await stepstream(['answer', '--approve'])).stderr).toContain('say which interaction')
    expect((await stepstream(['answer', 'a', '--approve', '--reject'])).code).toBe(2)
    expect((await stepstream(['answer', 'a', '--reject', '--to-step', 'b'])).code).toBe(2)
  })
})

describe.runIf(hasTerminals)('answer at a terminal', patient, () => {
  test('lets one be chosen, and asks for what its schema has, until it is taken', async () => {
    const id = await start(service, { steps: [approval('a', 'Where to?', form)] })
    await asked(service, id)
    const terminal = atTerminal(commandLine('answer', '--session', id), {
      STEPSTREAM_URL: service.url,
    })
    await terminal.see('What do you answer\\?')
    terminal.press(keys.enter)
    await terminal.see('What do you decide\\?')
    terminal.press(keys.enter)
    await terminal.see('region')
    terminal.press(keys.down + keys.enter)
    await terminal.see('count')
    terminal.press(`many${keys.enter}`)
    await terminal.see('Expected a number')
    terminal.press(`${'\u007f'.repeat(4)}12${keys.enter}`)
    await terminal.see('token')
    terminal.press(`hunter2${keys.enter}`)
    await terminal.see('note')
    terminal.press(keys.enter)
    await terminal.see('What is to be said')
    terminal.press(keys.enter)
    // Twelve is more than the schema has it: it is told, and asked for again.
    await terminal.see('/output/count')
    await terminal.see('What do you decide\\?')
    terminal.press(keys.enter)
    await terminal.see('region')
    terminal.press(keys.enter)
    await terminal.see('count')
    terminal.press(`5${keys.enter}`)
    await terminal.see('token')
    terminal.press(keys.enter)
    await terminal.see('note')
    terminal.press(`fine${keys.enter}`)
    await terminal.see('What is to be said')
    terminal.press(`go${keys.enter}`)
    expect(await terminal.end()).toBe(0)
    expect(terminal.shown()).not.toContain('hunter2')
    const answered = lastOf(await ended(service, id), 'interaction.answered')
    expect(answered).toMatchObject({
      decision: 'approve',
      note: 'go',
      output: { answer: { region: 'eu', count: 5, note: 'fine' } },
    })
  })

  test('ends without an answer on Ctrl-C', async () => {
    const id = await start(service, { steps: [approval('a', 'Shall\u001b[2J we?')] })
    const { interactionId } = await asked(service, id)
    const terminal = atTerminal(commandLine('answer', interactionId), {
      STEPSTREAM_URL: service.url,
    })
    await terminal.see('What do you decide\\?')
    expect(terminal.shown()).toContain('Shall we?')
    expect(terminal.raw()).not.toContain('Shall\u001b[2J')
    terminal.press(keys.interrupt)
    expect(await terminal.end()).toBe(130)
    expect((await asked(service, id)).interactionId).toBe(interactionId)
  })
})
