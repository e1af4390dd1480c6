import { describe, expect, test } from 'vitest'
import { readDesign, type Source } from '../../../src/dashboard/design/design.ts'
import type { Edit } from '../../../src/dashboard/design/edit.ts'
import { editDesign } from '../../../src/dashboard/design/edit-design.ts'
import { replaceStepText, stepText } from '../../../src/dashboard/design/step-text.ts'
import type { Json } from '../../../src/json.ts'
import { compile, linksOf } from '../../plan/planning.ts'

const designOf = (source: Source) => {
  const design = readDesign(source)
  if (typeof design === 'string') throw new Error(design)
  return design
}

/** The text after an edit; sentences are known as the planner reads them. */
const edited = (source: Source, edit: Edit) => {
  const design = designOf(source)
  return editDesign(design, edit, (index) => {
    const step = compile(design.root).plan.steps[index]
    return step && { uses: step.uses, with: step.with as Json }
  })
}

const yaml = (...lines: string[]): Source => ({ format: 'yaml', text: `${lines.join('\n')}\n` })
const sentences = (...lines: string[]): Source => ({ format: 'sentences', text: lines.join('\n') })
const wait = { uses: 'wait', with: { for: '1s' } }
const row = (id: string, more = '') => `- { id: ${id}, uses: wait, with: { for: 1s }${more} }`
const linksAfter = (source: Source, edit: Edit) => {
  const design = designOf(edited(source, edit))
  return linksOf(design.root)
}

describe('adding', () => {
  const list = yaml(row('a'), row('b'))
  const fork = yaml(row('a'), row('b', ', dependsOn: a'), row('c', ', dependsOn: [a]'))

  test('to nothing makes a workflow, in the format that is open', () => {
    const add: Edit = { do: 'add', step: wait, spot: { at: 'end' } }
    expect(edited({ format: 'yaml', text: '# Mine.\n' }, add).text).toBe(
      '# Mine.\nsteps:\n  - id: wait\n    uses: wait\n    with: { for: 1s }\n',
    )
    expect(edited({ format: 'sentences', text: '' }, add)).toMatchObject({
      format: 'yaml',
      chosen: 'wait',
    })
    expect(JSON.parse(edited({ format: 'json', text: '' }, add).text)).toEqual({
      steps: [{ id: 'wait', ...wait }],
    })
  })

  test('a sentence to sentences leaves them sentences', () => {
    const add: Edit = { do: 'add', step: 'Wait 3 ms', spot: { at: 'after', index: 0 } }
    expect(edited(sentences('Wait 1 ms', '', 'Wait 2 ms'), add)).toEqual({
      format: 'sentences',
      text: 'Wait 1 ms\nWait 3 ms\n\nWait 2 ms\n',
      chosen: 'step2',
    })
  })

  test.each([
    ['after, in a list', list, { at: 'after', index: 0 }, { a: [], wait: ['a'], b: ['wait'] }],
    ['before, in a list', list, { at: 'before', index: 1 }, { a: [], wait: ['a'], b: ['wait'] }],
    ['beside', list, { at: 'beside', index: 1 }, { a: [], b: ['a'], wait: ['a'] }],
    ['from', list, { at: 'from', index: 0 }, { a: [], wait: ['a'], b: ['a'] }],
    [
      'after, where others name the step',
      fork,
      { at: 'after', index: 0 },
      { a: [], wait: ['a'], b: ['a'], c: ['a'] },
    ],
    [
      'between',
      fork,
      { at: 'between', from: 0, to: 2 },
      { a: [], b: ['a'], wait: ['a'], c: ['wait'] },
    ],
  ] as const)('%s', (_, source, spot, expected) => {
    expect(linksAfter(source, { do: 'add', step: wait, spot })).toEqual(expected)
  })

  test('on a branch is chosen by its condition', () => {
    const source = yaml(
      '- { id: ask, uses: condition, with: { if: "true", then: [yes], else: no } }',
      row('yes'),
      row('no'),
      row('last'),
    )
    const { text } = edited(source, { do: 'add', step: wait, spot: { at: 'after', index: 1 } })
    expect(text).toContain('then: [yes, wait], else: no')
    expect(linksOf(designOf({ format: 'yaml', text }).root)).toEqual({
      ask: [],
      yes: ['ask'],
      wait: ['yes', 'ask'],
      no: ['ask'],
      last: ['ask', 'wait', 'no'],
    })
  })
})

test('a copy of a step on a branch is on it too', () => {
  const source = yaml(
    '- { id: ask, uses: condition, with: { if: "true", then: [yes] } }',
    row('yes'),
    row('last'),
  )
  const { text, chosen } = edited(source, { do: 'duplicate', index: 1 })
  expect(chosen).toBe('yes2')
  expect(text).toContain('then: [yes, yes2]')
})

describe('linking', () => {
  const list = yaml('- id: a', '  uses: wait', '  with: { for: 1s }', row('b'), row('c'))

  test('writes what place does not say, and no more', () => {
    const { text } = edited(list, { do: 'connect', from: 0, to: 2 })
    expect(text).toBe(list.text.replace('id: c', 'id: c, dependsOn: [a, b]'))
  })

  test.each([
    [{ do: 'connect', from: 2, to: 0 }, /wait for one another: .*a.*c/],
    [{ do: 'connect', from: 0, to: 1 }, /“b” comes after “a” already/],
    [{ do: 'connect', from: 0, to: 0 }, /cannot come after itself/],
    [{ do: 'rename', index: 0, id: 'b' }, /called “b” already/],
    [{ do: 'rename', index: 0, id: 'a b' }, /is no id/],
    [{ do: 'remove', index: 9 }, /no such step/],
  ] as const)('%j is refused', (edit, message) => {
    expect(() => edited(list, edit)).toThrow(message)
  })

  test('taken away leaves the others as they were', () => {
    expect(linksAfter(list, { do: 'disconnect', from: 0, to: 1 })).toEqual({
      a: [],
      b: [],
      c: ['b'],
    })
  })

  test('a step that goes leaves its place to those before it', () => {
    const fork = yaml(
      row('a'),
      row('b'),
      row('c', ', dependsOn: b'),
      row('d', ', dependsOn: [b, c]'),
    )
    expect(linksAfter(fork, { do: 'remove', index: 1 })).toEqual({ a: [], c: ['a'], d: ['c', 'a'] })
  })
})

describe('a name', () => {
  test('is changed wherever it is read, in whatever form', () => {
    const source = yaml(
      'steps:',
      '  - id: a   # first',
      '    uses: wait',
      '    with: { for: 1s }',
      '  - id: b',
      '    dependsOn: a',
      `    when: steps.a.output == 1 || steps["a"].status == 'a' || failed('a') # steps.a`,
      '    uses: webhook',
      '    with:',
      `      url: "https://a.example/{{ steps.a.output.a }}?a={{ [1].map(a, a) }}"`,
      '      json: { steps.a: "steps.a", b: "{{ steps.ab }}" }',
    )
    const { text } = edited(source, { do: 'rename', index: 0, id: 'load' })
    expect(text.split('\n')).toEqual(
      source.text
        .split('\n')
        .with(1, '  - id: load   # first')
        .with(5, '    dependsOn: load')
        .with(
          6,
          `    when: steps.load.output == 1 || steps["load"].status == 'a' || failed('load') # steps.a`,
        )
        .with(9, `      url: "https://a.example/{{ steps.load.output.a }}?a={{ [1].map(a, a) }}"`),
    )
  })

  test('by place follows the step when its place changes', () => {
    const source = yaml(
      '- Wait 1 second',
      '- Wait 2 seconds',
      '- { id: b, dependsOn: [step2], uses: wait, with: { for: "{{ steps.step2.output.time }}" } }',
    )
    const { text } = edited(source, {
      do: 'add',
      step: 'Wait 9 s',
      spot: { at: 'before', index: 0 },
    })
    expect(text).toBe(
      '- Wait 9 s\n- Wait 1 second\n- Wait 2 seconds\n- { id: b, dependsOn: [step3], uses: wait, with: { for: "{{ steps.step3.output.time }}" } }\n',
    )
  })
})

describe('what else is written', () => {
  test('a step that moves takes its comments along, and each is written as before', () => {
    const source = yaml(
      'steps:',
      '  # One.',
      '  - id: a # a',
      '    uses:   wait',
      '    with: {for: 1s}',
      '',
      '  # Two.',
      '  - Wait 2 seconds # two',
      '# End.',
    )
    expect(edited(source, { do: 'move', index: 1, to: 0 }).text).toBe(
      'steps:\n  # Two.\n  - Wait 2 seconds # two\n\n  # One.\n  - id: a # a\n    uses:   wait\n    with: {for: 1s}\n# End.\n',
    )
  })

  test('JSON stays JSON, in the form that it has', () => {
    const text =
      '{\n  "steps": [\n    { "id": "a", "uses": "wait", "with": {"for":"1s"} },\n    "Wait 1 second"\n  ]\n}\n'
    const source: Source = { format: 'json', text }
    const set: Edit = { do: 'set', index: 0, path: ['timeout'], value: '5s' }
    expect(edited(source, set).text).toBe(
      text.replace('{"for":"1s"} }', '{"for":"1s"}, "timeout": "5s" }'),
    )
    const name: Edit = { do: 'setWorkflow', path: ['name'], value: 'nightly' }
    expect(JSON.parse(edited({ format: 'json', text: '["Wait 1 s"]' }, name).text)).toEqual({
      name: 'nightly',
      steps: ['Wait 1 s'],
    })
  })

  test('a list becomes the steps of a workflow line by line', () => {
    const source = yaml('# Steps.', '- Wait 1 second # one', '- Wait 2 seconds')
    const name: Edit = { do: 'setWorkflow', path: ['name'], value: 'nightly' }
    expect(edited(source, name).text).toBe(`name: nightly\nsteps:\n${source.text}`)
  })

  test('what an anchor shares is not changed behind its back', () => {
    const source = yaml('- &one { uses: wait, with: { for: 1s } }', '- *one')
    const set: Edit = { do: 'set', index: 0, path: ['with', 'for'], value: '2s' }
    expect(() => edited(source, set)).toThrow(/by an anchor/)
  })

  test('a text that is typed for a step is taken as it is typed', () => {
    const source = yaml(
      'steps:',
      '  - id: a',
      '    uses: wait',
      '    with: { for: 1s }',
      '  - Wait 1 s',
    )
    const design = designOf(source)
    expect(stepText(design, 0)).toBe('id: a\nuses: wait\nwith: { for: 1s }')
    const typed = 'id: b # other\nuses: wait\n\n# how long\nwith: {for: 2s}'
    expect(replaceStepText(design, 0, typed, () => undefined).text).toBe(
      'steps:\n  - id: b # other\n    uses: wait\n\n    # how long\n    with: {for: 2s}\n  - Wait 1 s\n',
    )
    expect(() => replaceStepText(design, 0, '{', () => undefined)).toThrow(/cannot be read/)
  })
})

test.each([
  [{ format: 'yaml', text: 'steps:\n  - "Wait' }, /cannot be read/],
  [{ format: 'yaml', text: 'steps: 3' }, /no list/],
  [{ format: 'json', text: '"Wait"' }, /an object with steps/],
  [{ format: 'json', text: '{"workflow":"nightly"}' }, /saved workflow “nightly”/],
] as const)('what cannot be drawn is said: %j', (source, why) => {
  expect(readDesign(source)).toMatch(why)
})
