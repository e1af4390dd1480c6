import { describe, expect, test } from 'vitest'
import { compile, faultsOf } from './planning.ts'

const steps = ['Wait 1 second']
const keys = (count: number, value: unknown = 'x') =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`key${n}`, value]))

describe('labels and metadata', () => {
  test('are those of the workflow, with those of the start put over them', () => {
    const { plan } = compile({
      workflow: {
        labels: { env: 'test', team: 'a' },
        metadata: { ticket: 7, owner: { name: 'Ada' } },
        steps,
      },
      labels: { env: 'prod', 'app.io/tier': '' },
      metadata: { owner: { mail: 'a@b.test' }, extra: [null] },
    })
    expect(plan.labels).toEqual({ env: 'prod', team: 'a', 'app.io/tier': '' })
    expect(plan.metadata).toEqual({ ticket: 7, owner: { mail: 'a@b.test' }, extra: [null] })
  })

  test('stand beside a bare list of steps, and are left out where there are none', () => {
    expect(compile({ workflow: steps, labels: { env: 'prod' } }).plan.labels).toEqual({
      env: 'prod',
    })
    const { plan } = compile({ workflow: { labels: {}, metadata: {}, steps }, labels: {} })
    expect(plan).not.toHaveProperty('labels')
    expect(plan).not.toHaveProperty('metadata')
  })

  test.each([
    ['/labels', 'WRONG_TYPE', { steps, labels: ['prod'] }],
    ['/labels/env', 'WRONG_TYPE', { steps, labels: { env: 1 } }],
    ['/labels/env', 'STRING_TOO_LONG', { steps, labels: { env: 'x'.repeat(256) } }],
    ['/labels/a:b', 'INVALID_VALUE', { steps, labels: { 'a:b': 'x' } }],
    ['/labels/', 'INVALID_VALUE', { steps, labels: { '': 'x' } }],
    ['/labels', 'INVALID_VALUE', { steps, labels: keys(21) }],
    ['/labels/constructor', 'UNKNOWN_FIELD', { steps, labels: { constructor: 'x' } }],
    ['/metadata', 'WRONG_TYPE', { steps, metadata: 'text' }],
    ['/metadata', 'INVALID_VALUE', { steps, metadata: { text: 'é'.repeat(8192) } }],
    ['/workflow/labels/env', 'WRONG_TYPE', { workflow: { steps, labels: { env: null } } }],
    ['/labels/env', 'WRONG_TYPE', { workflow: { steps }, labels: { env: true } }],
    ['/metadata', 'WRONG_TYPE', { workflow: { steps }, metadata: [] }],
    ['/labels', 'INVALID_VALUE', { workflow: { steps, labels: keys(20) }, labels: { more: 'x' } }],
    [
      '/metadata',
      'INVALID_VALUE',
      {
        workflow: { steps, metadata: { a: 'x'.repeat(9000) } },
        metadata: { b: 'x'.repeat(9000) },
      },
    ],
  ])('are refused at %s with %s', (pointer, code, body) => {
    expect(faultsOf(body)).toContain(`${code} ${pointer}`)
  })

  test('may be as many and as large as their limits', () => {
    const labels = keys(20, 'x'.repeat(255))
    const metadata = { text: 'x'.repeat(16_384 - '{"text":""}'.length) }
    expect(compile({ steps, labels, metadata }).plan).toMatchObject({ labels, metadata })
  })

  test('say what a key may be', () => {
    expect(() => compile({ steps, labels: { 'a b': 'x' } })).toThrow(
      '/labels/a b: expected a key of up to 63 letters, digits, ".", "_", "/" or "-"',
    )
  })
})
