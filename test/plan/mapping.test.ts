import { describe, expect, test } from 'vitest'
import type { Json } from '../../src/json.ts'
import { createMapping } from '../../src/plan/mapping.ts'

const request = createMapping('request')
const sent = { body: { id: 7, name: 'Ada', tags: ['a', 'b'] } }

describe('a mapping', () => {
  test.each<[Json, Json]>([
    ['request.body.id + 1', 8],
    ["'main'", 'main'],
    ['{{ request.body.tags }}', ['a', 'b']],
    ['{{ request.body.name }} is {{ request.body.id }}', 'Ada is 7'],
    [{ list: ['{{ request.body.id }}', 'request.body.id'] }, { list: [7, 'request.body.id'] }],
    [3.5, 3.5],
    [null, null],
  ])('makes of %j %j', (value, made) => {
    request.checkValue(value)
    expect(request.over(sent).value(value)).toEqual(made)
  })

  test.each(['steps.a.output', 'request.', 'x'.repeat(4001), "secrets.KEY + 'x'", 'always()'])(
    'refuses what is not about its document: %.20s',
    (text) => {
      const refused = expect.objectContaining({ code: 'INVALID_EXPRESSION' })
      expect(() => request.checkExpression(text)).toThrow(refused)
      expect(() => request.checkValue([`{{ ${text} }}`])).toThrow(refused)
    },
  )

  test('fails where the document does not have what is read', () => {
    const failed = expect.objectContaining({ code: 'EXPRESSION_FAILED' })
    expect(() => request.over(sent).evaluate('request.body.none')).toThrow(failed)
    expect(() => request.over(null).evaluate('request.body')).toThrow(failed)
  })
})
