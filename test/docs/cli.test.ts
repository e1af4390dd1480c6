import { expect, test } from 'vitest'
import { readPage } from './pages.ts'

test('the page about the command line has every subcommand that is listed', async () => {
  const program = await readPage('src/cli/stepstream.ts')
  const table = /const definitions[\s\S]*?\n\]\n/.exec(program)?.[0] ?? ''
  const names = [...table.matchAll(/name: '([a-z]+)'/g)].map(([, name = '']) => name)
  expect(names).toContain('doctor')
  const page = await readPage('docs/cli.md')
  const rows = [...page.matchAll(/^\| (\[?`.*?) \|/gm)].map(([, cell = '']) => cell)
  const listed = rows.flatMap((cell) => [...cell.matchAll(/`([a-z]+)`/g)].map(([, name]) => name))
  // Only the scripts of shells ask it.
  expect(names.filter((name) => name !== 'complete' && !listed.includes(name))).toEqual([])
})
