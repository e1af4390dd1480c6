import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type Service, startService } from '../support/service.ts'
import { ended, json } from '../support/sessions.ts'
import { fields, type HowRun, patient, type Ran, runnerOf } from './support/program.ts'

let service: Service
let folder: string
let stepstream: (args: readonly string[], how?: HowRun) => Promise<Ran>

beforeAll(async () => {
  service = await startService()
  folder = await mkdtemp(join(tmpdir(), 'stepstream-saved-'))
  stepstream = runnerOf(service.url)
}, patient.timeout)

afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const workflow = `name: nightly
description: What runs at night
steps:
  - Wait 1 ms
`

describe('workflows', patient, () => {
  test('are saved, shown, listed, restored and removed', async () => {
    const file = join(folder, 'nightly.yaml')
    await writeFile(file, workflow)
    expect((await stepstream(['workflows', 'save', file])).stdout).toBe('nightly\t1\n')
    const changed = workflow.replace('Wait 1 ms', 'Wait 2 ms')
    const second = ['workflows', 'save', '-', '--if-version', '1', '--json']
    const saved = await stepstream(second, { stdin: changed })
    expect(JSON.parse(saved.stdout)).toMatchObject({ name: 'nightly', version: 2 })
    const late = await stepstream(second, { stdin: workflow })
    expect(late).toMatchObject({ code: 1, stdout: '' })
    expect(late.stderr).toContain('PRECONDITION_FAILED')

    const shown = await stepstream(['workflows', 'get', 'nightly'])
    expect(parse(shown.stdout)).toEqual(parse(changed))
    const old = await stepstream(['workflows', 'get', 'nightly', '--version', '1', '--json'])
    expect(JSON.parse(old.stdout).definition).toEqual(parse(workflow))

    const restored = await stepstream(['workflows', 'restore', 'nightly', '1'])
    expect(restored.stdout).toBe('nightly\t3\n')
    const versions = await stepstream(['workflows', 'versions', 'nightly'])
    expect(fields(versions.stdout).map(([version, , , from]) => [version, from])).toEqual([
      ['3', '1'],
      ['2', '-'],
      ['1', '-'],
    ])
    const listed = await stepstream(['workflows', 'ls'])
    expect(fields(listed.stdout)).toEqual([
      ['nightly', '3', '1', expect.stringMatching(/Z$/), 'What runs at night'],
    ])
    const removed = await stepstream(['workflows', 'rm', 'nightly', 'nonsense'])
    expect(removed).toMatchObject({ code: 1, stdout: 'nightly\tremoved\n' })
    expect(removed.stderr).toContain('error: nonsense: ')
    expect((await stepstream(['workflows', 'ls', '-q'])).stdout).toBe('')
  })

  test('that are wrong are refused, with the place', async () => {
    const refused = await stepstream(['workflows', 'save', '-', '--name', 'x'], {
      stdin: 'steps: [{ uses: nonsense }]',
    })
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('/steps/0')
    const unreadable = await stepstream(['workflows', 'save', '-'], { stdin: 'a: [1' })
    expect(unreadable).toMatchObject({ code: 2 })
    expect(unreadable.stderr).toContain('standard input cannot be read')
    const nameless = await stepstream(['workflows', 'save', '-'], { stdin: '[Wait 1 ms]' })
    expect(nameless.stderr).toContain('give one with --name')
  })
})

describe('schedules', patient, () => {
  test('are made of options, listed, held, triggered and removed', async () => {
    await stepstream(['workflows', 'save', '-'], { stdin: workflow })
    const options = ['-w', 'nightly', '--cron', '0 3 * * *', '--time-zone', 'Europe/Berlin']
    const made = await stepstream(['schedules', 'create', ...options, '--label', 'by=cli'])
    const [[id = '', status, nextAt = ''] = []] = fields(made.stdout)
    expect(status).toBe('active')
    const listed = await stepstream(['schedules', 'ls'])
    expect(fields(listed.stdout)).toEqual([
      [id, 'active', nextAt, '0', '-', '0 3 * * *', 'Europe/Berlin', '-'],
    ])
    const next = await stepstream(['schedules', 'next', id, '-n', '2', '-q'])
    expect(next.stdout.split('\n')).toEqual([nextAt, expect.stringMatching(/Z$/), ''])
    expect((await stepstream(['schedules', 'pause', id])).stdout).toBe(`${id}\tpaused\n`)
    expect((await stepstream(['schedules', 'resume', id])).stdout).toBe(`${id}\tactive\n`)
    const triggered = await stepstream(['schedules', 'trigger', id, '--quiet'])
    const sessionId = triggered.stdout.trim()
    await ended(service, sessionId)
    const session = await json<{ labels: object }>(service.get(`/v1/sessions/${sessionId}`))
    expect(session.labels).toEqual({ by: 'cli' })
    const shown = fields((await stepstream(['schedules', 'get', id])).stdout)
    expect(shown).toContainEqual(['workflow', 'nightly'])
    expect((await stepstream(['schedules', 'rm', id])).stdout).toBe(`${id}\tremoved\n`)
    expect((await stepstream(['schedules', 'get', id])).code).toBe(1)
  })

  test('are made of a file, which options change', async () => {
    const file = join(folder, 'often.json')
    await writeFile(file, JSON.stringify({ every: '1h', workflow: ['Wait 1 ms'], paused: true }))
    const made = await stepstream(['schedules', 'create', file, '--every', '2h', '--json'])
    expect(JSON.parse(made.stdout)).toMatchObject({ every: '2h', status: 'paused' })
    expect((await stepstream(['schedules', 'create'])).stderr).toContain('give a file')
    const refused = await stepstream(['schedules', 'create', file, '--cron', '0 3 * * *'])
    expect(refused).toMatchObject({ code: 2, stdout: '' })
  })
})
