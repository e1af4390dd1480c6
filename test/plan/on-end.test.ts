import { describe, expect, test } from 'vitest'
import { compile, faultsOf, planner } from './planning.ts'

const url = 'https://example.com/hook'
const steps = ['Wait 1 second']

describe('onEnd', () => {
  test('gets its defaults', () => {
    expect(compile({ steps, onEnd: { webhook: { url } } }).plan.onEnd).toEqual({
      webhook: {
        url,
        headers: {},
        on: ['completed', 'completed_with_errors', 'failed', 'cancelled'],
        include: 'summary',
      },
    })
    expect(compile({ steps }).plan).not.toHaveProperty('onEnd')
  })

  test('beside a workflow replaces the whole of what the workflow has', () => {
    const webhook = { url, secret: 'TOKEN', headers: { 'x-a': '1' }, on: ['failed'] }
    const workflow = { steps, onEnd: { webhook } }
    expect(compile({ workflow }).plan.onEnd?.webhook).toMatchObject(webhook)
    const beside = { webhook: { url: 'http://other.example/', include: 'steps' } }
    expect(compile({ workflow, onEnd: beside }).plan.onEnd?.webhook).toEqual({
      ...beside.webhook,
      headers: {},
      on: ['completed', 'completed_with_errors', 'failed', 'cancelled'],
    })
  })

  test('is kept by a session that goes on from another', () => {
    const { plan } = compile({ steps, onEnd: { webhook: { url } } })
    expect(planner.revise(plan, {}, () => false).plan.onEnd).toEqual(plan.onEnd)
  })

  test.each([
    [{}, 'MISSING_FIELD /onEnd/webhook'],
    [{ webhook: {} }, 'MISSING_FIELD /onEnd/webhook/url'],
    [{ webhook: { url: 'example.com' } }, 'INVALID_VALUE /onEnd/webhook/url'],
    [{ webhook: { url: 'ftp://example.com/' } }, 'INVALID_VALUE /onEnd/webhook/url'],
    [{ webhook: { url: 'https://a:b@example.com/' } }, 'INVALID_VALUE /onEnd/webhook/url'],
    [{ webhook: { url: 'https://a.example/{{ inputs.x }}' } }, 'INVALID_VALUE /onEnd/webhook/url'],
    [{ webhook: { url: `${url}/${'x'.repeat(2048)}` } }, 'STRING_TOO_LONG /onEnd/webhook/url'],
    [{ webhook: { url: 'http://169.254.169.254/' } }, 'ADDRESS_REFUSED /onEnd/webhook/url'],
    [{ webhook: { url, secret: 'OTHER' } }, 'UNKNOWN_SECRET /onEnd/webhook/secret'],
    [{ webhook: { url, secret: 'whsec_abc=' } }, 'INVALID_VALUE /onEnd/webhook/secret'],
    [{ webhook: { url, on: [] } }, 'INVALID_VALUE /onEnd/webhook/on'],
    [{ webhook: { url, on: ['running'] } }, 'INVALID_VALUE /onEnd/webhook/on/0'],
    [{ webhook: { url, include: 'all' } }, 'INVALID_VALUE /onEnd/webhook/include'],
    [{ webhook: { url, method: 'GET' } }, 'UNKNOWN_FIELD /onEnd/webhook/method'],
    [{ webhook: { url, headers: { 'a b': '' } } }, 'INVALID_VALUE /onEnd/webhook/headers/a b'],
    [{ webhook: { url, headers: { a: 'x\ny' } } }, 'INVALID_VALUE /onEnd/webhook/headers/a'],
    [
      { webhook: { url, headers: { 'Webhook-Signature': 'v1,x' } } },
      'INVALID_VALUE /onEnd/webhook/headers/Webhook-Signature',
    ],
    [
      {
        webhook: {
          url,
          headers: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`h${n}`, ''])),
        },
      },
      'INVALID_VALUE /onEnd/webhook/headers',
    ],
    [null, 'WRONG_TYPE /onEnd'],
  ])('%j is refused', (onEnd, fault) => {
    expect(faultsOf({ steps, onEnd })).toEqual([fault])
    expect(faultsOf({ workflow: { steps }, onEnd })).toEqual([fault])
    const [code, pointer] = fault.split(' /', 2)
    expect(faultsOf({ workflow: { steps, onEnd } })).toEqual([`${code} /workflow/${pointer}`])
  })
})
