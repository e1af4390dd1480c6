import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSeq, type Node, parseDocument } from 'yaml'
import { type Design, readDesign, type Source } from '../../../src/dashboard/design/design.ts'
import {
  type Compiled,
  type Edit,
  RefusedEdit,
  type Spot,
} from '../../../src/dashboard/design/edit.ts'
import { editDesign } from '../../../src/dashboard/design/edit-design.ts'
import type { Json } from '../../../src/json.ts'
import { compile, faultDetailsOf } from '../../plan/planning.ts'

const yaml = `# Of the whole.
name: mixed   # what people see
inputs:
  size: { type: integer, default: 12 }

groups:
  pair: { maxParallel: 2 }
steps:
  # The first of all.
  - id: fetch # from the shop
    uses: webhook
    with:
      url:    "https://shop.example/items"   # quoted
      headers: { accept: 'application/json', x-long: "one" }
    retry: {maxAttempts: 2,   delay: 1s}

  - Wait 2 seconds
  # Two at once.
  - id: left
    group: pair
    uses: wait
    with: { for: 1s }
  - { id: right, group: pair, uses: wait, with: { for: 2s } }

  - id: check
    uses: condition
    with:
      if: steps.fetch.output.size > 10   # many
      then: [big]
      else: small
  - id: big
    uses: command
    with:
      run:
        - gzip
        - "{{ steps.fetch.output.name }}"
      stdin: |
        one
          two

        three
  - id: small
    uses: wait
    with: { for: 3s }
    # Below it.
  - id: last
    dependsOn: [big, small]
    when: succeeded('fetch') || steps["left"].status == 'completed'
    uses: wait
    with: { for: 1s }
  - id: tidy
    finally: true
    uses: wait
    with: { for: 1ms }
# The end.
`

const json = `{
  "name": "fetch",
  "steps": [
    {
      "id": "fetch",
      "uses": "webhook",
      "with": { "method": "GET",  "url": "https://example.com/" },
      "retry": { "maxAttempts": 3, "delay": "1s" }
    },
    "Wait 1 second",
    { "id": "b", "dependsOn": "fetch", "uses": "wait", "with": {"for":"1s"} },
    {
      "uses": "wait", "with": { "for": "{{ steps.fetch.output.time }}" } }
  ]
}
`

const sources: readonly Source[] = [
  { format: 'yaml', text: yaml },
  { format: 'json', text: json },
  { format: 'sentences', text: 'Wait 1 second\n\n  Wait 2 seconds\nWait 3 seconds' },
  {
    format: 'yaml',
    text: '- Wait 1 second\n- "Wait 2 seconds" # two\n-   id: a\n    uses: wait\n    with: {for: 1s}',
  },
  {
    format: 'yaml',
    text: 'workflow:\n  steps:\n  - uses: wait\n    with: { for: 1s }\n  - Wait 1 second\ninputs: {}\n',
  },
  { format: 'yaml', text: yaml.replaceAll('\n', '\r\n') },
]

const place = fc.nat({ max: 11 })
const spots: fc.Arbitrary<Spot> = fc.oneof(
  fc.constant<Spot>({ at: 'end' }),
  fc.record({
    at: fc.constantFrom('after', 'before', 'beside', 'from'),
    index: place,
  }) as fc.Arbitrary<Spot>,
  fc.record({ at: fc.constant('between'), from: place, to: place }) as fc.Arbitrary<Spot>,
)
const fields: fc.Arbitrary<{ path: string[]; value: Json | undefined }> = fc.constantFrom(
  { path: ['name'], value: 'A name: with # marks' },
  { path: ['name'], value: undefined },
  { path: ['when'], value: 'inputs == inputs' },
  { path: ['when'], value: undefined },
  { path: ['timeout'], value: '2m' },
  { path: ['retry', 'maxAttempts'], value: 4 },
  { path: ['retry', 'delay'], value: undefined },
  { path: ['retry'], value: undefined },
  { path: ['breakBefore'], value: true },
)
const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    do: fc.constant('add' as const),
    step: fc.constantFrom<Json>('Wait 9 seconds', { uses: 'wait', with: { for: '9s' } }),
    spot: spots,
  }),
  fc.record({ do: fc.constant('remove' as const), index: place }),
  fc.record({ do: fc.constant('duplicate' as const), index: place }),
  fc.record({ do: fc.constant('move' as const), index: place, to: place }),
  fc.record({ do: fc.constant('connect' as const), from: place, to: place }),
  fc.record({ do: fc.constant('disconnect' as const), from: place, to: place }),
  fc.record({
    do: fc.constant('rename' as const),
    index: place,
    id: fc.constantFrom('one', 'two', 'fetch', 'not an id', 'step2'),
  }),
  fc
    .record({ do: fc.constant('set' as const), index: place })
    .chain((edit) => fields.map((field) => ({ ...edit, ...field }))),
)

function read(source: Source): Design {
  const design = readDesign(source)
  if (typeof design === 'string') throw new Error(`${design}\n${source.text}`)
  return design
}

/** As the dashboard has it of the plan; the first step of a line. */
function compiledOf({ root, items }: Design): Compiled {
  return (index) => {
    const id = items[index]?.id
    const step = compile(root).plan.steps.find((one) => one.id === id)
    return step === undefined ? undefined : { uses: step.uses, with: step.with as Json }
  }
}

test('any edits keep a workflow that the service accepts, or are refused with a word', () => {
  const refusals = new Map<string, number>()
  let made = 0
  fc.assert(
    fc.property(
      fc.constantFrom(...sources),
      fc.array(edits, { minLength: 1, maxLength: 8 }),
      (source, list) => {
        let design = read(source)
        for (const edit of list) {
          if (design.steps.length === 0 && edit.do !== 'add') continue
          let edited: Source
          try {
            edited = editDesign(design, edit, compiledOf(design))
          } catch (error) {
            if (!(error instanceof RefusedEdit)) throw error
            refusals.set(edit.do, (refusals.get(edit.do) ?? 0) + 1)
            continue
          }
          made++
          const next = read(edited)
          const isFinallyAlone =
            next.items.length > 0 && next.items.every(({ isFinally }) => isFinally)
          if (isFinallyAlone || next.items.length === 0) return
          expect([edited.text, faultDetailsOf(next.root)]).toEqual([edited.text, []])
          expectUntouched(design, next)
          design = next
        }
      },
    ),
    { numRuns: 250 },
  )
  expect(made).toBeGreaterThan(150)
  expect([...refusals.keys()].sort()).toEqual(expect.arrayContaining(['connect', 'move', 'rename']))
})

/** Steps that say the same afterwards are written the same, to the byte, and so is all around them. */
function expectUntouched(before: Design, after: Design): void {
  if (before.source.format !== after.source.format) return
  const left = new Set(after.steps.map((step) => JSON.stringify(step)))
  const { text } = after.source
  const values = before.steps.map((step) => JSON.stringify(step))
  // Of two that say the same, one may be the one that was changed.
  const isOnly = (value: string) => values.indexOf(value) === values.lastIndexOf(value)
  const lost = writtenSteps(before).filter(({ value, source }) => {
    const said = JSON.stringify(value)
    return left.has(said) && isOnly(said) && !text.includes(source)
  })
  const around = ['# Of the whole.', 'people see', '# The end.'].filter(
    (comment) => before.source.text.includes(comment) && !text.includes(comment),
  )
  expect([text, lost, around]).toEqual([text, [], []])
}

function writtenSteps({ source: { format, text }, stepsAt, steps }: Design) {
  if (format === 'sentences') return []
  const list = parseDocument(text).getIn(stepsAt, true)
  if (!isSeq(list)) return []
  return (list.items as Node[]).map((node, index) => {
    const [from, to] = node.range!
    return { value: steps[index] ?? null, source: text.slice(from, to).trimEnd() }
  })
}
