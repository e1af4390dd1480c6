import { describe, expect, test } from 'vitest'
import { startService } from '../../support/service.ts'

describe('POST /v1/plans', () => {
  test('shows what would be undone, set, run at the end and held together', async () => {
    await using service = await startService()
    const answer = await service.post('/v1/plans', {
      vars: { total: { type: 'integer', default: 3 } },
      groups: { g: { maxParallel: 2, waitForAll: false, onFailure: 'continue', timeout: '1m' } },
      onFailure: 'rollback',
      steps: [
        {
          id: 'a',
          uses: 'webhook',
          with: { url: 'http://localhost/' },
          group: 'g',
          onFailure: 'escalate',
          set: { total: 'steps.a.output.status' },
          undo: 'DELETE http://localhost/{{ steps.a.output.status }}',
        },
        { id: 'b', uses: 'wait', with: { for: '1s' }, when: "failed('a')" },
        { id: 'f', uses: 'wait', with: { for: '1s' }, finally: true },
      ],
    })
    expect(answer.status).toBe(200)
    const { steps, ...plan } = (await answer.json()) as { steps: Record<string, unknown>[] }
    expect(plan).toMatchObject({
      vars: { total: 3 },
      groups: { g: { maxParallel: 2, waitForAll: false, onFailure: 'continue', timeout: '1m' } },
      onFailure: 'rollback',
      warnings: [],
    })
    const [a, b, f] = steps
    expect(a).toMatchObject({
      group: 'g',
      timeout: '1m',
      onFailure: 'escalate',
      set: { total: 'steps.a.output.status' },
      undo: {
        uses: 'webhook',
        text: 'DELETE http://localhost/{{ steps.a.output.status }}',
        with: { method: 'DELETE' },
        retry: { maxAttempts: 1, delay: '1s' },
        timeout: '5m',
      },
    })
    expect(b).toMatchObject({ tolerant: true, when: "failed('a')" })
    expect(b).not.toHaveProperty('undo')
    expect(f).toMatchObject({ finally: true, dependsOn: [] })
  })

  test('names the place of a fault in an undo', async () => {
    await using service = await startService()
    const undo = { uses: 'wait', with: { for: 5 } }
    const steps = [{ uses: 'webhook', with: { url: 'http://localhost/' }, undo }]
    const answer = await service.post('/v1/plans', { steps })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({
      faults: [{ pointer: '/steps/0/undo/with/for', code: 'DURATION_WITHOUT_UNIT' }],
    })
  })
})
