import { expect, test } from 'vitest'
import { layoutDesign } from '../../../src/dashboard/designer/design-layout.ts'

const chain = (length: number) =>
  Array.from({ length }, (_, index) => (index === 0 ? [] : [index - 1]))

test.each([
  ['a few steps on a wide page', 3, 1600, 'LR'],
  ['more than fit on it', 12, 1600, 'TB'],
  ['few steps on a telephone', 3, 380, 'TB'],
] as const)('%s run where they can be read', (_, length, pageWidth, direction) => {
  const layout = layoutDesign(chain(length), pageWidth)
  expect(layout.direction).toBe(direction)
  const along = layout.places.map(({ x, y }) => (direction === 'LR' ? x : y))
  expect(along).toHaveLength(length)
  expect(along).toEqual(along.toSorted((a, b) => a - b))
  expect(new Set(along).size).toBe(length)
})
