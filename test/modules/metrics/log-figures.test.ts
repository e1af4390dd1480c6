import { expect, test } from 'vitest'
import { functionExecutor, noop } from '../../support/hand-executor.ts'
import { startService } from '../../support/service.ts'
import { ended, start } from '../../support/sessions.ts'

test('ended sessions, retries and failures are counted from the log', async () => {
  const failing = functionExecutor('failing', () => ({
    status: 'failed',
    code: 'UNEXPECTED_STATUS',
    message: 'no',
    retryable: true,
  }))
  await using service = await startService({}, { executors: [noop, failing] })
  const retry = { maxAttempts: 3, delay: '1ms' }
  await ended(service, await start(service, [{ uses: 'failing', retry }]))
  await ended(service, await start(service, [{ uses: 'noop' }]))
  const steps = [{ uses: 'failing' }]
  await ended(service, await start(service, { onFailure: 'continue', steps }))
  const waiting = await start(service, ['Wait 1h'])
  await service.post(`/v1/sessions/${waiting}/cancel`)
  await ended(service, waiting)

  const text = await (await service.get('/metrics')).text()
  for (const line of [
    'stepstream_session_seconds_count{status="failed"} 1',
    'stepstream_session_seconds_count{status="completed"} 1',
    'stepstream_session_seconds_count{status="completed_with_errors"} 1',
    'stepstream_session_seconds_count{status="cancelled"} 1',
    'stepstream_step_retries_total{code="UNEXPECTED_STATUS"} 2',
    'stepstream_steps_failed_total{code="UNEXPECTED_STATUS"} 2',
  ]) {
    expect(text.split('\n')).toContain(line)
  }
})
