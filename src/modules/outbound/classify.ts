import { StepstreamError } from '../../errors.ts'

const CONNECT_TIMEOUT = 'UND_ERR_CONNECT_TIMEOUT'

/** What went wrong with a request, by a code of the table; the cause is kept. */
export function classify(error: unknown, url: string): StepstreamError {
  if (error instanceof StepstreamError) return error
  const { host } = new URL(url)
  const { code, message } = describe(error)
  switch (code) {
    case CONNECT_TIMEOUT:
      return new StepstreamError('REQUEST_TIMEOUT', `${host} took too long to connect`, {
        cause: error,
      })
    case 'UND_ERR_HEADERS_OVERFLOW':
      return new StepstreamError('RESPONSE_TOO_LARGE', `The headers of ${host} are too large`, {
        cause: error,
      })
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_NOT_SUPPORTED':
      return new StepstreamError('INVALID_STEP_INPUT', `The request is not valid: ${message}`, {
        cause: error,
      })
    default:
      return new StepstreamError('NETWORK_ERROR', `${host}: ${message}`, { cause: error })
  }
}

/** When every address of a host fails, the faults come together; the first one speaks for all. */
function describe(error: unknown): { code: string | undefined; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0])
  if (!(error instanceof Error)) return { code: undefined, message: String(error) }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return { code, message: error.message || code || error.name }
}
