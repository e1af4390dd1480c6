import { expect, test } from 'vitest'
import { createLogger } from '../src/log.ts'
import { logLines } from './support/log-lines.ts'

test('writes a line of JSON for each entry, without process id and host name', () => {
  const lines = logLines()
  const log = createLogger({ LOG_LEVEL: 'info', LOG_FORMAT: 'json' }, lines)
  log.info({ sessionId: 'ses_1', stepId: 'a' }, 'step')
  log.debug('not this one')
  expect(lines.of('step')).toEqual([
    { level: 30, time: expect.any(Number), sessionId: 'ses_1', stepId: 'a', msg: 'step' },
  ])
  expect(lines.text().trim().split('\n')).toHaveLength(1)
})

test('writes no secrets, wherever they stand', () => {
  const lines = logLines()
  const log = createLogger({ LOG_LEVEL: 'info', LOG_FORMAT: 'json' }, lines)
  log.info(
    {
      req: { headers: { authorization: 'Bearer hunter2' } },
      headers: { authorization: 'Bearer hunter2' },
      key: { secret: 'hunter2' },
      login: { password: 'hunter2', token: 'hunter2', user: 'ada' },
    },
    'told',
  )
  expect(lines.text()).not.toContain('hunter2')
  expect(lines.of('told')[0]).toMatchObject({ login: { user: 'ada', token: '[redacted]' } })
})

test('an error comes with its cause', () => {
  const lines = logLines()
  const log = createLogger({ LOG_LEVEL: 'info', LOG_FORMAT: 'json' }, lines)
  log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed')
  expect(JSON.stringify(lines.of('failed'))).toMatch(/outer.*inner/)
})

test('writes plain text for people', () => {
  const lines = logLines()
  const log = createLogger({ LOG_LEVEL: 'info', LOG_FORMAT: 'plain' }, lines)
  log.info({ sessionId: 'ses_1' }, 'session')
  expect(lines.text()).toMatch(/INFO.*: session\n\s+sessionId: "ses_1"\n/)
})

test('says nothing when it is silent', () => {
  const lines = logLines()
  createLogger({ LOG_LEVEL: 'silent', LOG_FORMAT: 'json' }, lines).fatal('help')
  expect(lines.text()).toBe('')
})
