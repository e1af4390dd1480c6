import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export interface S3Request {
  readonly method: string
  readonly key: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** A bucket behind real HTTP: enough of S3 for what we ask of it, strict where makers of S3 are. */
export interface S3Server extends AsyncDisposable {
  readonly endpoint: string
  readonly objects: Map<string, Buffer>
  readonly received: S3Request[]
  /** Answers instead of the bucket, as long as it returns true. */
  misbehave: ((request: S3Request, response: ServerResponse) => boolean) | undefined
  /** Bytes of objects that went out. */
  readonly bytesSent: () => number
  /** Requests that are not answered to their end. */
  readonly open: () => number
  goAway(): Promise<void>
  comeBack(): Promise<void>
}

const BUCKET = 'bucket'
const PAGE = 1000

export async function startS3(): Promise<S3Server> {
  const objects = new Map<string, Buffer>()
  let bytesSent = 0
  let open = 0
  const server = createServer(async (message, response) => {
    open += 1
    response.once('close', () => {
      open -= 1
    })
    const url = new URL(message.url ?? '', 'http://s3')
    const key = decodeURIComponent(url.pathname).slice(`/${BUCKET}/`.length)
    const { method = '', headers } = message
    // Whoever asked may go, and so may the server, before all of it has come.
    const body = await buffer(message).catch(() => undefined)
    if (body === undefined) return
    const request = { method, key, query: url.searchParams, headers, body }
    state.received.push(request)
    if (state.misbehave?.(request, response)) return
    const answer = faultOf(request, url.pathname) ?? act(objects, request)
    if (method === 'GET' && key !== '') bytesSent += answer.body?.length ?? 0
    response.writeHead(answer.status, answer.headers).end(answer.body)
  })
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  await listen(0)
  const { port } = server.address() as AddressInfo
  const state: S3Server = {
    endpoint: `http://127.0.0.1:${port}`,
    objects,
    received: [],
    misbehave: undefined,
    bytesSent: () => bytesSent,
    open: () => open,
    goAway: close,
    comeBack: () => listen(port),
    [Symbol.asyncDispose]: close,
  }
  return state
}

interface S3Answer {
  readonly status: number
  readonly headers?: Record<string, string | number>
  readonly body?: Buffer | string
}

/** What makers of S3 refuse. */
function faultOf({ headers, body, query }: S3Request, path: string): S3Answer | undefined {
  const signature =
    /^AWS4-HMAC-SHA256 Credential=key\/\d{8}\/eu-1\/s3\/aws4_request, .*Signature=[0-9a-f]{64}$/
  if (!signature.test(headers.authorization ?? '')) return error(403, 'AccessDenied')
  if (`${path}/`.startsWith(`/${BUCKET}/`) === false) return error(404, 'NoSuchBucket')
  const checksum = createHash('sha256').update(body).digest('hex')
  if (headers['x-amz-content-sha256'] !== checksum) return error(400, 'XAmzContentSHA256Mismatch')
  if (Object.keys(headers).some((name) => /^x-amz-(checksum-|trailer)/.test(name))) {
    return error(501, 'NotImplemented')
  }
  const md5 = createHash('md5').update(body).digest('base64')
  if (query.has('delete') && headers['content-md5'] !== md5) return error(400, 'MissingContentMD5')
  return undefined
}

function act(objects: Map<string, Buffer>, request: S3Request): S3Answer {
  const { method, key, query, body } = request
  if (method === 'GET' && key === '') return list(objects, query)
  if (method === 'GET') return get(objects.get(key), request.headers.range)
  if (method === 'PUT') objects.set(key, body)
  if (method === 'DELETE') objects.delete(key)
  if (method === 'POST' && query.has('delete')) return removeMany(objects, body.toString())
  return { status: method === 'DELETE' ? 204 : 200 }
}

function get(object: Buffer | undefined, range: string | undefined): S3Answer {
  if (object === undefined) return error(404, 'NoSuchKey')
  if (range === undefined) return { status: 200, body: object }
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? []
  const part = object.subarray(Number(from), Number(to) + 1)
  if (part.length === 0) return error(416, 'InvalidRange')
  const last = Number(from) + part.length - 1
  const headers = { 'content-range': `bytes ${from}-${last}/${object.length}` }
  return { status: 206, headers, body: part }
}

function list(objects: Map<string, Buffer>, query: URLSearchParams): S3Answer {
  const after = query.get('continuation-token') ?? ''
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after)
    .toSorted()
  const page = keys.slice(0, PAGE)
  const more = keys.length > PAGE
  const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ''
  const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('')
  const truncated = `<IsTruncated>${more}</IsTruncated>`
  return xml(200, `<ListBucketResult>${truncated}${contents}${next}</ListBucketResult>`)
}

function removeMany(objects: Map<string, Buffer>, body: string): S3Answer {
  const keys = [...body.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = '']) => key)
  if (keys.length === 0 || keys.length > PAGE) return error(400, 'MalformedXML')
  for (const key of keys) objects.delete(key)
  return xml(200, '<DeleteResult></DeleteResult>')
}

export function error(status: number, code: string): S3Answer {
  return xml(status, `<Error><Code>${code}</Code><Message>no</Message></Error>`)
}

function xml(status: number, content: string): S3Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>${content}`
  return { status, headers: { 'content-type': 'application/xml' }, body }
}
