import { describe, expect, test } from 'vitest'
import { waitExecutor } from '../../../src/modules/executors/wait.ts'
import { makeContext } from '../../support/executor-context.ts'

const run = (input: unknown) => waitExecutor.execute(waitExecutor.input.parse(input), makeContext())

describe('wait', () => {
  test('for a duration waits until a time, counted from now', async () => {
    expect(await run({ for: '1h30m' })).toEqual({
      status: 'waiting',
      until: Date.UTC(2026, 0, 1, 1, 30),
      output: { until: '2026-01-01T01:30:00.000Z' },
    })
  })

  test('until a time waits for it, whatever its zone', async () => {
    expect(await run({ until: '2026-01-02T01:00:00+01:00' })).toMatchObject({
      status: 'waiting',
      until: Date.UTC(2026, 0, 2),
    })
  })

  test('is over at once when there is nothing to wait for', async () => {
    const output = { until: '2026-01-01T00:00:00.000Z' }
    expect(await run({ for: '0s' })).toEqual({ status: 'succeeded', output })
    expect(await run({ until: '2020-01-01T00:00:00Z' })).toMatchObject({ status: 'succeeded' })
  })

  test.each([{}, { for: '1s', until: '2030-01-01T00:00:00Z' }, { until: 'tomorrow' }, { for: 5 }])(
    'refuses %j',
    (input) => {
      expect(waitExecutor.input.safeParse(input).success).toBe(false)
    },
  )

  test('estimates its duration, may be repeated', () => {
    expect(waitExecutor.estimateMs?.({ for: '2s' })).toBe(2000)
    expect(waitExecutor.estimateMs?.({ for: '{{ inputs.pause }}' })).toBe(0)
    expect(waitExecutor.safeToRepeat({})).toBe(true)
  })
})
