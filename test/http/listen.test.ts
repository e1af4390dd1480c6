import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { fastify } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from '../../src/http/listen.ts'

const AT_ONCE = 1500
const ESTABLISHED = '01'
const SYN_SENT = '02'

test.skipIf(mostWaiting() <= AT_ONCE)(
  'more connections at once than Node lets wait are all let in',
  async () => {
    const app = fastify()
    onTestFinished(() => app.close())
    const port = Number(new URL(await listen(app, { host: '127.0.0.1', port: 0 })).port)

    const sockets = Array.from({ length: AT_ONCE }, () => connect(port, '127.0.0.1'))
    for (const socket of sockets) socket.on('error', () => {})
    onTestFinished(() => void sockets.map((socket) => socket.destroy()))
    // Sockets connect in the next tick; the server, in the same thread, has taken none of them by then.
    await Promise.resolve()
    await new Promise((resolve) => process.nextTick(resolve))

    expect(connectionsTo(port, SYN_SENT)).toBe(0)
    expect(connectionsTo(port, ESTABLISHED)).toBe(AT_ONCE)
  },
)

/** `listen(2)` caps the backlog at this. */
function mostWaiting(): number {
  try {
    return Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'))
  } catch {
    return 0
  }
}

/** Those of the kernel's table of TCP over IPv4 (`proc_net_tcp`) that are in that state. */
function connectionsTo(port: number, state: string): number {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , to, its]) => to?.endsWith(remote) && its === state).length
}
