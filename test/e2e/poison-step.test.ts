import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { SessionView } from '../../src/http/views.ts'
import { dataDir } from '../store/data-dir.ts'
import { follow } from '../support/follow.ts'
import { read } from './support/replica-requests.ts'
import { postSession, startedProcess } from './support/started.ts'

/** Takes the process down with it, unless a file says that it has been cured. */
const poison = `
import { existsSync } from 'node:fs'
export default ({ z }) => ({
  name: 'poison',
  description: 'Kills the service.',
  input: z.strictObject({}),
  safeToRepeat: () => true,
  async execute() {
    if (existsSync('cured')) return { status: 'succeeded' }
    process.kill(process.pid, 'SIGKILL')
    return new Promise(() => {})
  },
})
`

const RECOVERIES = 2

test('a step that kills the service does so only so often; then its session is set aside', {
  timeout: 60_000,
}, async () => {
  const folder = dataDir()
  const executors = join(folder, 'executors')
  await mkdir(executors)
  await writeFile(join(executors, 'poison.mjs'), poison)
  const settings = { DATA_DIR: folder, EXECUTORS_DIR: executors }
  const first = await startedProcess(settings)
  const died = once(first.child, 'exit')
  const sessionId = await postSession(first, {
    maxRecoveries: RECOVERIES,
    steps: [{ id: 'a', uses: 'poison' }],
  })
  await died
  for (let restart = 0; restart < RECOVERIES; restart++) {
    const service = await startedProcess(settings).catch(() => undefined)
    // It may be gone before it has said that it listens.
    if (service !== undefined && service.child.signalCode === null)
      await once(service.child, 'exit')
  }

  const last = await startedProcess(settings)
  const path = `/v1/sessions/${sessionId}`
  const view = () => read<SessionView>(last, path)
  await expect.poll(async () => (await view()).status, { timeout: 10_000 }).toBe('paused')
  const list = await read<{ sessions: unknown[] }>(last, '/v1/sessions?recoverable=true')
  expect(list.sessions).toEqual([])
  await writeFile(join(folder, 'cured'), '')
  const answer = await fetch(`${last.url}${path}/recover`, { method: 'POST' })
  expect(answer.status).toBe(202)
  const events = await follow(last.url, sessionId)
  expect(events.at(-1)?.type).toBe('session.completed')
  expect(events.filter(({ type }) => type === 'step.started')).toHaveLength(RECOVERIES + 2)
  expect(events.find(({ type }) => type === 'session.paused')?.data).toEqual({
    setAside: true,
    reason: 'step a was cut off by a crash 3 times in a row',
  })
})
