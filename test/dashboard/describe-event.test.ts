import { expect, test } from 'vitest'
import { describeEvent } from '../../src/dashboard/log/describe-event.ts'
import type { LoggedEvent } from '../../src/session/events.ts'

const until = '2026-01-05T09:30:00.000Z'
const error = { kind: 'expected', code: 'COMMAND_EXITED', message: 'make exited with code 2' }

test.each([
  [{ until }, `until ${until}`],
  [{ awaits: { kind: 'interaction', id: 'int_1' } }, 'for interaction int_1'],
  [{ awaits: { kind: 'session', id: 'ses_1' }, until }, `for session ses_1 until ${until}`],
  [{ escalated: { kind: 'failed', error } }, 'for a person to decide: make exited with code 2'],
])('a step that waits says for what: %j', (data, words) => {
  const event = { type: 'step.waiting', data } as unknown as LoggedEvent
  expect(describeEvent(event)).toBe(words)
})
