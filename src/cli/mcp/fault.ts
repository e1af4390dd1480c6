import { z } from 'zod'

/** What a refused request answers; loosely, since a newer service may say more. */
const problemSchema = z.looseObject({
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  suggestedAction: z.string().optional(),
  retryable: z.boolean().optional(),
  id: z.string().optional(),
  faults: z
    .array(z.looseObject({ pointer: z.string(), code: z.string(), message: z.string() }))
    .optional(),
})

/** Why the service did not do what it was asked for, for a model that is to correct itself. */
export interface Fault {
  readonly code: string
  readonly detail: string
  readonly status?: number | undefined
  readonly faults?: readonly { pointer: string; code: string; message: string }[] | undefined
  readonly suggestedAction?: string | undefined
  readonly retryable?: boolean | undefined
  readonly retryAfterSeconds?: number | undefined
  /** Names this occurrence, also in the log of the service. */
  readonly id?: string | undefined
}

export class ServiceFault extends Error {
  readonly fault: Fault

  constructor(fault: Fault, options?: ErrorOptions) {
    super(`${fault.code}: ${fault.detail}`, options)
    this.fault = fault
  }
}

const PREVIEW_CHARS = 300

/** The fault that an answer is which is no success. */
export async function faultOf(response: Response): Promise<ServiceFault> {
  const text = await response.text()
  const problem = problemSchema.safeParse(jsonOf(text))
  if (!problem.success) return strangeAnswer(response, text)
  const { status, code, detail, suggestedAction, retryable, id, faults } = problem.data
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new ServiceFault({
    code,
    status,
    detail,
    faults: faults?.map(({ pointer, code, message }) => ({ pointer, code, message })),
    suggestedAction,
    retryable,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
    id,
  })
}

/** What comes from a proxy, or from something else than Stepstream. */
export function strangeAnswer({ status, url }: Response, text: string): ServiceFault {
  return new ServiceFault({
    code: 'UNEXPECTED_ANSWER',
    status,
    detail: `${url} answered ${status} with no JSON of Stepstream: ${text.slice(0, PREVIEW_CHARS)}`,
    suggestedAction: 'Check that the URL this server was started with leads to Stepstream.',
    retryable: status >= 500,
  })
}

/** A service that is away. */
export function unreachable(url: string, error: unknown): ServiceFault {
  return new ServiceFault(
    {
      code: 'SERVICE_UNREACHABLE',
      detail: `Stepstream at ${url} cannot be reached: ${reasonOf(error)}`,
      suggestedAction:
        'Check that the service runs and that the URL is right, then call again; sessions go on when it is back.',
      retryable: true,
    },
    { cause: error },
  )
}

/** `fetch` hides why it failed in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  return cause.message || (cause as NodeJS.ErrnoException).code || error.message
}

/** Undefined where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
