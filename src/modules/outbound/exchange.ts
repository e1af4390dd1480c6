import type { Dispatcher } from 'undici'
import { StepstreamError } from '../../errors.ts'
import { isFollowed } from './redirect.ts'
import type { OutboundHead, OutboundRequest, OutboundResponse } from './types.ts'

/**
 * One request and its response, without redirects; the body is counted as it arrives. When `signal`
 * aborts it rejects at once, also while still connecting, and nothing of the request is sent later.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: OutboundRequest,
  signal: AbortSignal,
): Promise<OutboundResponse> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined
    let response: Omit<OutboundResponse, 'body'> | undefined
    let bytes = 0
    const chunks: Buffer[] = []

    const stop = (): void => {
      const reason = new Error('the request was aborted', { cause: signal.reason })
      controller?.abort(reason)
      reject(reason)
    }
    const settle = (done: () => void): void => {
      signal.removeEventListener('abort', stop)
      done()
    }
    const refuseSize = (): void =>
      controller?.abort(
        new StepstreamError(
          'RESPONSE_TOO_LARGE',
          `The response of ${new URL(request.url).host} is larger than ${request.maxResponseBytes} bytes`,
        ),
      )

    const tell = (chunk: Buffer, head: OutboundHead): void => {
      try {
        request.onData?.(chunk, head)
      } catch (error) {
        controller?.abort(error instanceof Error ? error : new Error(String(error)))
      }
    }

    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    dispatcher.dispatch(toDispatch(request), {
      onRequestStart(started) {
        controller = started
        if (signal.aborted) stop()
      },
      onResponseStart(_, status, headers) {
        if (status < 200) return
        response = { status, headers: withoutUndefined(headers), url: request.url }
        const announced = Number(headers['content-length'])
        if (request.method !== 'HEAD' && announced > request.maxResponseBytes) refuseSize()
      },
      onResponseData(_, chunk) {
        bytes += chunk.byteLength
        if (bytes > request.maxResponseBytes) return refuseSize()
        chunks.push(chunk)
        if (response !== undefined && !isFollowed(request, response)) tell(chunk, response)
      },
      onResponseEnd() {
        const [only] = chunks
        const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks)
        settle(() => (response ? resolve({ ...response, body }) : reject(new Error('no response'))))
      },
      onResponseError(_, error) {
        settle(() => reject(error))
      },
    })
  })
}

function toDispatch(request: OutboundRequest): Dispatcher.DispatchOptions {
  const url = new URL(request.url)
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method: request.method,
    headers: request.headers,
    body: request.body ?? null,
  }
}

function withoutUndefined(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string | string[]] => !!entry[1]),
  )
}
