import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A line to a server that a test can break, or hold still. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number
  /** Breaks every connection, and every new one at once. */
  cut(): void
  /** Passes no byte in either direction; connections stay, and new ones are accepted. Like an unplugged cable, nobody is told. */
  freeze(): void
  /** Ends a cut or a freeze; what was held back arrives. */
  restore(): void
}

interface Line {
  readonly near: Socket
  /** To the server; made when the first byte may pass. */
  far?: Socket
}

interface Target {
  readonly port: number
  readonly host: string
}

/** Starts a proxy on a free port. */
export async function startTcpProxy(
  targetPort: number,
  targetHost = '127.0.0.1',
): Promise<TcpProxy> {
  const target = { port: targetPort, host: targetHost }
  const lines = new Set<Line>()
  let state: 'passing' | 'cut' | 'frozen' = 'passing'
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (near) => {
    near.on('error', () => near.destroy())
    if (state === 'cut') return void near.resetAndDestroy()
    const line: Line = { near }
    lines.add(line)
    near.once('close', () => {
      lines.delete(line)
      line.far?.destroy()
    })
    if (state === 'passing') pass(line, target)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cutAll = () => {
    for (const { near } of lines) near.resetAndDestroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      state = 'cut'
      cutAll()
    },
    freeze() {
      state = 'frozen'
      for (const line of lines) hold(line)
    },
    restore() {
      if (state === 'frozen') for (const line of lines) pass(line, target)
      state = 'passing'
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      cutAll()
      await closed
    },
  }
}

function pass(line: Line, target: Target): void {
  const { near } = line
  line.far ??= connectTo(target, near)
  near.pipe(line.far)
  line.far.pipe(near)
}

function connectTo(target: Target, near: Socket): Socket {
  const far = connect({ ...target, noDelay: true })
  far.on('error', () => near.resetAndDestroy())
  far.once('close', () => near.destroy())
  return far
}

function hold({ near, far }: Line): void {
  near.unpipe().pause()
  far?.unpipe().pause()
}
