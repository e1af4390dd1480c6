import { expect, test } from 'vitest'
import { layoutIn } from '../../src/dashboard/parts/graph-layout.ts'

const chain = (length: number) =>
  Array.from({ length }, (_, index) => ({
    id: `s${index}`,
    dependsOn: index === 0 ? [] : [`s${index - 1}`],
  }))

const fan = (width: number) => [
  { id: 'first', dependsOn: [] },
  ...Array.from({ length: width }, (_, index) => ({ id: `s${index}`, dependsOn: ['first'] })),
]

const page = { width: 680, height: 470 }

test.each([
  ['what fits from left to right runs so', page, chain(3), 'LR'],
  ['a chain that is too long for it runs downwards', page, chain(7), 'TB'],
  ['many side by side do not, since that made them smaller', page, fan(20), 'LR'],
  ['a telephone has room downwards', { width: 340, height: 400 }, chain(3), 'TB'],
  [
    'where nothing can be measured it runs from left to right',
    { width: 0, height: 0 },
    chain(3),
    'LR',
  ],
] as const)('%s', (_, frame, steps, direction) => {
  const layout = layoutIn(frame, steps)
  expect(layout.direction).toBe(direction)
  expect([...layout.places.keys()]).toEqual(steps.map(({ id }) => id))
})
