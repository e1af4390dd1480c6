import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Progress } from '@modelcontextprotocol/sdk/types.js'
import { onTestFinished } from 'vitest'
import type { Service } from '../../support/service.ts'

export const root = join(import.meta.dirname, '../../..')
/** What Node is started with. */
export const program = [join(root, 'bin/stepstream.mjs'), 'mcp']

/** A client of the protocol as an agent has one. */
export interface Agent extends AsyncDisposable {
  readonly client: Client
  /** What a tool answers. @throws where it answers with an error */
  call<T = Record<string, unknown>>(tool: string, input?: object, options?: CallOptions): Promise<T>
  /** What a tool that refuses answers. @throws where it does not refuse */
  refusal(tool: string, input?: object): Promise<Refusal>
}

export interface Refusal {
  readonly code: string
  readonly detail: string
  readonly status?: number
  readonly suggestedAction?: string
  readonly retryable?: boolean
  readonly faults?: readonly { pointer: string; code: string }[]
}

export interface CallOptions {
  readonly signal?: AbortSignal
  readonly onprogress?: (progress: Progress) => void
}

/** The real program over stdio, for a service at `url`. */
export async function overStdio(
  url: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Agent> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: program,
    env: { PATH: process.env['PATH'] ?? '', STEPSTREAM_URL: url, ...env },
    stderr: 'ignore',
  })
  return agentOf(transport)
}

/** A client of a program that serves HTTP. */
export async function overHttp(url: string, headers: Record<string, string> = {}): Promise<Agent> {
  return agentOf(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }))
}

/** The real program over HTTP on a free port, gone when the test has finished. */
export async function startedHttp(url: string): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [...program, '--http', '--port', '0', '--url', url], {
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line)
      const match = /listening at (\S+)/.exec(line)
      if (match?.[1] !== undefined) resolve(match[1])
    })
    child.once('close', (code) => reject(new Error(`it exited with ${code}: ${lines.join('\n')}`)))
  })
  return { url: address, child }
}

async function agentOf(
  transport: StdioClientTransport | StreamableHTTPClientTransport,
): Promise<Agent> {
  const client = new Client({ name: 'test', version: '1.0.0' })
  await client.connect(transport)
  const answerOf = async (name: string, input: object, options?: CallOptions) => {
    const args = input as Record<string, unknown>
    const { content, isError } = await client.callTool(
      { name, arguments: args },
      undefined,
      options,
    )
    const [{ text }] = content as [{ text: string }]
    return { text, isError: isError === true }
  }
  return {
    client,
    async call<T>(tool: string, input: object = {}, options?: CallOptions) {
      const { text, isError } = await answerOf(tool, input, options)
      if (isError) throw new Error(`${tool} refused: ${text}`)
      return JSON.parse(text) as T
    },
    async refusal(tool, input = {}) {
      const { text, isError } = await answerOf(tool, input)
      if (!isError) throw new Error(`${tool} did not refuse: ${text}`)
      return (JSON.parse(text) as { error: Refusal }).error
    },
    [Symbol.asyncDispose]: () => client.close(),
  }
}

/** What `follow_session` answers. */
export interface Followed {
  readonly status: string
  readonly ended: boolean
  readonly attention: readonly { stepId: string; interactionId?: string }[]
  readonly events: readonly { seq: number; type: string; stepId?: string }[]
  readonly next: number
  readonly more: boolean
}

/** A step for whoever drives the session. */
export const client = (id: string, command: unknown, more: object = {}) => ({
  id,
  uses: 'client',
  with: { command, ...more },
})

export const types = ({ events }: Followed) => events.map(({ type }) => type)

/** How many follow a session's events now. */
export async function followers({ get }: Service): Promise<number> {
  const figures = await (await get('/metrics')).text()
  return Number(/^stepstream_stream_clients(?:\{.*\})? (\d+)/m.exec(figures)?.[1])
}
