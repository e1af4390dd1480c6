import parseDuration from 'parse-duration'
import { z } from 'zod'
import { readAiConnections } from './ai-settings.ts'
import { rateLimitForm, readRateLimit } from './rate-limit.ts'

/** A duration setting, "7d" or "500ms", in milliseconds. */
const duration = (byDefault: string) =>
  z
    .string()
    .regex(/^(\d+(\.\d+)?(ms|s|m|h|d))+$/, 'a duration with a unit, such as 500ms, 30s or 1h30m')
    .default(byDefault)
    .transform((text) => parseDuration(text) ?? 0)

const count = (byDefault: number, minimum = 1) =>
  z.coerce.number().int().min(minimum).default(byDefault)

const price = z.coerce.number().min(0).max(1_000_000).default(0)

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )

const rateLimit = z.string().transform((text, context) => {
  const limit = readRateLimit(text)
  if (limit !== undefined) return limit
  context.addIssue({ code: 'custom', message: `${text} is not ${rateLimitForm}` })
  return z.NEVER
})

/** `NAME=https://shop.example`: a secret, and the origin of pages that it may be filled into. */
const secretOrigin = z.string().transform((text, context) => {
  const [, name = '', url = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=(https?:\/\/.+)$/.exec(text) ?? []
  const origin = URL.parse(url)?.origin
  if (origin !== undefined) return { name, origin }
  context.addIssue({ code: 'custom', message: `${text} is not NAME=https://origin` })
  return z.NEVER
})

/** Every setting there is; `.env.example` and `docs/configuration.md` are generated from this. */
export const settings = {
  HOST: z
    .string()
    .default('127.0.0.1')
    .describe('The address to listen on. Beyond loopback, every route but the probes needs a key.'),
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(8080)
    .describe('The port to listen on; 0 takes a free one.'),
  DATA_DIR: z
    .string()
    .default('./data')
    .describe('The folder of the embedded store and the artifacts; made if missing.'),
  DATABASE_URL: z
    .string()
    .regex(/^(postgres(ql)?:\/\/.+)?$/, 'a URL that begins with postgres://')
    .default('')
    .describe(
      'The Postgres that several replicas share, as postgres://user:password@host/database. Empty: the embedded store in DATA_DIR.',
    ),
  DATABASE_POOL: count(10).describe('How many connections one replica reads with.'),
  DATABASE_CONNECT_TIMEOUT: duration('5s').describe(
    'The limit of making a connection to the database.',
  ),
  DATABASE_STATEMENT_TIMEOUT: duration('10s').describe('The limit of one database statement.'),
  DATABASE_TLS: z
    .enum(['url', 'off', 'require', 'verify'])
    .default('url')
    .describe(
      'url: as sslmode in DATABASE_URL says, off without it. require: encrypted. verify: encrypted, with a certificate that is checked.',
    ),
  DATABASE_CA_FILE: z
    .string()
    .default('')
    .describe('The PEM file that DATABASE_TLS=verify checks against. Empty: the system’s.'),
  ARTIFACTS_URL: z
    .string()
    .regex(/^((file|s3):\/\/.+)?$/, 'a URL that begins with file:// or s3://')
    .default('')
    .describe(
      'Where artifacts are: file:///folder that all replicas share, or s3://bucket/prefix?endpoint=…&region=…. Empty: beside the store, in DATA_DIR or in Postgres.',
    ),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('The least severe log line to write.'),
  LOG_FORMAT: z
    .enum(['json', 'plain'])
    .default('json')
    .describe(
      'json for machines, plain for people; at a terminal it is plain unless this says otherwise.',
    ),
  API_KEYS: list.describe(
    'Keys as name:secret pairs, separated by commas. Absent: one is made at the first start beyond loopback and printed once.',
  ),
  REQUIRE_KEYS: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe(
      'true: every route but the probes needs a key on loopback too, where API_KEYS is empty.',
    ),
  ALLOWED_ORIGINS: list.describe(
    'Origins of web pages that may call the service, separated by commas.',
  ),
  ALLOWED_HOSTS: list.describe(
    'Host names the service answers to beside the loopback names and HOST.',
  ),
  COMMANDS: list.describe('Programs that command steps may run, separated by commas. Empty: none.'),
  WORK_DIR: z
    .string()
    .default('./data/work')
    .describe('The folder that command steps run in; made if missing.'),
  OUTBOUND_ALLOW: list.describe(
    'Private hosts, addresses or CIDR ranges that outbound requests may reach, separated by commas.',
  ),
  SECRET_ORIGINS: list
    .pipe(z.array(secretOrigin))
    .transform((pairs) => Map.groupBy(pairs, ({ name }) => name))
    .transform(
      (byName) =>
        new Map([...byName].map(([name, pairs]) => [name, pairs.map(({ origin }) => origin)])),
    )
    .describe(
      'Which pages a secret may be filled into by browser steps, as NAME=https://origin for SECRET_<NAME>, separated by commas. Empty: none.',
    ),
  EXECUTORS_DIR: z.string().default('').describe('A folder of executor files to load at start.'),
  SESSION_TTL: duration('7d').describe('How long an ended session is kept.'),
  AUDIT_TTL: duration('90d').describe('How long an entry of the audit log is kept.'),
  STEP_CACHE_TTL: duration('30d').describe(
    'How long steps that were found once are kept for doing them again, after their last use.',
  ),
  STREAM_TTL: duration('1h').describe('How long an idle stream stays in the memory buffer.'),
  STREAM_MAX_EVENTS: count(1000).describe(
    'How many of a session’s last events the memory buffer holds.',
  ),
  STREAM_HEARTBEAT: duration('15s').describe(
    'The pause after which a silent stream gets a comment.',
  ),
  STREAM_MAX_FOLLOWERS: count(10_000).describe('How many streams may be open at once.'),
  SESSION_TIMEOUT: duration('30m').describe(
    'The default limit of a session’s running time; twice its estimated duration where that is longer.',
  ),
  STEP_TIMEOUT: duration('5m').describe('The default limit of one attempt.'),
  REQUEST_TIMEOUT: duration('30s').describe('The default limit of one outbound request.'),
  CONNECT_TIMEOUT: duration('10s').describe('The default limit of making an outbound connection.'),
  MAX_STEPS: count(500).describe('The most steps one session may have.'),
  MAX_BODY_BYTES: count(5_242_880).describe('The largest request body.'),
  MAX_SESSIONS_RUNNING: count(1000).describe(
    'How many sessions run at once; parked ones do not count.',
  ),
  MAX_SESSIONS_QUEUED: count(100_000).describe(
    'How many sessions may wait for a place before new ones are refused.',
  ),
  MAX_SESSIONS_PER_MINUTE: count(60_000).describe(
    'How many sessions one key or address may create in a minute.',
  ),
  RATE_LIMITS: list
    .pipe(z.array(rateLimit))
    .refine((limits) => new Set(limits.map(({ uses }) => uses)).size === limits.length, {
      error: 'one limit for each executor',
    })
    .describe(
      'How many attempts of a kind of step may begin in which time, all replicas together, as executor=count/time: webhook=100/1s,command=10/1m. Empty: as many as want to.',
    ),
  CHROMIUM_PATH: z
    .string()
    .default('')
    .describe(
      'The Chromium or Chrome of browser steps. Empty: the first that is installed, else the one Playwright has downloaded.',
    ),
  MAX_BROWSERS: count(20).describe(
    'How many sessions have a browser open at once; the steps of others wait. Some 50 MB each.',
  ),
  BROWSER_IDLE: duration('5m').describe(
    'How long the browser of a session stays open between its steps; then it is saved, closed, and built anew when needed.',
  ),
  OUTPUT_LIMIT_BYTES: count(1_048_576).describe('How much output of one attempt is kept.'),
  AI_BASE_URL: z
    .string()
    .refine(isHttpUrl, 'a URL that begins with http:// or https://')
    .default('')
    .describe(
      'The OpenAI-compatible endpoint of the AI connection `default`, as https://host/v1. Empty: none. A private address is reached as OUTBOUND_ALLOW says.',
    ),
  AI_MODEL: z.string().default('').describe('The model that it is asked for.'),
  AI_API_KEY: z.string().default('').describe('The key it is called with. Empty: without one.'),
  AI_PROMPT_PRICE: price.describe('What a million prompt tokens of it cost; 0: not known.'),
  AI_COMPLETION_PRICE: price.describe('What a million completion tokens of it cost; 0: not known.'),
  AI_CONNECTIONS: z
    .string()
    .default('')
    .transform(readAiConnections)
    .describe(
      'More AI connections by name, as a JSON object: {"fast":{"baseUrl":"https://host/v1","model":"small","apiKey":"…","promptPrice":0.2,"completionPrice":0.8}}. All but baseUrl and model may be left out.',
    ),
  AI_TIMEOUT: duration('60s').describe('The limit of one call of a model.'),
  AI_STEP_MAX_ACTIONS: count(50).describe(
    'The most actions that limits.actions of a step may name.',
  ),
  AI_STEP_MAX_TOKENS: count(250_000).describe(
    'The most prompt tokens that limits.promptTokens of a step may name.',
  ),
  AI_STEP_MAX_TIME: duration('10m').describe(
    'The longest time that limits.time of a step may name.',
  ),
  AI_SESSION_MAX_ACTIONS: count(500).describe('The most actions that the AI does in one session.'),
  AI_SESSION_MAX_TOKENS: count(2_000_000).describe(
    'The most tokens that the AI uses in one session, those of prompts and of answers together.',
  ),
  AI_SESSION_MAX_COST: price.describe(
    'The most that the AI may cost in one session, by the prices of its connections; 0: no limit.',
  ),
  SHUTDOWN_GRACE: duration('10s').describe('How long running attempts may finish after SIGTERM.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .refine(isHttpUrl, 'a URL that begins with http:// or https://')
    .default('')
    .describe(
      'The OpenTelemetry collector that spans are sent to, over OTLP/HTTP, as http://host:4318. Empty: no spans.',
    ),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .refine(isHeaderList, 'name=value pairs, separated by commas')
    .default('')
    .describe('Headers for the collector as name=value pairs, separated by commas; URL-encoded.'),
  OTEL_SERVICE_NAME: z.string().default('stepstream').describe('What the spans say they are from.'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe(
      'The share of sessions that are traced, from 0 to 1, where the caller sends no traceparent that says.',
    ),
} as const

const schema = z.object(settings)

/** The service's settings; durations are in milliseconds. */
export type Config = z.infer<typeof schema> & {
  /** `SECRET_<NAME>` of the environment by name. */
  readonly secrets: ReadonlyMap<string, string>
}

/** Raised for a wrong setting: its message names the setting, the value and what is allowed. */
export class ConfigError extends Error {}

const secretSettings = new Set([
  'AI_API_KEY',
  'AI_CONNECTIONS',
  'API_KEYS',
  'DATABASE_URL',
  'ARTIFACTS_URL',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
])

/**
 * Reads the settings from an environment.
 * @throws ConfigError naming every wrong setting
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => describeFault(issue, environment)).join('\n'),
    )
  }
  checkTimeouts(parsed.data)
  checkAi(parsed.data)
  return { ...parsed.data, secrets: readSecrets(environment) }
}

function describeFault(
  issue: z.core.$ZodIssue,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const name = String(issue.path[0])
  const value = secretSettings.has(name) ? '(hidden)' : JSON.stringify(environment[name])
  return `${name}=${value} is not allowed: ${issue.message}`
}

function isHttpUrl(text: string): boolean {
  return text === '' || (/^https?:/.test(text) && URL.canParse(text))
}

function isHeaderList(text: string): boolean {
  return text === '' || text.split(',').every((pair) => /^\s*[^=\s]+=.*\S/.test(pair))
}

function checkTimeouts(config: z.infer<typeof schema>): void {
  if (config.SESSION_TIMEOUT < config.STEP_TIMEOUT) {
    throw new ConfigError('SESSION_TIMEOUT must be at least STEP_TIMEOUT')
  }
  if (config.STEP_TIMEOUT < Math.max(config.REQUEST_TIMEOUT, config.CONNECT_TIMEOUT)) {
    throw new ConfigError('STEP_TIMEOUT must be at least REQUEST_TIMEOUT and CONNECT_TIMEOUT')
  }
}

function checkAi({ AI_BASE_URL, AI_MODEL, AI_CONNECTIONS }: z.infer<typeof schema>): void {
  if ((AI_BASE_URL === '') !== (AI_MODEL === '')) {
    throw new ConfigError('AI_BASE_URL and AI_MODEL go together: set both, or neither')
  }
  if (AI_BASE_URL !== '' && AI_CONNECTIONS.has('default')) {
    throw new ConfigError('AI_CONNECTIONS names default, which AI_BASE_URL is already')
  }
}

function readSecrets(
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>()
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith('SECRET_') && value) secrets.set(name.slice('SECRET_'.length), value)
  }
  return secrets
}
