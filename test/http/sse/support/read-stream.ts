import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'

export interface OpenStream {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly response: IncomingMessage
  /** Everything received so far. */
  text(): string
  bytes(): Buffer
  /** Resolves once what was received contains `part`; rejects if the stream ends before. */
  until(part: string): Promise<string>
  /** Resolves with everything when the stream has ended cleanly. */
  ended(): Promise<string>
  destroy(): void
}

/** Opens a stream over a real socket of its own and collects its bytes. */
export async function openStream(
  url: string,
  headers: Record<string, string> = { accept: 'text/event-stream' },
): Promise<OpenStream> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers, agent: false }, resolve).on('error', reject)
  })
  const chunks: Buffer[] = []
  const waiting = new Set<() => void>()
  const notify = () => {
    for (const check of [...waiting]) check()
  }
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    notify()
  })
  response.on('close', notify)
  response.on('error', notify)
  const bytes = () => Buffer.concat(chunks)
  const text = () => bytes().toString('utf8')
  const wait = (done: () => boolean, give: string) =>
    new Promise<string>((resolve, reject) => {
      const check = () => {
        if (done()) {
          waiting.delete(check)
          resolve(text())
        } else if (response.closed) {
          waiting.delete(check)
          reject(new Error(`the stream ended without ${give}: ${text().slice(-500)}`))
        }
      }
      waiting.add(check)
      check()
    })
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    response,
    text,
    bytes,
    until: (part) => wait(() => text().includes(part), JSON.stringify(part)),
    ended: () => wait(() => response.complete && response.closed, 'its end'),
    destroy: () => response.destroy(),
  }
}
