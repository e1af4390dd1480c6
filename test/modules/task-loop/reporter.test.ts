import { expect, test } from 'vitest'
import { Reporter } from '../../../src/modules/task-loop/reporter.ts'
import { AttemptSecrets } from '../../../src/modules/task-loop/secrets.ts'
import type { AttemptReport } from '../../../src/session/commands.ts'
import { ManualClock } from '../../support/manual-clock.ts'

function setup(known: Record<string, string> = {}, limitBytes = 1_000_000) {
  const clock = new ManualClock()
  const secrets = new AttemptSecrets(new Map(Object.entries(known)))
  for (const name of Object.keys(known)) secrets.read(name)
  const sent: AttemptReport[] = []
  const send = (reports: readonly AttemptReport[]) => void sent.push(...reports)
  const reporter = new Reporter({ clock, limitBytes, secrets, send })
  const text = (stream = 'stdout') =>
    sent
      .flatMap((report) => (report.type === 'step.output' ? [report.data] : []))
      .filter((data) => data.stream === stream)
      .map((data) => data.text)
      .join('')
  return { clock, reporter, sent, text }
}

test('a secret that an event would cut in two is held back until the rest has come', () => {
  const { clock, reporter, text } = setup({ token: 'abcdefgh' })
  reporter.output('stdout', 'key: abcd')
  clock.advance(100)
  expect(text()).toBe('key: ')
  reporter.output('stdout', 'efgh, done')
  clock.advance(100)
  expect(text()).toBe('key: [secret token], done')
})

test('what looked like the beginning of a secret and was none comes late, but comes', () => {
  const { clock, reporter, text } = setup({ token: 'abcdefgh' })
  reporter.output('stdout', 'abc')
  clock.advance(100)
  reporter.output('stdout', 'xyz abc')
  clock.advance(100)
  expect(text()).toBe('abcxyz ')
  reporter.close()
  expect(text()).toBe('abcxyz abc')
})

test('each stream holds back its own', () => {
  const { clock, reporter, text } = setup({ token: 'abcdefgh' })
  reporter.output('stdout', 'o abcd')
  reporter.output('stderr', 'e abcde')
  clock.advance(100)
  expect([text('stdout'), text('stderr')]).toEqual(['o ', 'e '])
  reporter.output('stderr', 'fgh')
  reporter.output('stdout', 'efgh')
  reporter.close()
  expect([text('stdout'), text('stderr')]).toEqual(['o [secret token]', 'e [secret token]'])
})

test('a secret cut off at the limit does not show its beginning', () => {
  const { reporter, sent, text } = setup({ token: 'abcdefgh' }, 10)
  reporter.output('stdout', '12345 abcdefgh')
  expect(text()).toBe('12345 ')
  expect(sent.at(-1)).toMatchObject({ data: { truncated: true } })
})

test('of secrets in each other the longer one is masked whole', () => {
  const { reporter, text } = setup({ short: 'abcd', long: 'xxabcdxx' })
  reporter.output('stdout', 'xxabcdxx abcd')
  reporter.close()
  expect(text()).toBe('[secret long] [secret short]')
})

test('a closed one hears nothing and keeps no timer', () => {
  const { clock, reporter, sent } = setup()
  reporter.output('stdout', 'heard')
  reporter.close()
  reporter.output('stdout', 'not heard')
  reporter.progress({ percent: 1 })
  reporter.warn('X', 'y')
  expect(clock.pending).toBe(0)
  clock.advance(1000)
  expect(sent).toEqual([{ type: 'step.output', data: { stream: 'stdout', text: 'heard' } }])
})

test('what is told of its work comes in order, without secrets, each text cut to what an event carries', () => {
  const { reporter, sent } = setup({ token: 'abcdefgh' })
  const navigated = (url: string) => ({ type: 'browser.navigated', data: { url } }) as const
  reporter.observe(navigated('http://shop.local/?key=abcdefgh'))
  reporter.warn('LATE', 'see abcdefgh')
  reporter.observe(navigated('x'.repeat(9000)))
  reporter.close()
  reporter.observe(navigated('http://shop.local/late'))
  expect(sent).toEqual([
    navigated('http://shop.local/?key=[secret token]'),
    { type: 'warning.issued', data: { code: 'LATE', message: 'see [secret token]' } },
    navigated(`${'x'.repeat(8192)}…`),
  ])
})

test.each([
  ['a type that there is not', { type: 'browser.exploded', data: {} }],
  ['a type of the core', { type: 'session.completed', data: {} }],
  ['data of another shape', { type: 'browser.navigated', data: { url: 7 } }],
  ['nothing', undefined],
])('%s becomes a warning', (_, told) => {
  const { reporter, sent } = setup()
  reporter.observe(told as never)
  reporter.close()
  expect(sent).toMatchObject([{ type: 'warning.issued', data: { code: 'EVENT_REFUSED' } }])
})
