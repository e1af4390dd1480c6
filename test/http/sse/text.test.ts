import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../support/manual-clock.ts'
import { openStream } from './support/read-stream.ts'
import { serve } from './support/serve.ts'

const asText = { accept: 'text/plain' }

describe('a session as lines', () => {
  test('has the headers of a stream, and nothing to read before the first event', async () => {
    await using served = await serve()
    served.log.create('ses_a')
    const stream = await openStream(served.url('ses_a'), asText)
    expect(stream.status).toBe(200)
    expect(stream.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-cache, no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    })
    served.log.outputs('ses_a', 2)
    expect(linesOf(await stream.until('line 1\n'))).toEqual(['| line 0', '| line 1'])
  })

  test('goes on after the cursor of the header or the query, and without types left out', async () => {
    await using served = await serve()
    served.log.create('ses_a')
    served.log.outputs('ses_a', 3)
    const started = { type: 'step.started', data: { uses: 'wait' } } as const
    served.log.append('ses_a', [started])
    const url = served.url('ses_a', '?lastEventId=2')
    const byQuery = await openStream(url, asText)
    expect(linesOf(await byQuery.until('wait\n'))).toEqual(['| line 2', 'started: wait'])
    const byHeader = await openStream(url, { ...asText, 'last-event-id': '3' })
    expect(linesOf(await byHeader.until('wait\n'))).toEqual(['started: wait'])
    const filtered = await openStream(served.url('ses_a', '?types=step.started'), asText)
    expect(linesOf(await filtered.until('wait\n'))).toEqual(['started: wait'])
  })

  test('shows nothing of a heartbeat', async () => {
    const clock = new ManualClock()
    await using served = await serve({ clock })
    served.log.create('ses_a')
    const stream = await openStream(served.url('ses_a', '?types=step.started'), asText)
    served.log.outputs('ses_a', 1)
    await expect.poll(() => served.streams.stats.deliveredEvents).toBe(1)
    clock.advance(16_000)
    await stream.until('\r')
    clock.advance(16_000)
    await stream.until('\r\r')
    expect(stream.text()).toBe('\r\r')
  })

  test('says in words what is missing, and where to go on after a shutdown', async () => {
    await using served = await serve()
    served.log.create('ses_a')
    served.log.outputs('ses_a', 9)
    served.log.purgeBefore('ses_a', 9)
    const stream = await openStream(served.url('ses_a', '?lastEventId=3'), asText)
    await stream.until('line 8\n')
    await served.app.close()
    const lines = (await stream.ended()).split('\n')
    expect(lines[0]).toBe('-- the events after 3 are not to be had (purged); it goes on with 9')
    expect(lines.at(-2)).toBe(
      '-- the stream ends before its session does (shutdown); go on with ?lastEventId=9',
    )
  })

  test('is refused with an error where there is none for now: nothing comes back by itself', async () => {
    await using served = await serve({ maxFollowers: 1 })
    served.log.create('ses_a')
    const first = await openStream(served.url('ses_a'), asText)
    const refused = async (query = '') => {
      const answer = await fetch(served.url('ses_a', query), { headers: asText })
      return { status: answer.status, code: ((await answer.json()) as { code: string }).code }
    }
    expect(await refused()).toEqual({ status: 429, code: 'RATE_LIMITED' })
    expect(await refused('?lastEventId=0')).toEqual({ status: 429, code: 'RATE_LIMITED' })
    first.destroy()
    served.log.fault = new Error('no disk')
    expect(await refused()).toEqual({ status: 503, code: 'STORAGE_UNAVAILABLE' })
  })
})

/** Without their times. */
function linesOf(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^\S+ (?:s: |s )?/, ''))
}
