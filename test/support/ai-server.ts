import type { ServerResponse } from 'node:http'
import { type LocalServer, type ReceivedRequest, startServer } from './local-server.ts'

/** What a model is asked, as its server gets it. */
export interface AskedOfModel {
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly stream?: boolean
  readonly stream_options?: object
  readonly response_format?: {
    readonly type: string
    readonly json_schema?: { readonly strict: boolean; readonly schema: object }
  }
  readonly max_tokens?: number
  readonly max_completion_tokens?: number
}

/** One thing that the server does when it is asked. */
export type Turn = (asked: AskedOfModel, response: ServerResponse, request: ReceivedRequest) => void

export interface AiServer extends AsyncDisposable {
  /** For AI_BASE_URL. */
  readonly baseUrl: string
  /** What it was asked, the models' list aside. */
  readonly asked: readonly AskedOfModel[]
  readonly requests: LocalServer['received']
  /** Does these next, in order; one that is asked beyond them answers 500. */
  script(...turns: readonly Turn[]): AiServer
  /** How many turns are left. */
  readonly left: number
}

/** A server that speaks the protocol of a model and says what a test has written for it. */
export async function startAiServer(...script: readonly Turn[]): Promise<AiServer> {
  const turns = [...script]
  const asked: AskedOfModel[] = []
  const server = await startServer((request, response) => {
    if (request.path === '/v1/models') return sendJson(response, 200, { object: 'list', data: [] })
    if (request.path !== '/v1/chat/completions') return sendJson(response, 404, {})
    const question = JSON.parse(request.body) as AskedOfModel
    asked.push(question)
    const turn = turns.shift() ?? fails(500, 'the script is over')
    turn(question, response, request)
  })
  const ai: AiServer = {
    baseUrl: `${server.url}/v1`,
    asked,
    requests: server.received,
    get left() {
      return turns.length
    },
    script(...more) {
      turns.push(...more)
      return ai
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
  return ai
}

export interface Said {
  readonly reasoning?: string
  readonly finish?: string
  readonly refusal?: string
  /** Null: the server does not count. */
  readonly usage?: object | null
}

const usual = { prompt_tokens: 100, completion_tokens: 10 }

/** Answers with a text, streamed where that is asked for. */
export function says(content: string, said: Said = {}): Turn {
  return (asked, response) => {
    if (asked.stream) return void stream(asked, response, pieces(content), said)
    const { reasoning, refusal, finish = 'stop', usage = usual } = said
    sendJson(response, 200, {
      choices: [
        {
          message: { role: 'assistant', content, reasoning_content: reasoning, refusal },
          finish_reason: finish,
        },
      ],
      ...(usage === null ? {} : { usage }),
    })
  }
}

/** Answers with JSON. */
export const answers = (value: unknown, said?: Said): Turn => says(JSON.stringify(value), said)

/** Answers as a server does that knows no streams. */
export const saysAtOnce =
  (content: string, said?: Said): Turn =>
  (asked, response, request) =>
    says(content, said)({ ...asked, stream: false }, response, request)

/** Answers with JSON in a fence, with words around it. */
export const fenced = (value: unknown): Turn =>
  says(`Here you are:\n\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\`\nAnything else?`)

export const prose = (text = 'I would click the button.'): Turn => says(text)
export const empty = (): Turn => says('')
export const malformed = (): Turn => says('{"a": 1,')
export const truncated = (value: unknown): Turn =>
  says(JSON.stringify(value).slice(0, -5), { finish: 'length' })

/** Fails as servers do, in OpenAI's form. */
export function fails(status: number, message: string, headers: Record<string, string> = {}): Turn {
  return (_, response) => sendJson(response, status, { error: { message } }, headers)
}

/** Never answers. */
export const hangs = (): Turn => () => {}

/** Cuts the connection off. */
export const drops = (): Turn => (_, response) => void response.destroy()

/** Begins a stream and ends it before the answer is whole. */
export const breaksOff =
  (content: string): Turn =>
  (_, response) => {
    begin(response)
    send(response, { choices: [{ delta: { content } }] })
    response.end()
  }

/** Streams bit by bit; `goOn` is awaited after each bit of the reasoning. */
export const slowly =
  (content: string, goOn: () => Promise<void>, said: Said = {}): Turn =>
  (asked, response) =>
    void stream(asked, response, pieces(content), said, goOn)

/** Says this only where a question has it in it; else it fails the question. */
export const whenAsked =
  (words: string | RegExp, turn: Turn): Turn =>
  (asked, response, request) => {
    const all = asked.messages.map(({ content }) => content).join('\n')
    const isAsked = typeof words === 'string' ? all.includes(words) : words.test(all)
    if (isAsked) return turn(asked, response, request)
    fails(400, `the question does not say ${words}:\n${all.slice(0, 2000)}`)(
      asked,
      response,
      request,
    )
  }

async function stream(
  asked: AskedOfModel,
  response: ServerResponse,
  parts: readonly string[],
  { reasoning, refusal, finish = 'stop', usage = usual }: Said,
  goOn?: () => Promise<void>,
): Promise<void> {
  begin(response)
  for (const piece of reasoning === undefined ? [] : pieces(reasoning)) {
    send(response, { choices: [{ delta: { reasoning_content: piece } }] })
    await goOn?.()
  }
  for (const content of parts) {
    send(response, { choices: [{ delta: { content } }] })
  }
  if (refusal !== undefined) send(response, { choices: [{ delta: { refusal } }] })
  send(response, { choices: [{ delta: {}, finish_reason: finish }] })
  if (usage !== null && asked.stream_options !== undefined) send(response, { choices: [], usage })
  response.end('data: [DONE]\n\n')
}

function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
}

function send(response: ServerResponse, chunk: object): void {
  response.write(`data: ${JSON.stringify(chunk)}\n\n`)
}

/** Cut where a stream may cut: in the middle of words, and of characters' pairs. */
function pieces(text: string): readonly string[] {
  return text === '' ? [''] : (text.match(/[\s\S]{1,17}/g) ?? [])
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}
