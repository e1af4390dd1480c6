import { describe, expect, test } from 'vitest'
import { handExecutor } from '../support/hand-executor.ts'
import { startService } from '../support/service.ts'
import { ended, start } from '../support/sessions.ts'
import { openStream } from './sse/support/read-stream.ts'

const asText = { accept: 'text/plain' }

describe('GET /v1/sessions/:id/events for people', () => {
  test('tells a session from its first line to its end, which closes it', async () => {
    await using service = await startService({ COMMANDS: 'echo,false' })
    const sessionId = await start(service, {
      name: 'nightly',
      onFailure: 'continue',
      steps: [
        { id: 'greet', uses: 'command', with: { run: ['echo', 'hello'] } },
        { id: 'fails', uses: 'command', with: { run: ['false'] } },
        { id: 'never', uses: 'wait', with: { for: '1ms' }, dependsOn: ['fails'] },
      ],
    })

    const text = await (await service.get(`/v1/sessions/${sessionId}/events`, asText)).text()

    expect(plain(text)).toEqual([
      'session "nightly" created with 3 steps, on DATE (UTC)',
      'session started',
      'greet: started: command',
      'greet | hello',
      'greet: completed in TIME',
      'fails: started: command',
      'fails: failed after TIME: false exited with code 1 (COMMAND_EXITED). See the exit code and the output of the command.',
      'never: skipped: a step before it failed (fails)',
      'session completed with errors in TIME: 1 of 3 steps completed, 1 failed, 1 skipped',
    ])
  })

  test('goes on from any event, and has nothing more to say after the last', async () => {
    await using service = await startService()
    const sessionId = await start(service, ['Wait 1 ms'])
    const path = `/v1/sessions/${sessionId}/events`
    const events = await ended(service, sessionId)
    const all = await (await service.get(path, asText)).text()

    const rest = await (await service.get(`${path}?lastEventId=2`, asText)).text()
    expect(rest).toBe(all.split('\n').slice(2).join('\n'))
    const final = await service.get(`${path}?lastEventId=${events.length}`, asText)
    expect(final.status).toBe(204)
    expect((await service.get('/v1/sessions/ses_none/events', asText)).status).toBe(404)
  })

  test('comes live, and ends with the session', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const sessionId = await start(service, [{ id: 'work', uses: 'hand' }])
    const stream = await openStream(`${service.url}/v1/sessions/${sessionId}/events`, asText)
    await stream.until('work: started: hand\n')
    expect(stream.text()).not.toContain('work: completed')

    const { succeed } = await hand.attempt()
    succeed()

    const lines = plain(await stream.ended())
    expect(lines.at(-1)).toMatch(/^session completed in TIME: 1 of 1 step completed$/)
  })
})

/** The lines without what differs from run to run. */
function plain(text: string): string[] {
  expect(text.endsWith('\n')).toBe(true)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} \S/)
      return line
        .slice('09:30:00.000 '.length)
        .replace(/\d{4}-\d\d-\d\d/, 'DATE')
        .replace(/\b(in|after) [\d.]+ m?s\b/, '$1 TIME')
    })
}
