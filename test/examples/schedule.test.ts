import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ScheduleAnswer } from '../support/schedules.ts'
import { startService } from '../support/service.ts'
import { json } from '../support/sessions.ts'
import { examples } from './run-example.ts'

test('schedule.yaml is taken as it is, and runs when it is triggered', async () => {
  await using service = await startService()
  const text = await readFile(join(examples, 'schedule.yaml'), 'utf8')
  const body = text.replaceAll('http://127.0.0.1:8080', service.url)
  const posted = service.post('/v1/schedules', body, { 'content-type': 'application/yaml' })
  const { scheduleId, status } = await json<ScheduleAnswer>(posted)
  expect(status).toBe('active')

  const { times } = await json<{ times: string[] }>(
    service.get(`/v1/schedules/${scheduleId}/next?count=5`),
  )
  expect(times.every((time) => /T0[56]:00:00/.test(time))).toBe(true)
  expect(times).toHaveLength(5)
  const trigger = `/v1/schedules/${scheduleId}/trigger`
  const session = await json(service.post(trigger, undefined, { prefer: 'wait=10' }))
  expect(session).toMatchObject({ status: 'completed' })
})
