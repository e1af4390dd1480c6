import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { ManualClock } from '../../support/manual-clock.ts'
import { output } from './support/log-double.ts'
import { openStream } from './support/read-stream.ts'
import { type Served, serve } from './support/serve.ts'

const big = Array(200).fill(output('x'.repeat(5000)))

test('a reader that stops reading costs no memory, is cut after 30 s, and may resume', async () => {
  const clock = new ManualClock()
  await using served = await serve({ clock })
  served.log.create('ses_a')
  const socket = await connectAndPause(served)
  await fillUp(served)
  const written = served.streams.stats.writtenBytes
  for (let round = 0; round < 20; round += 1) {
    served.log.append('ses_a', big)
    await turns(2)
  }
  expect(served.streams.stats.writtenBytes).toBe(written)
  expect(served.streams.lags()[0]).toBeGreaterThan(4000)
  clock.advance(29_000)
  await turns(5)
  expect(served.streams.open).toBe(1)
  clock.advance(3000)
  await noneOpen(served)
  expect(served.streams.stats.closed.stalled).toBe(1)
  expect(served.streamer.stats().followers).toBe(0)
  socket.destroy()
  served.log.end('ses_a')
  const { length } = served.log.events('ses_a')
  const resumed = await openStream(served.url('ses_a', `?lastEventId=${length - 3}`))
  expect((await resumed.ended()).match(/^id: /gm)).toHaveLength(3)
})

test('a reader that goes on reading in time gets everything', async () => {
  const clock = new ManualClock()
  await using served = await serve({ clock })
  served.log.create('ses_a')
  const socket = await connectAndPause(served)
  await fillUp(served)
  clock.advance(25_000)
  served.log.end('ses_a')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.resume()
  await noneOpen(served)
  await new Promise((resolve) => socket.once('close', resolve))
  const { length } = served.log.events('ses_a')
  expect(text).toContain(`id: ${length}\nevent: session.completed`)
  expect(served.streams.stats.closed).toMatchObject({ ended: 1, stalled: 0 })
})

test('a paused reader does not hold up the shutdown', async () => {
  await using served = await serve()
  served.log.create('ses_a')
  const socket = await connectAndPause(served)
  await fillUp(served)
  await served.app.close()
  expect(served.streams.stats.closed.shutdown).toBe(1)
  socket.destroy()
})

test('a reader that leaves while its socket is full leaves nothing behind', async () => {
  await using served = await serve()
  served.log.create('ses_a')
  const socket = await connectAndPause(served)
  await fillUp(served)
  socket.destroy()
  await noneOpen(served)
  expect(served.streams.stats.closed.client).toBe(1)
  expect(served.streamer.stats().followers).toBe(0)
})

async function connectAndPause(served: Served): Promise<Socket> {
  const socket = connect({ port: served.port, host: '127.0.0.1' })
  socket.write('GET /v1/sessions/ses_a/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  await new Promise((resolve) => socket.once('data', resolve))
  socket.pause()
  return socket
}

/** Appends until the stream writes no more, since the buffers on the way are full. */
async function fillUp(served: Served): Promise<void> {
  let written = -1
  let quiet = 0
  while (quiet < 5) {
    const before = written
    served.log.append('ses_a', big)
    await turns(10)
    written = served.streams.stats.writtenBytes
    quiet = written === before ? quiet + 1 : 0
  }
}

async function noneOpen({ streams }: Served): Promise<void> {
  while (streams.open > 0) await turns(1)
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve))
  }
}
