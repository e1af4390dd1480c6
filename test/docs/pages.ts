import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/** The pages people read: README and the like at the top, docs/, examples/. Paths are relative to the root. */
export async function pagePaths(): Promise<string[]> {
  const folders = ['.', 'docs', 'examples']
  const found = folders.map(async (folder) => {
    const names = await readdir(join(root, folder))
    return names.filter((name) => name.endsWith('.md')).map((name) => join(folder, name))
  })
  return (await Promise.all(found)).flat()
}

export function readPage(path: string): Promise<string> {
  return readFile(join(root, path), 'utf8')
}

export interface Link {
  readonly from: string
  /** The file it leads to, relative to the root. */
  readonly path: string
  readonly anchor: string | undefined
}

/** The links of a page that lead to other files or places of the project. */
export function linksOf(page: string, text: string): Link[] {
  const targets = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(
    ([, target = '']) => target,
  )
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor] = target.split('#')
      const path = file === '' ? page : relative(root, join(root, dirname(page), file))
      return { from: page, path, anchor }
    })
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(text: string): Set<string> {
  const headings = [...withoutFences(text).matchAll(/^#{1,6} (.+)$/gm)]
  return new Set(
    headings.map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ),
  )
}

function withoutCode(text: string): string {
  return withoutFences(text).replaceAll(/`[^`\n]*`/g, '')
}

function withoutFences(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '')
}
