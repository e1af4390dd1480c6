import { EventSource as PackageEventSource } from 'eventsource'
import { createParser } from 'eventsource-parser'
import { EventSource as UndiciEventSource } from 'undici'
import { describe, expect, test } from 'vitest'
import { lintStream } from './support/lint-stream.ts'
import { type LogDouble, output } from './support/log-double.ts'
import { openStream } from './support/read-stream.ts'
import { serve } from './support/serve.ts'

const hard = [
  'plain',
  '',
  '\n',
  '\r',
  'a\r\nb\n\nid: 99\nevent: forged\ndata: {}\n\n',
  '\u0000',
  '\ufeffmark',
  '\u2028\u2029\u0085',
  '😀 𝒳 \u{10FFFF}',
  '\ud800 alone',
  'ünïcödé 日本語',
  ': comment',
  'data: x',
  ' leading and trailing ',
  'x'.repeat(200_000),
]

interface Seen {
  readonly type: string
  readonly id: string
  readonly data: string
}

interface EventSourceLike {
  addEventListener(type: string, listener: (event: MessageEvent) => void): void
  close(): void
}

describe('the bytes of a stream', () => {
  test('obey the grammar, with hello, gap, replay, live events, bookmarks and the end', async () => {
    await using served = await serve()
    fill(served.log)
    const stream = await openStream(served.url('ses_a', '?types=step.*'), {
      'last-event-id': '7777',
    })
    await stream.until(`id: ${hard.length}\n`)
    served.log.append('ses_a', hard.map(output))
    served.log.append('ses_a', [{ type: 'warning.issued', data: { code: 'x', message: '\n' } }])
    served.log.end('ses_a')
    await stream.ended()
    expect(stream.text()).toContain('stream.gap')
    expect(lintStream(stream.bytes())).toEqual([])
  })

  test('obey the grammar when the stream is cut short by a goodbye', async () => {
    await using served = await serve()
    fill(served.log)
    const stream = await openStream(served.url('ses_a'))
    await stream.until(`id: ${hard.length}\n`)
    await served.app.close()
    await stream.ended()
    expect(lintStream(stream.bytes())).toEqual([])
  })

  test('are found wanting when they forge, break or garble', () => {
    const bad = [
      'retry: 1\n\nid: 1\r\n\n',
      'retry: 1\n\nid: 1\nevent: a\ndata: {}',
      'retry: 1\n\nid: 1\nevent: a\ndata: {\n}\n\n',
      'retry: 1\n\nid: 1\nevent: stream.hello\ndata: {}\n\n',
      '\ufeffretry: 1\n\n',
    ]
    for (const text of bad) expect(lintStream(Buffer.from(text)), text).not.toEqual([])
    expect(lintStream(Buffer.from([0xff, 10, 10]))).toEqual(['not valid UTF-8'])
  })
})

describe('what was published is what is read by', () => {
  test('eventsource-parser', async () => {
    await using served = await serve()
    fill(served.log)
    served.log.end('ses_a')
    const text = await (await openStream(served.url('ses_a'))).ended()
    const seen: Seen[] = []
    const parser = createParser({
      onEvent: ({ id = '', event = '', data }) => seen.push({ type: event, id, data }),
    })
    for (let at = 0; at < text.length; at += 777) parser.feed(text.slice(at, at + 777))
    expect(seen.filter(({ type }) => !type.startsWith('stream.'))).toEqual(published(served.log))
  })

  test.each([
    ['eventsource', (url: string) => new PackageEventSource(url) as EventSourceLike],
    ['undici', (url: string) => new UndiciEventSource(url) as unknown as EventSourceLike],
  ])('the EventSource of %s', async (_name, open) => {
    await using served = await serve()
    fill(served.log)
    served.log.end('ses_a')
    const source = open(served.url('ses_a'))
    const seen = await new Promise<Seen[]>((resolve) => {
      const found: Seen[] = []
      const note = ({ type, lastEventId, data }: MessageEvent) => {
        found.push({ type, id: lastEventId, data })
        if (type === 'session.completed') resolve(found)
      }
      source.addEventListener('step.output', note)
      source.addEventListener('session.completed', note)
    })
    source.close()
    expect(seen).toEqual(published(served.log))
  })
})

function fill(log: LogDouble): void {
  log.create('ses_a')
  log.append('ses_a', hard.map(output))
}

function published(log: LogDouble): readonly Seen[] {
  return log.events('ses_a').map(({ seq, type, body }) => ({ type, id: String(seq), data: body }))
}
