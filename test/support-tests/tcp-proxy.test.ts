import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startTcpProxy } from '../support/tcp-proxy.ts'

test('bytes pass in both directions, and an end as well', async () => {
  const echo = await startEcho()
  await using proxy = await startTcpProxy(echo.port)
  const client = open(proxy.port)
  client.socket.write('a')
  await expect.poll(client.received).toBe('a')
  client.socket.end()
  await client.closed
  expect(echo.connections()).toBe(1)
})

test('a cut ends all connections, on both sides, and every new one until it is restored', async () => {
  const echo = await startEcho()
  await using proxy = await startTcpProxy(echo.port)
  const before = open(proxy.port)
  before.socket.write('a')
  await expect.poll(before.received).toBe('a')

  proxy.cut()
  const during = open(proxy.port)
  await Promise.all([before.closed, during.closed])
  await expect.poll(echo.open).toBe(0)
  expect(echo.connections()).toBe(1)

  proxy.restore()
  const after = open(proxy.port)
  after.socket.write('b')
  await expect.poll(after.received).toBe('b')
})

test('a freeze holds every byte back, in both directions, and lets go of none', async () => {
  const echo = await startEcho()
  await using proxy = await startTcpProxy(echo.port)
  const before = open(proxy.port)
  before.socket.write('a')
  await expect.poll(before.received).toBe('a')

  proxy.freeze()
  const during = open(proxy.port)
  await once(during.socket, 'connect')
  before.socket.write('b')
  during.socket.write('x')
  echo.sendAll('!')
  // A second proxy beside it shows that there was time enough.
  await using other = await startTcpProxy(echo.port)
  const witness = open(other.port)
  witness.socket.write('w')
  await expect.poll(witness.received).toBe('w')
  expect([before.received(), during.received(), echo.received()]).toEqual(['a', '', 'aw'])

  proxy.restore()
  await expect.poll(before.received).toBe('a!b')
  await expect.poll(during.received).toBe('x')
})

/** Sends back what it gets. */
async function startEcho() {
  const open = new Set<Socket>()
  let connections = 0
  let received = ''
  const server = createServer((socket) => {
    connections += 1
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => open.delete(socket))
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString()
      socket.write(chunk)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  return {
    port: (server.address() as { port: number }).port,
    connections: () => connections,
    open: () => open.size,
    received: () => received,
    sendAll: (text: string) => {
      for (const socket of open) socket.write(text)
    },
  }
}

/** A connection, whether it succeeds or not. */
function open(port: number) {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  let received = ''
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString()
  })
  const closed = new Promise((resolve) => socket.once('close', resolve))
  return { socket, closed, received: () => received }
}
