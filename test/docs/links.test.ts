import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { anchorsOf, linksOf, pagePaths, readPage, root } from './pages.ts'

describe('the links of the documentation', () => {
  test('lead to files and headings that exist', async () => {
    const pages = await pagePaths()
    const links = (
      await Promise.all(pages.map(async (page) => linksOf(page, await readPage(page))))
    ).flat()
    expect(links.length).toBeGreaterThan(20)

    const faults = await Promise.all(
      links.map(async ({ from, path, anchor }) => {
        const exists = await access(join(root, path)).then(
          () => true,
          () => false,
        )
        if (!exists) return `${from}: there is no ${path}`
        if (anchor === undefined || anchorsOf(await readPage(path)).has(anchor)) return undefined
        return `${from}: ${path} has no heading for #${anchor}`
      }),
    )

    expect(faults.filter((fault) => fault !== undefined)).toEqual([])
  })

  test('reach every page of docs/ from the README', async () => {
    const reached = new Set(
      linksOf('README.md', await readPage('README.md')).map(({ path }) => path),
    )
    for (const path of reached) {
      if (!path.endsWith('.md')) continue
      for (const link of linksOf(path, await readPage(path).catch(() => ''))) reached.add(link.path)
    }
    const pages = (await pagePaths()).filter((path) => path.startsWith('docs/'))
    expect(pages.filter((path) => !reached.has(path))).toEqual([])
  })
})
