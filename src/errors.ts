import type { JsonObject } from './json.ts'

/**
 * Every error Stepstream reports, by its stable code. `status` is the HTTP status of a refused
 * request (for a step's error: the status it would have been); `suggestedAction` says what to do;
 * `recoverable` whether a session that met it can go on, or be retried, once its cause is gone.
 * `docs/errors.md` is generated from this table.
 */
export const errors = {
  // A body that cannot be read
  MALFORMED_JSON: row(400, 'validation', 'low', 'Send valid JSON; the detail names the place.'),
  MALFORMED_YAML: row(400, 'validation', 'low', 'Send valid YAML; the detail names the line.'),
  EMPTY_BODY: row(
    400,
    'validation',
    'low',
    'Send a workflow: a JSON object, a JSON array of steps, or YAML.',
  ),
  UNSUPPORTED_MEDIA_TYPE: row(
    415,
    'validation',
    'low',
    'Send Content-Type: application/json or application/yaml (curl: use --json).',
  ),
  BODY_TOO_LARGE: row(
    413,
    'validation',
    'low',
    'Send a smaller body; put large data behind a URL.',
  ),
  // Faults inside a workflow
  WRONG_TYPE: row(400, 'validation', 'low', 'Correct the type of the value the pointer names.'),
  INVALID_VALUE: row(400, 'validation', 'low', 'Correct the value the pointer names.'),
  MISSING_FIELD: row(400, 'validation', 'low', 'Add the field the pointer names.'),
  UNKNOWN_FIELD: row(400, 'validation', 'low', 'Remove or correct the field the pointer names.'),
  NO_STEPS: row(400, 'validation', 'low', 'Send at least one step.'),
  TOO_MANY_STEPS: row(
    400,
    'validation',
    'low',
    'Split the workflow: it has more steps than one session may have.',
  ),
  STRING_TOO_LONG: row(400, 'validation', 'low', 'Shorten the string the pointer names.'),
  INVALID_CHARACTERS: row(
    400,
    'validation',
    'low',
    'Remove NUL characters and lone surrogates from the text.',
  ),
  NESTED_TOO_DEEP: row(400, 'validation', 'low', 'Flatten the value the pointer names.'),
  DUPLICATE_STEP_ID: row(400, 'validation', 'low', 'Give each step an id of its own.'),
  UNKNOWN_STEP: row(400, 'validation', 'low', 'Refer to a step id that the workflow has.'),
  DEPENDENCY_CYCLE: row(
    400,
    'validation',
    'low',
    'Remove one dependency of the cycle the detail spells out.',
  ),
  TIMEOUT_HIERARCHY: row(
    400,
    'validation',
    'low',
    'Keep session timeout ≥ step timeout ≥ request and connect timeout.',
  ),
  DURATION_WITHOUT_UNIT: row(
    400,
    'validation',
    'low',
    'Write durations as strings with a unit: "500ms", "30s", "1h30m".',
  ),
  INVALID_DURATION: row(400, 'validation', 'low', 'Write durations as "500ms", "30s", "1h30m".'),
  INVALID_EXPRESSION: row(
    400,
    'validation',
    'low',
    'Correct the CEL expression the pointer names.',
  ),
  UNKNOWN_EXECUTOR: row(
    400,
    'validation',
    'low',
    'Use one of the executors that GET /v1/executors lists.',
    true,
  ),
  UNREADABLE_SENTENCE: row(
    400,
    'validation',
    'low',
    'Write the step in one of the forms of docs/sentences.md, or as a structured step.',
  ),
  COMMAND_NOT_ALLOWED: row(
    400,
    'validation',
    'low',
    'Add the program to the COMMANDS setting, e.g. COMMANDS=git,node, and restart.',
    true,
  ),
  UNKNOWN_SECRET: row(
    400,
    'validation',
    'low',
    'Set the environment variable SECRET_<NAME> where the service runs.',
    true,
  ),
  INVALID_INPUTS: row(
    400,
    'validation',
    'low',
    'Send inputs that match the schema the workflow declares.',
  ),
  // Requests
  INVALID_QUERY: row(400, 'validation', 'low', 'Correct the query parameter the detail names.'),
  INVALID_CURSOR: row(
    400,
    'validation',
    'low',
    'Use the cursor of the previous page as it was given.',
  ),
  INVALID_HEADER: row(400, 'validation', 'low', 'Correct the header the detail names.'),
  NOT_ACCEPTABLE: row(406, 'validation', 'low', 'Accept one of the media types the detail lists.'),
  ROUTE_NOT_FOUND: row(404, 'user', 'low', 'See /docs for the routes there are.'),
  METHOD_NOT_ALLOWED: row(405, 'user', 'low', 'Use one of the methods in the Allow header.'),
  SESSION_NOT_FOUND: row(
    404,
    'user',
    'low',
    'Check the session id; sessions are removed some time after their end.',
  ),
  STEP_NOT_FOUND: row(
    404,
    'user',
    'low',
    'Check the step id; GET /v1/sessions/:id/steps lists them.',
  ),
  WORKFLOW_NOT_FOUND: row(
    404,
    'user',
    'low',
    'Check the name and the version; GET /v1/workflows lists the saved workflows.',
  ),
  SCHEDULE_NOT_FOUND: row(
    404,
    'user',
    'low',
    'Check the id; GET /v1/schedules lists the schedules.',
  ),
  TOO_MANY_SCHEDULES: row(
    409,
    'user',
    'medium',
    'Remove schedules that are no longer needed; those that have ended count as well.',
  ),
  BATCH_NOT_FOUND: row(404, 'user', 'low', 'Check the id; GET /v1/batches lists the batches.'),
  BATCH_ENDED: row(409, 'user', 'low', 'The batch has ended; POST …/retry starts a new one.'),
  BATCH_NOT_ENDED: row(409, 'user', 'low', 'Cancel the batch or wait for its end first.', true),
  TOO_MANY_BATCHES: row(409, 'user', 'medium', 'Remove batches that are no longer needed.'),
  HOOK_NOT_FOUND: row(404, 'user', 'low', 'Check the id; GET /v1/hooks lists the hooks.'),
  TOO_MANY_HOOKS: row(409, 'user', 'medium', 'Remove hooks that are no longer needed.'),
  HOOK_PAUSED: row(409, 'user', 'low', 'Resume the hook; what is sent to it until then is lost.'),
  INVALID_SIGNATURE: row(
    401,
    'user',
    'medium',
    'Sign the body as it is sent with the secret of the hook, and check the clock of the sender.',
  ),
  DELIVERY_NOT_FOUND: row(
    404,
    'user',
    'low',
    'Check the delivery id; GET /v1/sessions/:id/deliveries lists those there are.',
  ),
  ARTIFACT_NOT_FOUND: row(
    404,
    'user',
    'low',
    'Check the artifact id; artifacts are removed with their session.',
  ),
  SESSION_ENDED: row(
    409,
    'user',
    'low',
    'The session has ended and cannot be changed; start a new one.',
  ),
  INTERACTION_NOT_FOUND: row(
    404,
    'user',
    'low',
    'Check the id; GET /v1/interactions lists what is asked for.',
  ),
  INTERACTION_OVER: row(
    409,
    'user',
    'low',
    'It is not asked for any more; ask for what comes next.',
  ),
  INTERACTION_ANSWERED: row(
    409,
    'user',
    'low',
    'It was answered otherwise already; ask for what comes next.',
  ),
  INTERACTION_MISMATCH: row(
    409,
    'user',
    'low',
    'What it asks for is answered in another way; the detail says how.',
  ),
  NOT_AN_APPROVER: row(
    403,
    'user',
    'medium',
    'Have one of the approvers answer, or name the one who does as “actor”.',
  ),
  LINK_NOT_FOUND: row(
    404,
    'user',
    'low',
    'Open the link as it was sent, whole; if it is, ask for another one.',
  ),
  LINK_EXPIRED: row(
    410,
    'user',
    'low',
    'Ask for another link: its time, or that of its key, is over.',
  ),
  SIGNAL_NOT_AWAITED: row(
    409,
    'user',
    'low',
    'Check the name; the steps that wait for signals are those with “uses: signal”.',
  ),
  TOO_MANY_SIGNALS: retryableRow(
    429,
    'user',
    'low',
    'Wait until steps have taken some of the signals that the session keeps.',
  ),
  INTERACTION_CLAIMED: row(409, 'user', 'low', 'Another worker has it; claim another one.'),
  INTERACTION_LOST: row(409, 'user', 'low', 'The claim is over: stop the work and claim again.'),
  SESSION_NOT_ENDED: row(
    409,
    'user',
    'low',
    'Cancel the session and wait for its end first.',
    true,
  ),
  ILLEGAL_TRANSITION: row(
    409,
    'user',
    'low',
    'The session is in a state that does not allow this; see its status.',
    true,
  ),
  PRECONDITION_FAILED: row(
    412,
    'user',
    'low',
    'Read it again, and send If-Match with the ETag it has now.',
  ),
  IDEMPOTENCY_KEY_REUSED: row(
    422,
    'user',
    'low',
    'Use a new Idempotency-Key for a different request.',
  ),
  UNAUTHENTICATED: row(
    401,
    'user',
    'medium',
    'Send Authorization: Bearer <key> with a key of this service.',
  ),
  FORBIDDEN: row(
    403,
    'user',
    'medium',
    'Use a key with the scope the detail names, or have an admin make one.',
  ),
  CACHE_ENTRY_NOT_FOUND: row(
    404,
    'user',
    'low',
    'Check the id; GET /v1/step-cache lists the entries, and those that fail or lie unused go by themselves.',
  ),
  KEY_NOT_FOUND: row(404, 'user', 'low', 'Check the id; GET /v1/keys lists the keys.'),
  KEY_ENDED: row(409, 'user', 'low', 'The key was revoked or has expired; make a new one.'),
  TOO_MANY_KEYS: row(
    409,
    'user',
    'medium',
    'Revoke keys that are no longer needed; they count for 30 days more.',
  ),
  HOST_NOT_ALLOWED: row(
    403,
    'user',
    'medium',
    'Call the service by localhost, or list the host in ALLOWED_HOSTS.',
  ),
  ORIGIN_NOT_ALLOWED: row(403, 'user', 'medium', 'List the page’s origin in ALLOWED_ORIGINS.'),
  RATE_LIMITED: retryableRow(429, 'system', 'low', 'Wait as long as Retry-After says.'),
  CONCURRENCY_LIMIT: retryableRow(
    409,
    'user',
    'low',
    'Try again when a session of the concurrency key has ended, or use onLimit: queue.',
  ),
  TOO_MANY_SESSIONS: retryableRow(
    429,
    'system',
    'medium',
    'Wait as long as Retry-After says, or raise MAX_SESSIONS_QUEUED.',
  ),
  STORAGE_UNAVAILABLE: retryableRow(
    503,
    'system',
    'critical',
    'Try again later; the operator must check the disk or the database.',
  ),
  SHUTTING_DOWN: retryableRow(503, 'system', 'low', 'Try again in a few seconds.'),
  INTERNAL: row(
    500,
    'system',
    'critical',
    'Report the request id to the operator; the log has the cause.',
  ),
  // What a step can fail with
  STEP_TIMEOUT: retryableRow(
    408,
    'execution',
    'high',
    'Raise the step’s timeout or make the step smaller.',
  ),
  SESSION_TIMEOUT: row(
    408,
    'execution',
    'high',
    'Raise the workflow’s timeout or split the workflow.',
  ),
  REPEATS_USED_UP: row(
    408,
    'execution',
    'medium',
    'Raise maxTimes or the delay of “repeat”, or correct its condition.',
    true,
  ),
  ITEMS_FAILED: row(
    500,
    'execution',
    'high',
    'See the errors of the items; a retry of the step runs those again that failed.',
    true,
  ),
  START_TIMEOUT: row(
    408,
    'system',
    'medium',
    'Start it again when fewer sessions are queued, raise startBy, or run more replicas.',
    true,
  ),
  STEP_IDLE: retryableRow(
    408,
    'execution',
    'high',
    'Let the step tell its progress, or raise its idleTimeout.',
  ),
  GROUP_TIMEOUT: row(
    408,
    'execution',
    'high',
    'Raise the group’s timeout, let more of its steps run side by side, or make them smaller.',
    true,
  ),
  CLIENT_FAILED: row(
    502,
    'execution',
    'medium',
    'Whoever did the work says that it failed; see the message.',
  ),
  CLIENT_WARNED: row(
    502,
    'execution',
    'medium',
    'Whoever did the work warns, and onWarning makes that a failure; see the message.',
  ),
  RESULT_REFUSED: row(
    502,
    'execution',
    'medium',
    'The step does not accept the result of the work; see the message.',
  ),
  APPROVAL_REJECTED: row(
    403,
    'user',
    'medium',
    'Ask whoever rejected it; the note is in the session’s events.',
    true,
  ),
  FAILED_BY_PERSON: row(
    500,
    'user',
    'medium',
    'Ask whoever let the step fail; the reason is in the session’s events.',
    true,
  ),
  INTERRUPTED: row(
    500,
    'execution',
    'high',
    'The service stopped during the attempt and its outcome is unknown; check its effects, then run it again.',
  ),
  CANCELLED: row(
    500,
    'user',
    'medium',
    'The session was cancelled before this was done; do it by hand, or check whether it is needed.',
  ),
  ROLLED_BACK: row(
    500,
    'user',
    'medium',
    'The session was rolled back on request; see which steps were undone, then start it anew.',
    true,
  ),
  CHILD_FAILED: retryableRow(
    500,
    'execution',
    'medium',
    'See the causes, and the session that the details name; a retry starts another one.',
  ),
  CHILD_CANCELLED: row(
    409,
    'user',
    'low',
    'Somebody cancelled the session that the step ran; retry the step, or settle it.',
    true,
  ),
  CHILDREN_TOO_DEEP: row(
    400,
    'validation',
    'medium',
    'A workflow runs itself, perhaps by way of others: end the circle, or nest less.',
  ),
  EXPRESSION_FAILED: row(
    400,
    'execution',
    'medium',
    'Correct the expression or the data it reads.',
  ),
  INVALID_STEP_INPUT: row(
    400,
    'execution',
    'medium',
    'Correct what the expressions in “with” produce.',
  ),
  EXECUTOR_FAILED: row(500, 'execution', 'high', 'See the message; the executor threw an error.'),
  OUTPUT_TOO_LARGE: row(
    413,
    'execution',
    'medium',
    'Make the step produce less output, or raise the limit.',
  ),
  NETWORK_ERROR: retryableRow(
    502,
    'integration',
    'medium',
    'Check that the address can be reached from the service.',
  ),
  REQUEST_TIMEOUT: retryableRow(
    504,
    'integration',
    'medium',
    'Raise the request timeout or check the server called.',
  ),
  UNEXPECTED_STATUS: row(
    502,
    'integration',
    'medium',
    'Check the response; list the status in “expect” if it is fine.',
  ),
  RESPONSE_TOO_LARGE: row(
    502,
    'integration',
    'medium',
    'Ask for less, or raise “maxResponseBytes”.',
  ),
  TOO_MANY_REDIRECTS: row(
    502,
    'integration',
    'medium',
    'Call the final URL, or raise “maxRedirects”.',
  ),
  ADDRESS_REFUSED: row(
    403,
    'integration',
    'high',
    'Private addresses are refused; list the host or range in OUTBOUND_ALLOW if it is meant.',
  ),
  AUTHENTICATION_FAILED: row(502, 'integration', 'high', 'Check the secret named in “auth”.'),
  COMMAND_EXITED: row(
    500,
    'execution',
    'medium',
    'See the exit code and the output of the command.',
  ),
  COMMAND_KILLED: row(500, 'execution', 'high', 'A signal ended the command; see the message.'),
  COMMAND_NOT_FOUND: row(500, 'execution', 'medium', 'Install the program or give its path.'),
  // Browser and AI
  NO_BROWSER: row(
    400,
    'validation',
    'medium',
    'Install Chromium where the service runs, or set CHROMIUM_PATH.',
  ),
  BROWSER_UNAVAILABLE: retryableRow(
    503,
    'integration',
    'high',
    'Install Chromium, or set CHROMIUM_PATH; the message says what was tried.',
  ),
  BROWSER_LOST: retryableRow(
    500,
    'integration',
    'medium',
    'The browser or its page crashed; the next attempt gets a new one.',
  ),
  TARGET_NOT_FOUND: retryableRow(
    422,
    'execution',
    'medium',
    'Name the element as the page shows it; details.candidates lists what comes nearest.',
  ),
  TARGET_AMBIGUOUS: row(
    422,
    'execution',
    'medium',
    'Say which one: first, second, "in the row of …"; details.candidates lists them.',
  ),
  TARGET_COVERED: retryableRow(
    422,
    'execution',
    'medium',
    'Something lies over the element: close it first, or wait until it is gone.',
  ),
  TARGET_NOT_READY: retryableRow(
    422,
    'execution',
    'medium',
    'The element is hidden, disabled or moving: wait for it, or act on another one.',
  ),
  PAGE_FAILED: retryableRow(
    502,
    'integration',
    'medium',
    'The page could not be opened, or answered with an error: check its address and its server.',
  ),
  ASSERTION_FAILED: row(
    422,
    'execution',
    'medium',
    'The page does not show what was claimed; the message says what it shows.',
  ),
  ACTION_NOT_VERIFIED: retryableRow(
    422,
    'execution',
    'medium',
    'The page did not take the action as it was meant; the message says what was seen instead.',
  ),
  SECRET_NOT_ALLOWED: row(
    403,
    'user',
    'medium',
    'Name the origin of the page beside the secret in SECRET_ORIGINS.',
  ),
  FILE_REFUSED: row(
    422,
    'execution',
    'medium',
    'The file is too large, or none of the session; the message says which.',
  ),
  AI_NEEDED: row(
    400,
    'validation',
    'low',
    'Write the sentence in a form that is known, or set AI_BASE_URL and AI_MODEL.',
  ),
  AI_UNAVAILABLE: retryableRow(
    503,
    'integration',
    'high',
    'Check that the AI endpoint answers, and try again.',
  ),
  AI_REFUSED: row(
    502,
    'integration',
    'high',
    'The AI endpoint refuses the request: check AI_API_KEY, AI_MODEL and AI_BASE_URL.',
  ),
  AI_ANSWER_INVALID: retryableRow(
    502,
    'integration',
    'medium',
    'The model did not answer in the form asked for; try again, or use another model.',
  ),
  AI_LIMIT_REACHED: row(
    422,
    'execution',
    'medium',
    'The limit that the message names was reached: raise it, or make the step smaller.',
  ),
  AI_GAVE_UP: row(
    422,
    'execution',
    'medium',
    'The AI found no way; the message says why. Reword the step, or take it apart.',
  ),
  AI_UNVERIFIED: row(
    422,
    'execution',
    'medium',
    'The AI said it was done, and the page does not show it.',
  ),
} satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof errors

export interface ErrorRow {
  readonly status: number
  readonly category: 'validation' | 'execution' | 'integration' | 'system' | 'user'
  readonly severity: 'low' | 'medium' | 'high' | 'critical'
  readonly retryable: boolean
  readonly recoverable: boolean
  readonly suggestedAction: string
}

/** One fault in a request body: `pointer` is an RFC 6901 JSON pointer to it. */
export interface Fault {
  readonly pointer: string
  readonly code: ErrorCode
  readonly message: string
}

export interface ErrorOptions {
  /** What helps whoever reads it, such as what came nearest. Kept with a step's error. */
  readonly details?: JsonObject
  readonly faults?: readonly Fault[]
  readonly retryAfterMs?: number
  readonly cause?: unknown
}

/** A refusal with a row in the table. `message` is safe to show to the caller. */
export class StepstreamError extends Error {
  readonly code: ErrorCode
  readonly faults: readonly Fault[]
  readonly retryAfterMs: number | undefined
  readonly details: JsonObject | undefined

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'StepstreamError'
    this.code = code
    this.faults = options.faults ?? []
    this.retryAfterMs = options.retryAfterMs
    this.details = options.details
  }

  /** The error for a body with faults: its code is the first fault's. */
  static fromFaults(faults: readonly [Fault, ...Fault[]]): StepstreamError {
    const [first, ...rest] = faults
    const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`
    return new StepstreamError(first.code, `${first.pointer || '/'}: ${first.message}${more}`, {
      faults,
    })
  }
}

function row(
  status: number,
  category: ErrorRow['category'],
  severity: ErrorRow['severity'],
  suggestedAction: string,
  // What happens while steps run can be tried again once its cause is gone.
  recoverable = category === 'execution' || category === 'integration',
): ErrorRow {
  return { status, category, severity, retryable: false, recoverable, suggestedAction }
}

function retryableRow(
  status: number,
  category: ErrorRow['category'],
  severity: ErrorRow['severity'],
  suggestedAction: string,
): ErrorRow {
  return { status, category, severity, retryable: true, recoverable: true, suggestedAction }
}
