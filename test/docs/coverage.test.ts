import { access } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readPage, root } from './pages.ts'

interface Row {
  readonly number: number
  readonly feature: string
  readonly where: string
  readonly shownBy: string
}

const FEATURES = 158

describe('docs/coverage.md', () => {
  let rows: readonly Row[]
  let faults: readonly string[]

  beforeAll(async () => {
    const page = await readPage('docs/coverage.md')
    const [features = '', originals = ''] = page.split('## Faults of the originals')
    faults = [...originals.matchAll(/^\| \d+ \|.*\|(.*)\|$/gm)].map(([, shownBy = '']) => shownBy)
    rows = [...features.matchAll(/^\| (\d+) \|(.*)\|(.*)\|(.*)\|$/gm)].map(
      ([, number, feature = '', where = '', shownBy = '']) => ({
        number: Number(number),
        feature: feature.trim(),
        where: where.trim(),
        shownBy: shownBy.trim(),
      }),
    )
  })

  test('has every feature, in order', () => {
    expect(rows.map(({ number }) => number)).toEqual(
      Array.from({ length: FEATURES }, (_, index) => index + 1),
    )
    expect(rows.filter(({ feature }) => feature === '')).toEqual([])
  })

  test('says of each where it works and what shows it, or that it comes later', () => {
    const unanswered = rows.filter(
      ({ where, shownBy }) => where === '' || (shownBy === '' && !/\blater$/.test(where)),
    )
    expect(unanswered).toEqual([])
  })

  test('names a test for every fault of the originals', () => {
    expect(faults.length).toBeGreaterThan(20)
    expect(faults.filter((shownBy) => !shownBy.includes('`test/'))).toEqual([])
  })

  test('names files that exist', async () => {
    const cells = rows.map(({ number, where, shownBy }) => ({
      number,
      cell: `${where} ${shownBy}`,
    }))
    const named = [...cells, ...faults.map((cell) => ({ number: 'fault', cell }))].flatMap(
      ({ number, cell }) => pathsIn(cell).map((path) => ({ number, path })),
    )
    expect(named.length).toBeGreaterThan(FEATURES)
    const missing = await Promise.all(
      named.map(async ({ number, path }) => {
        const exists = await access(join(root, path)).then(
          () => true,
          () => false,
        )
        return exists ? [] : [`${number}: ${path}`]
      }),
    )
    expect(missing.flat()).toEqual([])
  })
})

/** The files and folders a cell names, in backquotes or as links, relative to the root. */
function pathsIn(cell: string): string[] {
  const quoted = [...cell.matchAll(/`((?:src|test|bench|scripts|examples)\/[^`]*)`/g)]
  const linked = [...cell.matchAll(/\]\(([^)#]+)\)/g)]
  const page = dirname(join(root, 'docs/coverage.md'))
  return [
    ...quoted.map(([, path = '']) => path),
    ...linked.map(([, target = '']) => relative(root, join(page, target))),
  ]
}
