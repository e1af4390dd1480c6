import type { NounWords, RoleWord } from '../language.ts'

const control = (role: RoleWord['role']): RoleWord => ({ kind: 'control', ...(role && { role }) })
const part = (role: RoleWord['role']): RoleWord => ({ kind: 'part', ...(role && { role }) })
const bySelector = (selector: string): RoleWord => ({ kind: 'part', selector })
const noun: RoleWord = { kind: 'noun' }

/** What people call the kinds of elements, one and many. */
const roles: readonly (readonly [RoleWord, readonly string[]])[] = [
  [control('button'), ['button', 'btn', 'push button', 'icon button', 'cta']],
  [control('link'), ['link', 'hyperlink', 'anchor']],
  [control('textbox'), ['textbox', 'textarea', 'text area', 'multiline field']],
  [
    control('field'),
    ['field', 'input', 'input field', 'input box', 'text field', 'text box', 'text input', 'box'],
  ],
  [
    control('searchbox'),
    ['searchbox', 'search box', 'search field', 'search bar', 'search input', 'search text box'],
  ],
  [control('checkbox'), ['checkbox', 'check box', 'tick box', 'tickbox']],
  [control('radio'), ['radio', 'radio button', 'radio option']],
  [control('switch'), ['switch', 'toggle', 'toggle switch', 'switch button']],
  [
    control('combobox'),
    [
      'dropdown',
      'drop-down',
      'drop down',
      'dropdown menu',
      'dropdown list',
      'drop-down list',
      'drop-down menu',
      'select',
      'select box',
      'select field',
      'select menu',
      'combobox',
      'combo box',
      'picker',
      'selector',
    ],
  ],
  [part('option'), ['option']],
  [control('listbox'), ['listbox', 'list box']],
  [control('slider'), ['slider', 'range slider']],
  [control('spinbutton'), ['spinbutton', 'spin button', 'stepper']],
  [control('tab'), ['tab']],
  [control('menuitem'), ['menu item', 'menuitem', 'menu entry', 'menu option']],
  [part('heading'), ['heading', 'headline', 'header text', 'subheading']],
  [part('image'), ['image', 'picture', 'photo', 'img', 'thumbnail', 'avatar']],
  [part('row'), ['row', 'table row']],
  [part('cell'), ['cell', 'table cell']],
  [part('listitem'), ['item', 'list item', 'listitem', 'list entry']],
  [part('list'), ['list', 'bullet list']],
  [part('table'), ['table', 'grid', 'data table']],
  [
    part('dialog'),
    ['dialog', 'dialogue', 'modal', 'modal dialog', 'popup', 'pop-up', 'dialog box'],
  ],
  [part('form'), ['form']],
  [part('region'), ['section', 'region', 'panel', 'area', 'fieldset', 'group']],
  [
    part('navigation'),
    ['navigation', 'nav', 'navbar', 'nav bar', 'navigation bar', 'navigation menu', 'menu bar'],
  ],
  [part('alert'), ['alert']],
  [part('iframe'), ['iframe', 'frame']],
  [part('element'), ['element', 'thing', 'one', 'control', 'component', 'widget']],
  [bySelector('header, [role=banner]'), ['header', 'page header', 'top bar', 'site header']],
  [bySelector('footer, [role=contentinfo]'), ['footer', 'page footer', 'site footer']],
  [bySelector('aside, [role=complementary]'), ['sidebar', 'side bar']],
  [bySelector('main, [role=main]'), ['main content', 'main area', 'main section']],
  [bySelector('[role=menu], menu'), ['menu', 'context menu']],
  [
    noun,
    [
      'text',
      'message',
      'label',
      'notification',
      'toast',
      'icon',
      'badge',
      'entry',
      'value',
      'words',
    ],
  ],
]

/** One and many of each. */
const roleEntries = roles.flatMap(([role, names]) =>
  names.flatMap((name) => [name, pluralOf(name)].map((form) => [form, role] as const)),
)

function pluralOf(name: string): string {
  if (/(?:s|x|z|ch|sh)$/.test(name)) return `${name}es`
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`
}

const ordinals: readonly (readonly [word: string, nth: number])[] = [
  ['first', 1],
  ['second', 2],
  ['third', 3],
  ['fourth', 4],
  ['fifth', 5],
  ['sixth', 6],
  ['seventh', 7],
  ['eighth', 8],
  ['ninth', 9],
  ['tenth', 10],
  ['1st', 1],
  ['last', -1],
  ['final', -1],
  ['second to last', -2],
  ['second-to-last', -2],
  ['second last', -2],
  ['penultimate', -2],
  ['last but one', -2],
  ['third to last', -3],
]

export const nouns: NounWords = {
  determiners: new Set([
    'the',
    'a',
    'an',
    'this',
    'that',
    'my',
    'your',
    'our',
    'their',
    'his',
    'her',
  ]),
  roles: new Map(roleEntries),
  ordinals: new Map(ordinals),
  ordinalOf: (word) => {
    const [, digits] = /^(\d{1,3})(?:st|nd|rd|th)$/.exec(word) ?? []
    return digits === undefined || Number(digits) === 0 ? undefined : Number(digits)
  },
  notAfterOrdinal: new Set(
    'name names line lines visit day class time login seen update updated modified changed edited active used purchase address step aid page'.split(
      ' ',
    ),
  ),
  inside: new Set('in inside within of on from under at'.split(' ')),
  of: new Set(['of', 'for']),
  naming: [
    'labelled|labeled|named|called|titled|containing|reading|saying|showing',
    'with [the] text|label|name|title|caption|heading|placeholder',
    'that|which says|reads|contains|shows|has',
    'with',
  ],
  nextTo: ['next_to', 'beside', 'near', 'near_to', 'close_to'],
  attributes: [
    {
      patterns: ['with [the|a] class|css_class <value>'],
      selectorOf: (value) => `.${value}`,
    },
    { patterns: ['with [the|an] id <value>'], selectorOf: (value) => `#${value}` },
    {
      patterns: ['with [the|a] test_id|testid|data-testid <value>'],
      selectorOf: (value) => `[data-testid="${value}"]`,
    },
  ],
  wholePage: new Set([
    'top of the page',
    'bottom of the page',
    'page',
    'screen',
    'current page',
    'site',
    'website',
    'window',
    'browser',
  ]),
  notFirst: new Set(
    'to in on at of for with from and or by into onto that if it them this all both each every everything something anything nothing is are be not as so than then'.split(
      ' ',
    ),
  ),
  notLast: new Set('to of the a an and or is are be with from into that not by'.split(' ')),
  notInside: new Set(
    'that which who when whenever after before until while if unless then because so should'.split(
      ' ',
    ),
  ),
  and: new Set(['and', 'then']),
  anotherAction: new Set(
    'click clicks type types press presses tap wait verify hover scroll fill expect assert'.split(
      ' ',
    ),
  ),
}
