import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { noop } from '../support/hand-executor.ts'
import { type HookAnswer, saveWorkflow } from '../support/hooks.ts'
import { startService } from '../support/service.ts'
import { ended, json } from '../support/sessions.ts'
import { examples } from './run-example.ts'

const run = promisify(execFile)

test('send-webhook.mjs calls the hook of hook.yaml, which greets new people only', async () => {
  const secret = 'a secret for tests only'
  await using service = await startService({ SECRET_HOOK: secret }, { executors: [noop] })
  const text = { type: 'string' }
  const steps = [{ uses: 'noop', set: { said: "inputs.who + ' (' + inputs.from + ')'" } }]
  await saveWorkflow(service, 'greet', {
    inputs: { who: text, from: text },
    vars: { said: text },
    steps,
  })
  const body = await readFile(join(examples, 'hook.yaml'), 'utf8')
  const type = { 'content-type': 'application/yaml' }
  const { hookId } = await json<HookAnswer>(service.post('/v1/hooks', body, type))
  const send = async (what: string, sender = secret) => {
    const script = join(examples, 'send-webhook.mjs')
    const sent = { type: what, source: 'shop', user: { name: 'Ada' } }
    const url = `${service.url}/v1/hooks/${hookId}/trigger`
    return (await run(process.execPath, [script, url, sender, JSON.stringify(sent)])).stdout.trim()
  }
  expect(await send('user.removed')).toBe('204')
  expect(await send('user.created', 'another')).toMatch(/^401 .*INVALID_SIGNATURE/)
  const [status, answer = ''] = (await send('user.created')).split(' ')
  expect(status).toBe('202')
  const { sessionId } = JSON.parse(answer) as { sessionId: string }
  await ended(service, sessionId)
  expect(await json(service.get(`/v1/sessions/${sessionId}`))).toMatchObject({
    variables: { said: 'Ada (shop, by send-webhook)' },
  })
})
