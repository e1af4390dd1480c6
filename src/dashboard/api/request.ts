import type { Problem } from '../../http/problem.ts'
import { noteLost, noteReached } from '../live/connection.ts'
import { ProblemError, UnreachableError } from './problem.ts'

const TIMEOUT_MS = 20_000

export interface Sending {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is; with its type. */
  readonly text?: { readonly content: string; readonly type: string }
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/**
 * Asks the API, and tells the banner whether it could be reached.
 * @throws ProblemError, UnreachableError
 */
export async function request<T>(path: string, sending: Sending = {}): Promise<T> {
  const response = await send(path, sending)
  if (!response.ok) throw new ProblemError(await problemOf(response))
  if (response.status === 204) return undefined as T
  return (await response.json()) as T
}

async function send(path: string, sending: Sending): Promise<Response> {
  const { method = 'GET', body, text, headers = {}, signal } = sending
  const limit = AbortSignal.timeout(TIMEOUT_MS)
  const content = text ?? (body === undefined ? undefined : jsonOf(body))
  try {
    const response = await fetch(path, {
      method,
      headers: {
        accept: 'application/json',
        ...(content === undefined ? {} : { 'content-type': content.type }),
        ...headers,
      },
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      ...(content === undefined ? {} : { body: content.content }),
    })
    noteReached()
    return response
  } catch (error) {
    if (signal?.aborted) throw error
    noteLost()
    throw new UnreachableError(error)
  }
}

function jsonOf(body: unknown) {
  return { content: JSON.stringify(body), type: 'application/json' }
}

/** Something in between may have answered instead of the service. */
async function problemOf(response: Response): Promise<Problem> {
  const type = response.headers.get('content-type') ?? ''
  if (type.startsWith('application/problem+json')) return (await response.json()) as Problem
  const { status, statusText } = response
  return {
    type: 'about:blank',
    title: statusText,
    status,
    detail: `The answer was ${status} ${statusText}, and not one of the service’s own.`,
    id: '',
    code: 'INTERNAL',
    category: 'system',
    severity: 'high',
    retryable: true,
    recoverable: true,
    suggestedAction: 'Look at what stands between this page and the service.',
    requestId: response.headers.get('x-request-id') ?? '',
  }
}

/** Labels are one text in the address of a page, separated by commas, and several parameters in the API. */
export function labelsOf(text: string | undefined): readonly string[] | undefined {
  return text?.split(',').map((one) => one.trim())
}

/** A query of what is set; lists become one parameter each. */
export function queryOf(
  values: Readonly<Record<string, string | number | readonly string[] | undefined>>,
): string {
  const pairs = Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === ''
      ? []
      : [value].flat().map((one) => [name, String(one)] as [string, string]),
  )
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}
