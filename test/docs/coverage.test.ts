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

  beforeAll(async () => {
    const page = await readPage('docs/coverage.md')
    rows = [...page.matchAll(/^\| (\d+) \|(.*)\|(.*)\|(.*)\|$/gm)].map(
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

  test('names files that exist', async () => {
    const named = rows.flatMap(({ number, where, shownBy }) =>
      pathsIn(`${where} ${shownBy}`).map((path) => ({ number, path })),
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
