import { describe, expect, test } from 'vitest'
import { readSentence } from '../../src/plan/sentences/phrase-book.ts'
import { cpuTime } from '../support/cpu-time.ts'
import { compile, faultsOf } from './planning.ts'

const wait = (duration: string) => ({ uses: 'wait', with: { for: duration } })
const run = (...argv: string[]) => ({ uses: 'command', with: { run: argv } })
const http = (method: string, url: string, more: object = {}) => ({
  uses: 'webhook',
  with: { method, url, ...more },
})

const readable: readonly (readonly [sentence: string, step: object])[] = [
  ['Wait 2 seconds', wait('2s')],
  ['wait 2 seconds.', wait('2s')],
  ['  WAIT   2   Seconds ... ', wait('2s')],
  ['Wait for 1 minute 30 seconds', wait('1m30s')],
  ['Wait 1 hour, 2 minutes and 3 seconds', wait('1h2m3s')],
  ['Wait 500ms', wait('500ms')],
  ['Wait 1h30m', wait('1h30m')],
  ['Wait 1.5 hours', wait('1.5h')],
  ['Sleep 2 days', wait('2d')],
  ['Wait {{ inputs.pause }}', wait('{{ inputs.pause }}')],
  [
    'Wait until 2030-01-01T09:00:00Z',
    { uses: 'wait', with: { until: '2030-01-01T09:00:00.000Z' } },
  ],
  [
    'wait until 2030-01-01T09:00:00+02:00.',
    { uses: 'wait', with: { until: '2030-01-01T07:00:00.000Z' } },
  ],
  [
    'Wait for approval: Deploy {{ inputs.version }}?',
    { uses: 'approval', with: { prompt: 'Deploy {{ inputs.version }}?' } },
  ],
  ['ask for approval : Go on', { uses: 'approval', with: { prompt: 'Go on' } }],
  ['Wait for signal payment.done.', { uses: 'signal', with: { name: 'payment.done' } }],
  ['GET https://a.test/x', http('GET', 'https://a.test/x')],
  ['get http://a.test/x?b=1.', http('GET', 'http://a.test/x?b=1')],
  ['HEAD https://a.test', http('HEAD', 'https://a.test')],
  ['DELETE https://a.test/1', http('DELETE', 'https://a.test/1')],
  ['GET https://a.test/{{ inputs.id + 1 }}', http('GET', 'https://a.test/{{ inputs.id + 1 }}')],
  ['POST to https://a.test', http('POST', 'https://a.test')],
  [
    'POST {"a": [1, " to "]} to https://a.test',
    http('POST', 'https://a.test', { json: { a: [1, ' to '] } }),
  ],
  [
    'post {"a": "go to https://b.test"} to https://a.test',
    http('POST', 'https://a.test', { json: { a: 'go to https://b.test' } }),
  ],
  ['PUT [1] to https://a.test', http('PUT', 'https://a.test', { json: [1] })],
  [
    'PATCH {"a": "{{ inputs.a }}"} to {{ inputs.url }}',
    http('PATCH', '{{ inputs.url }}', { json: { a: '{{ inputs.a }}' } }),
  ],
  ['Run `git status`', run('git', 'status')],
  ["run 'git status'", run('git', 'status')],
  ['Run "git status".', run('git', 'status')],
  ['Run `echo "a  b" \'c d\' e\\ f ""`', run('echo', 'a  b', 'c d', 'e f', '')],
  ['Run `echo "say \\"hi\\"" \'$HOME | x\' \\$x`', run('echo', 'say "hi"', '$HOME | x', '$x')],
  [
    'Run `echo {{ inputs.a + " b" }} x{{ inputs.c }}`',
    run('echo', '{{ inputs.a + " b" }}', 'x{{ inputs.c }}'),
  ],
]

const unreadable: readonly (readonly [sentence: string, code: string])[] = [
  ['', 'UNREADABLE_SENTENCE'],
  ['...', 'UNREADABLE_SENTENCE'],
  ['Wait', 'UNREADABLE_SENTENCE'],
  ['Wait a bit', 'UNREADABLE_SENTENCE'],
  ['Wait 2', 'DURATION_WITHOUT_UNIT'],
  ['Wait 2 moons', 'INVALID_DURATION'],
  ['Wait for approval', 'UNREADABLE_SENTENCE'],
  ['Wait for signal a b', 'UNREADABLE_SENTENCE'],
  ['Wait until tomorrow', 'INVALID_VALUE'],
  ['Wait until 2030-01-01T09:00', 'INVALID_VALUE'],
  ['Wait until 2030-13-01T09:00:00Z', 'INVALID_VALUE'],
  ['GET localhost:8080', 'UNREADABLE_SENTENCE'],
  ['GET https://a.test/a b', 'INVALID_VALUE'],
  ['POST {a: 1} to https://a.test', 'INVALID_VALUE'],
  ['POST https://a.test', 'UNREADABLE_SENTENCE'],
  ['Run git status', 'UNREADABLE_SENTENCE'],
  ['Run ``', 'INVALID_VALUE'],
  ['Run `a | b`', 'INVALID_VALUE'],
  ['Run `a > b`', 'INVALID_VALUE'],
  ['Run `a && b`', 'INVALID_VALUE'],
  ['Run `a; b`', 'INVALID_VALUE'],
  ['Run `echo $(b)`', 'INVALID_VALUE'],
  ['Run `echo "$HOME"`', 'INVALID_VALUE'],
  ["Run 'echo `b`'", 'INVALID_VALUE'],
  ['Run `echo "a`', 'INVALID_VALUE'],
  ['Run `echo \\`', 'INVALID_VALUE'],
  ['Dance with me', 'UNREADABLE_SENTENCE'],
]

describe('the phrase book', () => {
  test.each(readable)('reads %s', (sentence, step) => {
    expect(readSentence(sentence)).toEqual(step)
  })

  test.each(unreadable)('refuses %j with %s', (sentence, code) => {
    expect(readSentence(sentence)).toMatchObject({ code })
  })

  test('says what has no meaning without a shell', () => {
    expect(readSentence('Run `ls | wc`')).toMatchObject({
      message: expect.stringContaining('"|" has no meaning'),
    })
  })

  test('keeps the sentence with the step it became', () => {
    const { steps } = compile([' Wait 2 seconds. ']).plan
    expect(steps[0]).toMatchObject({ id: 'step1', uses: 'wait', text: 'Wait 2 seconds.' })
  })

  test.each([
    `Wait ${' '.repeat(1900)}x`,
    `Wait ${'and '.repeat(480)}`,
    `POST ${' to '.repeat(480)}`,
    `POST ${' '.repeat(1900)}to`,
    `GET ${'{{'.repeat(900)}`,
    `Run ${'`'.repeat(1900)}`,
    `${'.'.repeat(1900)}x`,
    `Run \`${'{{'.repeat(900)}\``,
    `Wait until ${'{{'.repeat(900)}`,
    `Wait for approval${' '.repeat(1900)}`,
    `Wait for signal ${'a '.repeat(900)}`,
  ])('answers soon to a sentence made to take long', (sentence) => {
    const started = cpuTime()
    readSentence(sentence)
    expect(cpuTime() - started).toBeLessThan(200)
  })

  test('points at the sentence for a fault inside it', () => {
    expect(faultsOf(['Wait 1s', 'GET http://'])).toEqual(['INVALID_VALUE /1'])
  })
})
