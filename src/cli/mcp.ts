import { once } from 'node:events'
import { type Command, InvalidArgumentError } from 'commander'
import { keyOf, keyOption, urlOption } from './service/options.ts'
import { onStopSignals } from './stop-signals.ts'

const DEFAULT_PORT = 8081

interface Options {
  readonly url: string
  readonly http: boolean
  readonly host: string
  readonly port: number
  readonly allowHost: readonly string[]
  readonly allowOrigin: readonly string[]
}

interface Run extends Options {
  readonly key: string | undefined
  readonly version: string
  readonly stop: AbortSignal
}

/** `stepstream mcp`: lets AI agents use a service. */
export function defineMcp(command: Command): void {
  command
    .addOption(urlOption())
    .addOption(keyOption('a key of the service, over stdio'))
    .option(
      '--http',
      'serve Streamable HTTP instead of stdio; each caller sends its own key',
      false,
    )
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--port <number>', 'where to listen; 0 is any that is free', readPort, DEFAULT_PORT)
    .option('--allow-host <name...>', 'host names beside localhost that requests may name', [])
    .option('--allow-origin <origin...>', 'pages that may call', [])
    .action(() => serve(command))
}

async function serve(command: Command): Promise<void> {
  const options = command.opts<Options>()
  if (options.http && command.getOptionValueSource('key') === 'cli') {
    command.error('error: over HTTP each caller sends its own key; --key is for stdio')
  }
  const key = keyOf(command)
  const stopping = new AbortController()
  onStopSignals({ first: () => stopping.abort(), again: () => process.exit(130) })
  const run = { ...options, key, version: command.version() ?? '', stop: stopping.signal }
  try {
    await (options.http ? overHttp(run) : overStdio(run))
    process.exit(0)
  } catch (error) {
    tell(`stepstream mcp failed: ${error instanceof Error ? error.message : String(error)}`)
    process.exit(1)
  }
}

async function overStdio({ url, key, version, stop }: Run): Promise<void> {
  const connect = await connectTo(url, version)
  const { serveStdio } = await import('./mcp/serve-stdio.ts')
  tell(`stepstream mcp ${version}: serving ${url} over stdio`)
  await serveStdio(connect(key), process.stdin, process.stdout, stop)
}

async function overHttp({ url, version, stop, ...options }: Run): Promise<void> {
  const { host, port, allowHost, allowOrigin } = options
  const connect = await connectTo(url, version)
  const { serveHttp } = await import('./mcp/serve-http.ts')
  await using server = await serveHttp({ url, userAgent: userAgentOf(version) }, connect, {
    host,
    port,
    allowedHosts: allowHost,
    allowedOrigins: allowOrigin,
  })
  tell(`stepstream mcp ${version}: serving ${url}, listening at ${server.url}`)
  if (!stop.aborted) await once(stop, 'abort')
}

/** What makes a server for each client of a service. */
async function connectTo(url: string, version: string) {
  const { createApi } = await import('./mcp/api.ts')
  const { createMcpServer } = await import('./mcp/mcp-server.ts')
  return (key: string | undefined) => {
    const api = createApi({ url, key, userAgent: userAgentOf(version) })
    const server = createMcpServer(api, version)
    server.server.onerror = ({ message }) => tell(`stepstream mcp: ${message}`)
    return server
  }
}

function userAgentOf(version: string): string {
  return `stepstream-mcp/${version}`
}

/** To standard error: standard output is the protocol's. */
function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

function readPort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new InvalidArgumentError('Expected a number from 0 to 65535.')
}
