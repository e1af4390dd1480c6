import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { startService } from '../support/service.ts'
import { readPage } from './pages.ts'

const defaults: Readonly<Record<string, unknown>> = readConfig({})

describe('docs/operation.md', () => {
  test('lists the metrics that the service has', async () => {
    await using service = await startService()
    const scraped = await (await service.get('/metrics')).text()
    const served = [...scraped.matchAll(/^# TYPE (stepstream_\w+)/gm)].map(([, name]) => name)
    const listed = [...(await readPage('docs/operation.md')).matchAll(/`(stepstream_\w+)/g)]
    expect(new Set(listed.map(([, name]) => name))).toEqual(new Set(served))
  })
})

describe('the tables of limits', () => {
  test.each(['docs/operation.md', 'docs/workflows.md'])('of %s give the defaults', async (path) => {
    const rows = [...(await readPage(path)).matchAll(/^\| (.+) \| (.+) \| `([A-Z_]+)` \|$/gm)]
    const limits = rows.filter(([, , limit = '']) => /^[\d,]+( MiB)?$/.test(limit))
    expect(limits.length).toBeGreaterThan(1)
    for (const [row, , limit = '', setting = ''] of limits) {
      expect(limit, row).toBe(inWords(Number(defaults[setting]), limit))
    }
  })
})

test('the README’s limits are the defaults', async () => {
  const page = await readPage('README.md')
  for (const [text, setting, unit] of [
    ['$ steps', 'MAX_STEPS', 1],
    ['$ minutes running', 'SESSION_TIMEOUT', 60_000],
    ['$ minutes per attempt', 'STEP_TIMEOUT', 60_000],
    ['$ s per request', 'REQUEST_TIMEOUT', 1000],
    ['$ sessions run', 'MAX_SESSIONS_RUNNING', 1],
    ['$ queue at once', 'MAX_SESSIONS_QUEUED', 1],
    ['$ starts a minute', 'MAX_SESSIONS_PER_MINUTE', 1],
    ['$ open streams', 'STREAM_MAX_FOLLOWERS', 1],
    ['Bodies up to $ MiB', 'MAX_BODY_BYTES', 2 ** 20],
    ['$ MiB of a command', 'OUTPUT_LIMIT_BYTES', 2 ** 20],
    ['$ days', 'SESSION_TTL', 86_400_000],
  ] as const) {
    const value = (Number(defaults[setting]) / unit).toLocaleString('en')
    expect(page, setting).toContain(text.replace('$', value))
  }
})

function inWords(value: number, like: string): string {
  return like.endsWith(' MiB') ? `${value / 2 ** 20} MiB` : value.toLocaleString('en')
}
