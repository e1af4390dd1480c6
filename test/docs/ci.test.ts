import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { folderOf, run } from '../cli/support/program.ts'
import { startService } from '../support/service.ts'
import { readPage } from './pages.ts'

describe('docs/ci.md', () => {
  let page: string

  beforeAll(async () => {
    page = await readPage('docs/ci.md')
  })

  test('has examples that are YAML', () => {
    const blocks = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = '']) => text)
    expect(blocks).toHaveLength(3)
    for (const block of blocks) expect(parse(block)).toBeInstanceOf(Object)
  })

  test('calls the program with options that it has', async () => {
    const calls = [...page.matchAll(/npx stepstream (run|plan) (.*)$/gm)]
    expect(calls.length).toBeGreaterThan(4)
    const cwd = await folderOf()
    const helps = new Map<string, string>()
    for (const [, name = '', rest = ''] of calls) {
      const help = helps.get(name) ?? (await run([name, '--help'], { cwd })).stdout
      helps.set(name, help)
      for (const [option] of rest.matchAll(/(?<!\S)--[a-z-]+/g)) expect(help).toContain(option)
    }
  })

  test('has a job that is run again show the session that there is', async () => {
    await using service = await startService()
    const put = { method: 'PUT', headers: { 'content-type': 'application/json' } }
    const body = JSON.stringify({ inputs: { tag: {} }, steps: ['Wait 10 ms'] })
    await fetch(`${service.url}/v1/workflows/deploy`, { ...put, body })
    const args = ['run', '--workflow', 'deploy@1', '--input', 'tag=v1']
    const how = { cwd: await folderOf(), env: { STEPSTREAM_URL: service.url } }
    const again = () => run([...args, '--idempotency-key', 'deploy-7', '--json'], how)
    const first = await again()
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(await again()).toEqual(first)
  })
})
