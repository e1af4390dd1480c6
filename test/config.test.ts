import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect, test } from 'vitest'
import { aiConnectionsOf } from '../src/ai-settings.ts'
import { ConfigError, readConfig, settings } from '../src/config.ts'

const root = join(import.meta.dirname, '..')

describe('reading the settings', () => {
  test('gives every setting its default in an empty environment', () => {
    expect(readConfig({})).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 8080,
      DATA_DIR: './data',
      LOG_LEVEL: 'info',
      COMMANDS: [],
      EXECUTORS_DIR: '',
      SESSION_TTL: 7 * 24 * 60 * 60 * 1000,
      SHUTDOWN_GRACE: 10_000,
      secrets: new Map(),
    })
  })

  test('has a description for every setting', () => {
    const undescribed = Object.entries(settings).filter(([, schema]) => !schema.description)
    expect(undescribed.map(([name]) => name)).toEqual([])
  })

  test('reads numbers, choices, lists and durations', () => {
    const config = readConfig({
      PORT: '0',
      LOG_FORMAT: 'plain',
      COMMANDS: ' git, node ,,',
      STEP_TIMEOUT: '1h30m',
      SESSION_TIMEOUT: '1.5h',
      RATE_LIMITS: 'webhook=100/1s, command=10/1m',
    })
    expect(config.RATE_LIMITS).toEqual([
      { uses: 'webhook', count: 100, windowMs: 1000 },
      { uses: 'command', count: 10, windowMs: 60_000 },
    ])
    expect(config.PORT).toBe(0)
    expect(config.LOG_FORMAT).toBe('plain')
    expect(config.COMMANDS).toEqual(['git', 'node'])
    expect(config.STEP_TIMEOUT).toBe(5_400_000)
    expect(config.SESSION_TIMEOUT).toBe(5_400_000)
  })

  test('reads AI connections, and never shows what they hold', () => {
    const fast = { baseUrl: 'http://127.0.0.1:1234/v1', model: 'small', apiKey: 'sk-secret' }
    const noPrices = { promptPrice: 0, completionPrice: 0 }
    const first = { baseUrl: 'https://ai.test/v1', model: 'm' }
    const config = readConfig({
      AI_BASE_URL: first.baseUrl,
      AI_MODEL: first.model,
      AI_CONNECTIONS: JSON.stringify({ fast }),
    })
    expect([...aiConnectionsOf(config)]).toEqual([
      ['default', { ...first, apiKey: '', ...noPrices }],
      ['fast', { ...fast, ...noPrices }],
    ])
    expect([...aiConnectionsOf(readConfig({}))]).toEqual([])
    for (const AI_CONNECTIONS of [
      'sk-secret',
      JSON.stringify({ fast: { ...fast, model: '' } }),
      JSON.stringify({ fast: { ...fast, key: 'sk-secret' } }),
      JSON.stringify({ 'not a name': fast }),
    ]) {
      const read = () => readConfig({ AI_CONNECTIONS })
      expect(read).toThrow(/^AI_CONNECTIONS=\(hidden\) is not allowed: /)
      expect(read).not.toThrow(/sk-secret/)
    }
    expect(() => readConfig({ AI_BASE_URL: 'https://ai.test/v1' })).toThrow('go together')
    const both = { AI_BASE_URL: fast.baseUrl, AI_MODEL: 'm' }
    expect(() =>
      readConfig({ ...both, AI_CONNECTIONS: JSON.stringify({ default: fast }) }),
    ).toThrow('names default')
  })

  test('takes an empty value as not set', () => {
    expect(readConfig({ PORT: '', SESSION_TTL: '', API_KEYS: '', SECRET_A: '' })).toEqual(
      readConfig({}),
    )
  })

  test('ignores variables that are no settings', () => {
    expect(readConfig({ PATH: '/bin', PROT: '1', port: '1' })).toEqual(readConfig({}))
  })

  test('collects secrets by name', () => {
    const { secrets } = readConfig({ SECRET_TOKEN: 't', SECRET_DB_URL: 'u', NOSECRET_X: 'x' })
    expect(Object.fromEntries(secrets)).toEqual({ TOKEN: 't', DB_URL: 'u' })
  })
})

test('origins of secrets are read by name, an address standing for its origin', () => {
  const { SECRET_ORIGINS } = readConfig({
    SECRET_ORIGINS:
      'PASSWORD=https://shop.example/login, PIN=http://localhost:9100,PASSWORD=https://b.example',
  })
  expect(Object.fromEntries(SECRET_ORIGINS)).toEqual({
    PASSWORD: ['https://shop.example', 'https://b.example'],
    PIN: ['http://localhost:9100'],
  })
})

describe('a wrong setting', () => {
  test.each([
    ['PORT', 'abc', 'number'],
    ['PORT', '80.5', 'int'],
    ['PORT', '70000', '65535'],
    ['PORT', '-1', '>=0'],
    ['LOG_LEVEL', 'loud', '"trace"'],
    ['LOG_FORMAT', 'xml', '"plain"'],
    ['MAX_STEPS', '0', '>=1'],
    ['STEP_TIMEOUT', '30', 'a duration with a unit'],
    ['SESSION_TTL', 'a week', 'a duration with a unit'],
    ['SHUTDOWN_GRACE', '-5s', 'a duration with a unit'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5', '<=1'],
    ['SECRET_ORIGINS', 'PASSWORD=shop.example', 'PASSWORD=shop.example is not NAME=https://origin'],
    ['RATE_LIMITS', 'webhook=1/1s,wait', 'wait is not executor=count/time, such as'],
    ['RATE_LIMITS', 'wait=1/1s,wait=2/1s', 'one limit for each executor'],
  ])(
    '%s=%s stops the start, naming the setting, the value and what is allowed',
    (name, value, allowed) => {
      const message = refusalOf({ [name]: value })
      expect(message).toContain(`${name}="${value}"`)
      expect(message).toContain(allowed)
    },
  )

  test('is named together with every other wrong one', () => {
    const lines = refusalOf({ PORT: 'x', LOG_LEVEL: 'y', MAX_STEPS: 'z' }).split('\n')
    expect(lines.map((line) => line.split('=')[0])).toEqual(['PORT', 'LOG_LEVEL', 'MAX_STEPS'])
  })

  test('never shows a secret, whatever else is wrong', () => {
    const message = refusalOf({ PORT: 'x', API_KEYS: 'ci:hunter2', SECRET_TOKEN: 'hunter2' })
    expect(message).toContain('PORT')
    expect(message).not.toContain('hunter2')
  })
})

describe('the hierarchy of timeouts', () => {
  test.each([
    [
      'a step longer than its session',
      { SESSION_TIMEOUT: '1m', STEP_TIMEOUT: '2m' },
      'SESSION_TIMEOUT',
    ],
    ['a request longer than its step', { STEP_TIMEOUT: '20s' }, 'REQUEST_TIMEOUT'],
    [
      'a connection longer than its step',
      { STEP_TIMEOUT: '5s', REQUEST_TIMEOUT: '5s' },
      'CONNECT_TIMEOUT',
    ],
  ])('refuses %s', (_, environment, named) => {
    const message = refusalOf(environment)
    expect(message).toContain('STEP_TIMEOUT')
    expect(message).toContain(named)
  })

  test('accepts equal limits', () => {
    const all = {
      SESSION_TIMEOUT: '9s',
      STEP_TIMEOUT: '9s',
      REQUEST_TIMEOUT: '9s',
      CONNECT_TIMEOUT: '9s',
    }
    expect(readConfig(all)).toMatchObject({ SESSION_TIMEOUT: 9000, CONNECT_TIMEOUT: 9000 })
  })
})

describe('.env.example', () => {
  test('lists every setting and reads back as the defaults', async () => {
    const example = parseEnv(await readFile(join(root, '.env.example'), 'utf8'))
    expect(new Set(Object.keys(example))).toEqual(new Set(Object.keys(settings)))
    expect(readConfig(example)).toEqual(readConfig({}))
  })
})

/** The message of the error that the environment is refused with. */
function refusalOf(environment: Record<string, string>): string {
  try {
    readConfig(environment)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).message
  }
  throw new Error('the settings were accepted')
}
