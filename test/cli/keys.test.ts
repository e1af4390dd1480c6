import { afterAll, beforeAll, expect, test } from 'vitest'
import { as, operatorSecret, withKeys } from '../support/keys.ts'
import { type Service, startService } from '../support/service.ts'
import { commandLine, fields, type HowRun, patient, type Ran, runnerOf } from './support/program.ts'
import { atTerminal } from './support/shell-terminal.ts'
import { hasTerminals } from './support/terminal.ts'

let service: Service
let stepstream: (args: readonly string[], how?: HowRun) => Promise<Ran>

beforeAll(async () => {
  service = await startService(withKeys)
  stepstream = runnerOf(service.url, operatorSecret)
}, patient.timeout)

afterAll(() => service[Symbol.asyncDispose]())

test('the secret of a new key is all that is written to standard output', patient, async () => {
  const options = ['--scope', 'read', 'run', '--expires-in', '90d']
  const made = await stepstream(['keys', 'create', 'the shop', ...options])
  expect(made.code).toBe(0)
  expect(made.stdout).toMatch(/^sk_\S+\n$/)
  expect(made.stderr).toMatch(/^\S+ the shop \(default\): read, run, until \S+Z\n/)
  expect(made.stderr).toContain('not shown again')
  expect(made.stderr).not.toContain(made.stdout.trim())
  expect((await as(service, made.stdout.trim()).get('/v1/sessions')).status).toBe(200)

  const listed = await stepstream(['keys', 'ls'])
  const [[keyId = '', status, hint = '', scopes, tenant, , , name] = []] = fields(listed.stdout)
  expect([status, scopes, tenant, name]).toEqual(['active', 'read,run', 'default', 'the shop'])
  expect(made.stdout.trim().endsWith(hint)).toBe(true)

  const rotated = await stepstream(['keys', 'rotate', keyId, '--quiet'])
  expect(rotated).toMatchObject({ code: 0, stderr: '' })
  expect((await as(service, rotated.stdout.trim()).get('/v1/sessions')).status).toBe(200)
  expect((await as(service, made.stdout.trim()).get('/v1/sessions')).status).toBe(401)

  const revoked = await stepstream(['keys', 'revoke', keyId, 'key_nonsense'])
  expect(revoked).toMatchObject({ code: 1, stdout: `${keyId}\trevoked\n` })
  expect((await as(service, rotated.stdout.trim()).get('/v1/sessions')).status).toBe(401)
})

test('a key of another tenant is reached by its name', patient, async () => {
  const made = await stepstream(['keys', 'create', 'x', '-s', 'work', '--tenant', 'acme', '--json'])
  const { keyId } = JSON.parse(made.stdout)
  expect((await stepstream(['keys', 'ls', '-q'])).stdout).not.toContain(keyId)
  expect((await stepstream(['keys', 'ls', '-q', '--tenant', 'acme'])).stdout).toBe(`${keyId}\n`)
})

test('what is refused is told, never the key', patient, async () => {
  const without = await stepstream(['keys', 'ls'], { env: { STEPSTREAM_KEY: 'sk_nonsense' } })
  expect(without).toMatchObject({ code: 1, stdout: '' })
  expect(without.stderr).toContain('(UNAUTHENTICATED)')
  expect(without.stderr).not.toContain('sk_nonsense')
  expect((await stepstream(['keys', 'create', 'x'])).stderr).toContain("'-s, --scope <scope...>'")
  expect((await stepstream(['keys', 'create', 'x', '-s', 'all'])).code).toBe(2)
  expect((await stepstream(['keys'])).stderr).toContain('Usage: stepstream keys')
  expect((await stepstream(['keys', 'nonsense'])).stderr).toContain("unknown command 'nonsense'")
})

test.runIf(hasTerminals)('keys are a table at a terminal', patient, async () => {
  const env = { STEPSTREAM_URL: service.url, STEPSTREAM_KEY: operatorSecret }
  const terminal = atTerminal(commandLine('keys', 'ls', '--tenant', 'none-has-this'), env)
  expect(await terminal.end()).toBe(0)
  expect(terminal.shown()).toContain('No keys.')
})
