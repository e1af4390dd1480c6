import { expect, test } from 'vitest'
import { askValue } from '../../src/cli/answer/ask-value.ts'
import type { Choice, Prompts } from '../../src/cli/answer/prompts.ts'

test('asks for each field of an object as its schema has it', async () => {
  const person = answering('eu', 'eu', '3', '', 'secret', [true], '2.5', ['a', 'c'])
  const schema = {
    type: 'object',
    required: ['region', 'nested', 'password', 'sure', 'share', 'tags'],
    properties: {
      region: { enum: ['eu', 'us'], description: 'Where to' },
      backup: { enum: ['eu', 'us'] },
      nested: {
        type: 'object',
        required: ['count'],
        properties: { count: { type: 'integer' }, note: { type: 'string' } },
      },
      password: { type: 'string', format: 'password' },
      sure: { type: 'boolean' },
      share: { type: 'number' },
      tags: { type: 'array', items: { enum: ['a', 'b', 'c'] } },
      version: { const: 2 },
    },
  }
  expect(await askValue(person.prompts, schema, '')).toEqual({
    region: 'eu',
    backup: 'eu',
    nested: { count: 3 },
    password: 'secret',
    sure: true,
    share: 2.5,
    tags: ['a', 'c'],
    version: 2,
  })
  expect(person.asked).toEqual([
    'choose region: Where to [eu us]',
    'choose backup (may be left out) [eu us (leave it out)]',
    'line nested › count',
    'line nested › note (may be left out)',
    'hidden password',
    'yes or no sure',
    'line share',
    'some of tags [a b c]',
  ])
})

test('leaves out what is not chosen', async () => {
  const { prompts } = answering('(leave it out)', '(leave it out)')
  const schema = { properties: { a: { enum: [1, 2] }, b: { type: 'boolean' } } }
  expect(await askValue(prompts, schema, '')).toEqual({})
})

test('takes only what can be meant', async () => {
  const faults = (schema: object) => {
    const person = answering('11')
    return askValue(person.prompts, schema as never, 'it').then(() => person.faultOf)
  }
  const whole = await faults({ type: 'integer' })
  expect(whole('1.5')).toBe('Expected a whole number')
  expect(whole('many')).toBe('Expected a number')
  expect(whole('')).toBe('Expected a number')
  expect(whole('-7')).toBeUndefined()
  const json = await faults({})
  expect(json('text')).toMatch('Expected JSON')
  expect(json('"text"')).toBeUndefined()
  const text = await faults({ type: ['string', 'null'], minLength: 2 })
  expect(text('a')).toBe('Expected 2 characters or more')
})

test('begins with what the schema has as the default', async () => {
  const person = answering('eu')
  await askValue(person.prompts, { type: 'string', default: 'us' }, 'region')
  expect(person.initial).toBe('us')
})

/** Somebody who answers what is asked with these, in order. */
function answering(...answers: readonly unknown[]) {
  const asked: string[] = []
  const left = [...answers]
  const pick = <Value>(choices: readonly Choice<Value>[], label: unknown) => {
    const choice = choices.find((each) => each.label === label)
    if (choice === undefined) throw new Error(`no ${label}`)
    return choice.value
  }
  const words = (choices: readonly Choice<unknown>[]) => choices.map(({ label }) => label).join(' ')
  const person = {
    asked,
    faultOf: (_text: string): string | undefined => undefined,
    initial: undefined as string | undefined,
    prompts: {
      async choose(message, choices) {
        asked.push(`choose ${message} [${words(choices)}]`)
        return pick(choices, left.shift())
      },
      async chooseSome(message, choices) {
        asked.push(`some of ${message} [${words(choices)}]`)
        return (left.shift() as unknown[]).map((label) => pick(choices, label))
      },
      async yesOrNo(message) {
        asked.push(`yes or no ${message}`)
        return (left.shift() as boolean[])[0] === true
      },
      async line(message, options = {}) {
        asked.push(`${options.isHidden ? 'hidden' : 'line'} ${message}`)
        person.faultOf = options.faultOf ?? person.faultOf
        person.initial = options.initial
        return left.shift() as string
      },
    } satisfies Prompts as Prompts,
  }
  return person
}
