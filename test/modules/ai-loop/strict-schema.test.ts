import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../../src/json.ts'
import { decisionSchema } from '../../../src/modules/ai-loop/decision-schema.ts'
import { strictSchema, withoutNulls } from '../../../src/modules/ai-loop/strict-schema.ts'
import { browserActions } from '../../../src/modules/browser-actions/types.ts'

/** All schemas inside one, itself included. */
function* inside(schema: JsonObject): Generator<JsonObject> {
  yield schema
  const {
    properties = {},
    items,
    anyOf = [],
  } = schema as {
    properties?: Record<string, JsonObject>
    items?: JsonObject
    anyOf?: JsonObject[]
  }
  const found = [...Object.values(properties), ...anyOf, ...(items === undefined ? [] : [items])]
  for (const each of found) yield* inside(each)
}

const words = ['type', 'properties', 'required', 'additionalProperties', 'items', 'anyOf', 'enum']

describe('what a model is asked for', () => {
  const schema = decisionSchema({ type: 'object', properties: { n: { type: 'integer' } } })

  test('is what strict servers take, all the way down', () => {
    for (const each of inside(schema)) {
      const { description: _, title: __, ...rest } = each
      expect(words).toEqual(expect.arrayContaining(Object.keys(rest)))
      if (each['type'] !== 'object') continue
      expect(each['additionalProperties']).toBe(false)
      expect(each['required']).toEqual(Object.keys(each['properties'] as object))
    }
  })

  test('is every action of the closed list but those it has no business with, and the two ends', () => {
    const { next } = schema['properties'] as { next: { anyOf: JsonObject[] } }
    const names = next.anyOf.map((each) => {
      const { do: name } = each['properties'] as { do: { enum: string[] } }
      return name.enum[0]
    })
    const actions = Object.keys(browserActions).filter((name) => name !== 'upload')
    expect(names).toEqual([...actions, 'done', 'fail'])
  })

  test('names elements by refs alone', () => {
    const { next } = schema['properties'] as { next: { anyOf: JsonObject[] } }
    const fields = next.anyOf.flatMap((each) => Object.keys(each['properties'] as object))
    expect(fields).toContain('ref')
    expect(fields).toContain('toRef')
    expect(fields).not.toContain('target')
    expect(fields).not.toContain('to')
  })
})

test('what strict servers cannot say is no strict schema', () => {
  const loose: Json[] = [
    { type: 'object', additionalProperties: { type: 'string' } },
    { type: 'object', properties: { a: { $ref: '#/x' } } },
    { allOf: [{ type: 'string' }] },
    { anyOf: [{ type: 'string' }, { not: {} }] },
    { type: 'array', items: { patternProperties: {} } },
    true,
  ]
  expect(loose.map(strictSchema)).toEqual(loose.map(() => undefined))
})

test('nulls that stand for nothing are taken out, at any depth', () => {
  expect(withoutNulls({ a: null, b: [{ c: null, d: 1 }], e: { f: null } })).toEqual({
    b: [{ d: 1 }],
    e: {},
  })
})
