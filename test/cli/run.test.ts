import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { LoggedEvent } from '../../src/session/events.ts'
import { bearer, operatorSecret, withKeys } from '../support/keys.ts'
import { startProcess } from '../support/server-process.ts'
import { startService } from '../support/service.ts'
import { ended, json, start, until } from '../support/sessions.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { folderOf, run, started } from './support/program.ts'

/** Waits until somebody says go, and then some. */
const held = JSON.stringify({
  steps: [{ id: 'gate', uses: 'signal', with: { name: 'go' } }, 'Wait 10 ms'],
})
const failing = JSON.stringify({
  steps: [{ id: 'bad', uses: 'command', with: { run: ['node', '-e', 'process.exit(3)'] } }],
})

describe('run without a service', () => {
  test('starts one, shows clean lines, and exits with 0 when the session completed', async () => {
    const cwd = await folderOf()
    const input = '# two waits\nWait 10 ms\n\n  Wait 20 ms\n'
    const { code, stdout, stderr } = await run(['run', '-'], { cwd, stdin: input })
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const lines = stdout.trimEnd().split('\n')
    // Each begins with the time of day, and has nothing that only terminals understand.
    expect(lines.filter((line) => !/^\d\d:\d\d:\d\d\.\d{3} [^\p{Cc}]+$/u.test(line))).toEqual([])
    expect(lines[0]).toContain('session created with 2 steps')
    expect(lines.at(-1)).toContain('session completed')
    expect(stderr).toMatch(/own service at http:\/\/127\.0\.0\.1:\d+, data in \.\/data$/m)
    expect(stderr).toMatch(/^✔ completed in .* {2}2 of 2 steps completed {2}ses_\w+$/m)
    // Its own log is nowhere.
    expect(stdout + stderr).not.toContain('listening')
  })

  test('exits with 1 when the session failed, and says why and what to do', async () => {
    const cwd = await folderOf({ 'list.json': failing })
    const env = { COMMANDS: 'node' }
    const { code, stderr } = await run(['run', 'list.json'], { cwd, env })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^✖ failed in /m)
    expect(stderr).toMatch(/^ {2}bad: .*\(COMMAND_EXITED\)$/m)
  })

  test('exits with 2 and the place of each fault in the file', async () => {
    const yaml =
      'name: x\nsteps:\n  - Wait 1 second\n  - id: b\n    uses: nonsense\n  - Dance a little\n'
    const cwd = await folderOf({
      'list.yaml': yaml,
      'list.txt': 'Wait 1 second\n\n  Dance a little\n',
    })
    await using service = await startService()
    const at = ['--url', service.url]
    for (const args of [['run', ...at], ['plan', ...at], ['plan']]) {
      const refused = await run([...args, 'list.yaml'], { cwd })
      expect(refused).toMatchObject({ code: 2, stdout: '' })
      expect(refused.stderr).toMatch(/^list\.yaml:5:11: there is no executor "nonsense"/)
      expect(refused.stderr).toMatch(/^list\.yaml:6:5: /m)
    }
    const ofText = await run(['plan', 'list.txt', ...at], { cwd })
    expect(ofText).toMatchObject({ code: 2, stdout: '' })
    expect(ofText.stderr).toMatch(/^list\.txt:3:3: /m)
  })

  test('takes the settings of .env, keys that it needs, and puts its log where it is told', async () => {
    const cwd = await folderOf({
      '.env': `DATA_DIR=./elsewhere\n${Object.entries(withKeys).map(([name, value]) => `${name}=${value}`)}\n`,
      'list.txt': 'Wait 10 ms',
    })
    const options = ['--service-log', 'service.log', '--quiet']
    expect(await run(['run', 'list.txt', ...options], { cwd })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
    expect(await readFile(join(cwd, 'service.log'), 'utf8')).toContain('"status":"completed"')
    expect(await readFile(join(cwd, 'elsewhere/lock'))).toBeDefined()
  })

  test('says what to do when another service holds the data folder', async () => {
    const cwd = await folderOf({ 'list.txt': 'Wait 10 ms' })
    await using _ = await startService({ DATA_DIR: join(cwd, 'data') }, {})
    const { code, stdout, stderr } = await run(['run', 'list.txt'], { cwd })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/data folder \.\/data is in use by another Stepstream process/)
    expect(stderr).toContain('To run it there: --url')
    // What a plan needs is not in it.
    expect(await run(['plan', 'list.txt'], { cwd })).toMatchObject({ code: 0 })
  })

  test('killed in mid-session leaves a session that the next service on the folder ends', async () => {
    const cwd = await folderOf({ 'list.json': held })
    const child = started(['run', 'list.json', '--json'], { cwd })
    const sessionId = await waitingSession(child)
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
    const service = await startProcess({ DATA_DIR: join(cwd, 'data') })
    onTestFinished(() => void service.stop())
    await fetch(`${service.url}/v1/sessions/${sessionId}/signals/go`, { method: 'POST' })
    const events = await ended(service, sessionId)
    expect(events.at(-1)?.type).toBe('session.completed')
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stops in order by %s, and exits with %i', async (signal, code) => {
    const cwd = await folderOf({ 'list.json': held })
    const child = started(['run', 'list.json'], { cwd })
    const [stderr, exit] = [text(child.stderr), once(child, 'exit')]
    await lineOf(child, /gate: waits for the signal/)
    child.kill(signal)
    expect(await exit).toEqual([code, null])
    expect(await stderr).toMatch(/ses_\w+ is kept, and goes on with the next `stepstream serve`/)
    expect(await stderr).toMatch(
      /gate waits: the signal "go"\. Answer: stepstream signal ses_\w+ go --url http/,
    )
  })
})

describe('run with a service', () => {
  test('sends what is written as it is, and what is said beside it', async () => {
    await using service = await startService()
    const yaml = `
inputs: { version: { type: string }, count: { type: integer }, list: {} }
labels: { team: a }
steps: ["Wait 10 ms"]
`
    const cwd = await folderOf({ 'w.yaml': yaml, 'inputs.yaml': 'list: [1, 2]' })
    const beside = ['--input', 'version=1.10', '--input', 'count=3', '--inputs', 'inputs.yaml']
    const options = ['--label', 'env=ci', '--url', service.url, '--json']
    const { code, stdout } = await run(['run', 'w.yaml', ...beside, ...options], { cwd })
    expect(code).toBe(0)
    const [created] = eventsIn(stdout)
    const plan = await json(service.get(`/v1/sessions/${created?.sessionId}/plan`))
    expect(plan['inputs']).toEqual({ version: '1.10', count: 3, list: [1, 2] })
    expect(plan['labels']).toEqual({ team: 'a', env: 'ci' })
    const wrong = await run(['run', 'w.yaml', '--input', 'count=x', '--url', service.url], { cwd })
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr).toMatch(/^inputs\/count: /m)
  })

  test('starts a saved workflow, by its version too', async () => {
    await using service = await startService()
    const save = (name: string, steps: string[]) =>
      fetch(`${service.url}/v1/workflows/${name}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ inputs: { tag: { type: 'string' } }, steps }),
      })
    await save('nap', ['Wait 10 ms'])
    await save('nap', ['Wait 10 ms', 'Wait 20 ms'])
    const cwd = await folderOf()
    const options = ['--input', 'tag=7', '--url', service.url, '--json']
    const first = await run(['run', '--workflow', 'nap@1', ...options], { cwd })
    expect(first.code).toBe(0)
    expect(eventsIn(first.stdout)[0]).toMatchObject({ data: { totalSteps: 1 } })
    const current = await run(['run', '--workflow', 'nap', ...options], { cwd })
    expect(eventsIn(current.stdout)[0]).toMatchObject({ data: { totalSteps: 2 } })
    const none = await run(['run', '--workflow', 'nobody', '--url', service.url], { cwd })
    expect(none).toMatchObject({ code: 1, stdout: '' })
    expect(none.stderr).toContain('WORKFLOW_NOT_FOUND')
  })

  test('--json writes each event as a line and nothing else, and lines are those of text/plain', async () => {
    await using service = await startService()
    const cwd = await folderOf({ 'list.txt': 'Wait 10 ms' })
    const at = ['--url', service.url]
    const ofRun = await run(['run', 'list.txt', '--json', ...at], { cwd })
    expect(ofRun).toMatchObject({ code: 0, stderr: '' })
    const events = eventsIn(ofRun.stdout)
    const { sessionId } = events[0]!
    expect(events).toEqual(await ended(service, sessionId))
    const followed = await run(['follow', sessionId, ...at], { cwd })
    const plain = await service.get(`/v1/sessions/${sessionId}/events`, { accept: 'text/plain' })
    expect(followed).toMatchObject({ code: 0, stdout: await plain.text() })
    const tail = await run(['follow', sessionId, '--after', '3', '--json', ...at], { cwd })
    expect(eventsIn(tail.stdout)).toEqual(events.slice(3))
    expect(await run(['follow', sessionId, '--from-now', '--quiet', ...at], { cwd })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
  })

  test('--detach prints the id and leaves; the same key starts nothing new', async () => {
    await using service = await startService()
    const cwd = await folderOf({ 'list.txt': 'Wait 10 ms' })
    const options = ['--detach', '--idempotency-key', 'once']
    const env = { STEPSTREAM_URL: service.url }
    const first = await run(['run', 'list.txt', ...options], { cwd, env })
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toMatch(/^ses_\w+\n$/)
    expect(await run(['run', 'list.txt', ...options], { cwd, env })).toEqual(first)
    expect((await ended(service, first.stdout.trim())).at(-1)?.type).toBe('session.completed')
    expect(await run(['run', 'list.txt', '--detach'], { cwd })).toMatchObject({ code: 2 })
  })

  test('exits with 2 when the session is cancelled', async () => {
    await using service = await startService()
    const sessionId = await start(service, held)
    const child = started(['follow', sessionId, '--url', service.url, '--quiet'], {
      cwd: await folderOf(),
    })
    const [stdout, stderr, exit] = [text(child.stdout), text(child.stderr), once(child, 'exit')]
    await until(service, sessionId, 'interaction.created')
    await service.post(`/v1/sessions/${sessionId}/cancel`, { reason: 'no more' })
    expect(await exit).toEqual([2, null])
    expect(await stdout).toBe('')
    expect(await stderr).toMatch(/^⊘ cancelled in .*\n {2}no more\n$/)
  })

  test('tells the page of the session, where the dashboard is built', async () => {
    const cwd = await folderOf({
      'list.txt': 'Wait 10 ms',
      'index.html': '<title>Stepstream</title>',
    })
    await using service = await startService({}, { dashboard: cwd })
    const { stderr } = await run(['run', 'list.txt', '--url', service.url], { cwd })
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
      new RegExp(`^${service.url}/sessions/ses_\\w+$`),
    )
  })

  test('exits with 1 when a session goes on with errors', async () => {
    await using service = await startService({ COMMANDS: 'node' })
    const workflow = { ...JSON.parse(failing), onFailure: 'continue' }
    const cwd = await folderOf({ 'list.json': JSON.stringify(workflow) })
    const { code, stderr } = await run(['run', 'list.json', '--url', service.url], { cwd })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^✖ completed with errors in /m)
  })

  test('leaves by a signal what goes on without it', async () => {
    await using service = await startService()
    const sessionId = await start(service, held)
    const child = started(['follow', sessionId, '--url', service.url], { cwd: await folderOf() })
    const [stderr, exit] = [text(child.stderr), once(child, 'exit')]
    await lineOf(child, /gate: waits/)
    child.kill('SIGINT')
    expect(await exit).toEqual([130, null])
    expect(await stderr).toContain(
      `${sessionId} goes on without this program; \`stepstream follow ${sessionId} --url ${service.url}\``,
    )
    await service.post(`/v1/sessions/${sessionId}/signals/go`)
    expect((await ended(service, sessionId)).at(-1)?.type).toBe('session.completed')
  })

  test('says that a connection is lost, and resumes without a gap', async () => {
    await using service = await startService()
    await using proxy = await startTcpProxy(Number(new URL(service.url).port))
    const sessionId = await start(service, held)
    const child = started(['follow', sessionId, '--url', `http://127.0.0.1:${proxy.port}`], {
      cwd: await folderOf(),
    })
    const [stdout, stderr, exit] = [text(child.stdout), text(child.stderr), once(child, 'exit')]
    await lineOf(child, /gate: waits/)
    proxy.cut()
    await lineIn(child.stderr, /connection lost \(.*\); resumes by itself/)
    proxy.restore()
    await lineIn(child.stderr, /connected again/)
    await service.post(`/v1/sessions/${sessionId}/signals/go`)
    expect(await exit).toEqual([0, null])
    const plain = await service.get(`/v1/sessions/${sessionId}/events`, { accept: 'text/plain' })
    expect(await stdout).toBe(await plain.text())
    expect(await stderr).toMatch(/✔ completed/)
  })

  test('leaves when nobody reads on', async () => {
    await using service = await startService()
    const gate = (name: string) => ({ id: name, uses: 'signal', with: { name } })
    const sessionId = await start(service, { steps: [gate('first'), gate('second')] })
    const child = started(['follow', sessionId, '--url', service.url], { cwd: await folderOf() })
    const exit = once(child, 'exit')
    await lineOf(child, /first: waits/)
    child.stdout.destroy()
    await service.post(`/v1/sessions/${sessionId}/signals/first`)
    expect(await exit).toEqual([141, null])
    await service.post(`/v1/sessions/${sessionId}/signals/second`)
    expect((await ended(service, sessionId)).at(-1)?.type).toBe('session.completed')
  })

  test.each([
    [['run', 'nowhere.txt'], 2, /^error: ENOENT/],
    [['run'], 2, /^error: name a file/],
    [['run', 'a.txt', '--workflow', 'b'], 2, /^error: name a file/],
    [['run', 'bad.json', '--label', 'a=b'], 2, /^bad\.json:1:\d+: /],
    [['follow', 'ses_01M7YACS9J5ZMKG3BV2R6R0ZHC'], 1, /SESSION_NOT_FOUND/],
    [['follow', 'ses_1', '--after', 'x'], 2, /Expected the number of an event/],
    [['run', '-', '--json', '--quiet'], 2, /cannot be used with/],
  ])('refuses %j with %i', async (args, code, message) => {
    await using service = await startService()
    const cwd = await folderOf({ 'bad.json': '{"steps": [' })
    const refused = await run([...args, '--url', service.url], { cwd })
    expect(refused).toMatchObject({ code, stdout: '' })
    expect(refused.stderr).toMatch(message)
  })

  test('needs the key that the service asks for, and exits with 1 where there is no service', async () => {
    await using service = await startService(withKeys)
    const cwd = await folderOf({ 'list.txt': 'Wait 10 ms' })
    const env = { STEPSTREAM_URL: service.url }
    expect(await run(['run', 'list.txt'], { cwd, env })).toMatchObject({ code: 1, stdout: '' })
    const keyed = { ...env, STEPSTREAM_KEY: operatorSecret }
    expect(await run(['run', 'list.txt', '--quiet'], { cwd, env: keyed })).toMatchObject({
      code: 0,
    })
    const list = await json<{ sessions: unknown[] }>(
      service.get('/v1/sessions', bearer(operatorSecret)),
    )
    expect(list.sessions).toHaveLength(1)
    const nobody = await run(['run', 'list.txt', '--url', 'http://127.0.0.1:1'], { cwd })
    expect(nobody).toMatchObject({ code: 1, stdout: '' })
    expect(nobody.stderr).toContain('cannot be reached')
  })
})

describe('plan', () => {
  test('shows the layers, what depends on what, and warnings at their places', async () => {
    await using service = await startService()
    const yaml = `
name: restock
steps:
  - { id: a, uses: wait, with: { for: 1s }, dependsOn: [] }
  - { id: b, uses: wait, with: { for: 1s }, dependsOn: [] }
  - { id: c, dependsOn: [a, b], when: "1 < 2", uses: wait, with: { for: 2s } }
`
    const cwd = await folderOf({ 'w.yaml': yaml })
    const { code, stdout } = await run(['plan', 'w.yaml', '--url', service.url], { cwd })
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^restock\n3 steps, about 3s; .*\nlayer 1\n {2}a {2}wait\n {2}b {2}wait\nlayer 2\n {2}c {2}wait {2}after a, b; when 1 < 2\n$/,
    )
    const asJson = await run(['plan', 'w.yaml', '--json', '--url', service.url], { cwd })
    expect(JSON.parse(asJson.stdout)).toMatchObject({ name: 'restock', steps: [{}, {}, {}] })
    const { sessions } = await json<{ sessions: unknown[] }>(service.get('/v1/sessions'))
    expect(sessions).toEqual([])
  })
})

function eventsIn(stdout: string): LoggedEvent[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LoggedEvent)
}

type Child = ReturnType<typeof started>

/** The first line of standard output that says so. */
function lineOf(child: Child, pattern: RegExp): Promise<string> {
  return lineIn(child.stdout, pattern)
}

function lineIn(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = ''
    const onData = (chunk: Buffer) => {
      seen += chunk.toString()
      const line = seen.split('\n').find((part) => pattern.test(part))
      if (line === undefined) return
      stream.off('data', onData)
      resolve(line)
    }
    stream.on('data', onData)
    stream.once('end', () => reject(new Error(`no line says ${pattern}: ${seen}`)))
  })
}

/** The session that a run with --json has started, once it waits. */
async function waitingSession(child: Child): Promise<string> {
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as LoggedEvent
    if (event.type === 'interaction.created') return event.sessionId
  }
  throw new Error('it ended before it waited')
}
