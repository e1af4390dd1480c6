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

  test('shows phrases written out, and how the browser is to be', async () => {
    await using service = await startService()
    const browser = { screenshots: 'never', viewport: { width: 800, height: 600 } }
    const phrases = { 'pause {int} times': ['Wait <1> ms', 'Wait <1> seconds'] }
    const body = { browser, phrases, steps: ['pause 2 times', 'Wait 3 ms'] }
    const answer = await service.post('/v1/plans', body)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      browser,
      steps: [
        { id: 'step1_1', text: 'Wait 2 ms', with: { for: '2ms' }, ai: 'never', dependsOn: [] },
        { id: 'step1_2', text: 'Wait 2 seconds', dependsOn: ['step1_1'] },
        { id: 'step2', dependsOn: ['step1_2'] },
      ],
    })
    const faulty = { workflow: { phrases: { 'do it': ['Dance'] }, steps: ['do it'] } }
    const refused = await service.post('/v1/plans', faulty)
    expect(await refused.json()).toMatchObject({
      faults: [{ pointer: '/workflow/phrases/do it/0', code: 'UNREADABLE_SENTENCE' }],
    })
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
