import { describe, expect, test } from 'vitest'
import type { Target } from '../../../src/modules/browser-actions/types.ts'
import { flatten } from '../../../src/modules/page/page-node.ts'
import type { Purpose } from '../../../src/modules/page/purposes.ts'
import { nearMisses, resolve } from '../../../src/modules/page/resolve.ts'
import { type AriaNode, readSnapshot } from '../../../src/modules/page/snapshot.ts'

type Json = (AriaNode | string)[]

const box = (x: number, y: number, width = 50, height = 20) => ({ x, y, width, height })

const signIn: Json = [
  { role: 'heading', name: 'Sign in', ref: 'e1', level: 1 },
  {
    role: 'generic',
    ref: 'e2',
    children: ['Email', { role: 'textbox', name: 'Email', ref: 'e3' }],
  },
  {
    role: 'generic',
    ref: 'e4',
    children: ['Password', { role: 'textbox', name: 'Password', ref: 'e5' }],
  },
  { role: 'button', name: 'Show password', ref: 'e6' },
  { role: 'button', name: 'Sign in', ref: 'e7' },
  { role: 'link', name: 'Sign in with a key', ref: 'e8' },
  { role: 'textbox', ref: 'e9', placeholder: 'Search…' },
  'Nickname:',
  { role: 'textbox', ref: 'e10' },
  { role: 'checkbox', ref: 'e11' },
  'I agree',
  { role: 'checkbox', ref: 'e12' },
  'Send news',
]

const row = (name: string, at: number): AriaNode => ({
  role: 'row',
  ref: `r${at}`,
  box: box(0, at * 30, 400, 30),
  children: [
    { role: 'cell', name, ref: `c${at}`, box: box(0, at * 30) },
    {
      role: 'cell',
      ref: `d${at}`,
      children: [
        { role: 'button', name: 'Edit', ref: `edit${at}`, box: box(100, at * 30) },
        { role: 'button', name: 'Delete', ref: `delete${at}`, box: box(200, at * 30) },
      ],
    },
  ],
})

const table: Json = [
  {
    role: 'table',
    ref: 't',
    children: [{ role: 'rowgroup', children: [row('Ann', 1), row('Bob', 2), row('Anna', 3)] }],
  },
]

const sections: Json = [
  {
    role: 'generic',
    ref: 's1',
    children: [
      { role: 'heading', name: 'Profile', ref: 'h1' },
      { role: 'button', name: 'Save', ref: 'save1' },
    ],
  },
  {
    role: 'generic',
    ref: 's2',
    children: [
      { role: 'heading', name: 'Billing', ref: 'h2' },
      { role: 'button', name: 'Save', ref: 'save2' },
    ],
  },
  {
    role: 'dialog',
    name: 'Delete account',
    ref: 'dlg',
    children: [{ role: 'button', name: 'Save', ref: 'save3' }],
  },
]

const prices: Json = [
  { role: 'columnheader', name: 'outside' },
  {
    role: 'table',
    children: [
      {
        role: 'row',
        children: [
          { role: 'columnheader', name: 'Item' },
          { role: 'columnheader', name: 'Price' },
        ],
      },
      {
        role: 'row',
        children: [
          { role: 'cell', name: 'Tea' },
          { role: 'cell', ref: 'x', children: [{ role: 'textbox', ref: 'tea' }] },
        ],
      },
    ],
  },
]

const hidden: Json = [
  { role: 'button', name: 'Pay', ref: 'off', box: box(-9999, 0) },
  { role: 'button', name: 'Pay', ref: 'on', box: box(0, 0) },
  {
    role: 'generic',
    ariaHidden: true,
    ref: 'h',
    children: [{ role: 'button', name: 'Ghost', ref: 'ghost', box: box(0, 50) }],
  },
]

const nested: Json = [
  {
    role: 'link',
    name: 'Home',
    ref: 'a',
    children: [{ role: 'generic', ref: 'b', text: 'Home' }],
  },
  {
    role: 'generic',
    ref: 'c',
    children: [{ role: 'generic', ref: 'd', cursor: 'pointer', text: 'Open menu' }],
  },
  { role: 'generic', ref: 'e', text: '+' },
]

function found(json: Json, target: Target, purpose: Purpose = 'press'): (string | undefined)[] {
  return resolve(target, flatten(readSnapshot(json)), purpose).meant.map(({ ref }) => ref)
}

describe('the exact name', () => {
  test.each<[string, Json, Target, Purpose, string]>([
    ['goes before a part', signIn, { name: 'Password' }, 'fill', 'e5'],
    ['means what can be pressed', signIn, { name: 'Sign in' }, 'press', 'e7'],
    [
      'means the heading where it is asked for',
      signIn,
      { name: 'Sign in', role: 'heading' },
      'read',
      'e1',
    ],
    ['may differ in case and punctuation', signIn, { name: 'sign-in!' }, 'press', 'e7'],
    ['may be a part', signIn, { name: 'with a key' }, 'press', 'e8'],
    ['may be a placeholder', signIn, { name: 'Search' }, 'fill', 'e9'],
    ['may be the text before a field', signIn, { name: 'Nickname' }, 'fill', 'e10'],
    ['may be the text after a box', signIn, { name: 'I agree' }, 'check', 'e11'],
    ['of each box is its own', signIn, { name: 'Send news' }, 'check', 'e12'],
    ['may be the header of a column', prices, { name: 'Price', role: 'field' }, 'fill', 'tea'],
    ['is that of the link, not of the text in it', nested, { name: 'Home' }, 'press', 'a'],
    [
      'may be the text of what listens',
      nested,
      { name: 'Open menu', role: 'button' },
      'press',
      'd',
    ],
    ['may be a sign', nested, { name: '+' }, 'press', 'e'],
    ['means what is seen', hidden, { name: 'Pay' }, 'press', 'on'],
    ['means what is hidden where nothing else is', hidden, { name: 'Ghost' }, 'press', 'ghost'],
  ])('%s', (_, json, target, purpose, ref) => {
    expect(found(json, target, purpose)).toEqual([ref])
  })

  test('of several leaves all of them', () => {
    expect(found(table, { name: 'Delete' })).toEqual(['delete1', 'delete2', 'delete3'])
  })
})

describe('a container', () => {
  test.each<[string, Json, Target, string[]]>([
    [
      'is the row of a name',
      table,
      { name: 'Delete', in: { role: 'row', name: 'Bob' } },
      ['delete2'],
    ],
    [
      'has exactly the name, not a longer one',
      table,
      { name: 'Delete', in: { role: 'row', name: 'Ann' } },
      ['delete1'],
    ],
    ['needs no role', table, { name: 'Edit', in: { name: 'Bob' } }, ['edit2']],
    ['is a row by its place', table, { name: 'Delete', in: { role: 'row', nth: 2 } }, ['delete2']],
    [
      'is a section by its heading',
      sections,
      { name: 'Save', in: { role: 'region', name: 'Billing' } },
      ['save2'],
    ],
    ['is the dialog', sections, { name: 'Save', in: { role: 'dialog' } }, ['save3']],
    [
      'is the dialog of a name',
      sections,
      { name: 'Save', in: { role: 'dialog', name: 'Delete account' } },
      ['save3'],
    ],
    [
      'that is not there holds nothing',
      sections,
      { name: 'Save', in: { role: 'row', name: 'Billing' } },
      [],
    ],
    [
      'may be in another',
      table,
      { name: 'Edit', in: { role: 'cell', in: { role: 'row', name: 'Bob' } } },
      ['edit2'],
    ],
  ])('%s', (_, json, target, refs) => {
    expect(found(json, target)).toEqual(refs)
  })
})

describe('an ordinal', () => {
  test.each<[Target, string[]]>([
    [{ name: 'Delete', nth: 1 }, ['delete1']],
    [{ name: 'Delete', nth: 2 }, ['delete2']],
    [{ name: 'Delete', nth: -1 }, ['delete3']],
    [{ role: 'button', nth: 3 }, ['edit2']],
    [{ name: 'Delete', nth: 4 }, []],
    [{ role: 'row', nth: 2 }, ['r2']],
  ])('%j', (target, refs) => {
    expect(found(table, target)).toEqual(refs)
  })
})

test('what stands next to something is the nearest', () => {
  expect(found(table, { role: 'button', name: 'Delete', near: { name: 'Bob' } })).toEqual([
    'delete2',
  ])
})

test('candidates come best first, and say why', () => {
  const { candidates } = resolve({ name: 'Sign in' }, flatten(readSnapshot(signIn)), 'press')
  expect(candidates[0]).toEqual({
    role: 'button',
    name: 'Sign in',
    score: 125,
    why: 'the exact name',
  })
  expect(candidates.map(({ name }) => name)).toContain('Sign in with a key')
})

test('what is not there has its nearest names', () => {
  const near = nearMisses(
    { name: 'Sing in', role: 'button' },
    flatten(readSnapshot(signIn)),
    'press',
  )
  expect(near[0]).toMatchObject({ role: 'button', name: 'Sign in' })
})

test('twenty thousand nodes are read and resolved without delay', () => {
  const many: Json = Array.from({ length: 5000 }, (_, at) => ({
    role: 'listitem',
    ref: `i${at}`,
    children: [
      `Item ${at}`,
      { role: 'button', name: `Buy ${at}`, ref: `b${at}` },
      { role: 'textbox', ref: `f${at}` },
    ],
  }))
  const startedAt = performance.now()
  expect(found(many, { name: 'Buy 4321' })).toEqual(['b4321'])
  expect(found(many, { role: 'button', in: { role: 'listitem', name: 'Item 77' } })).toEqual([
    'b77',
  ])
  // A quadratic walk takes minutes.
  expect(performance.now() - startedAt).toBeLessThan(10_000)
})
