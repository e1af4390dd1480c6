import type { TargetRole } from '../browser-actions/types.ts'

/** What takes text. */
export const fieldRoles: ReadonlySet<string> = new Set([
  'textbox',
  'searchbox',
  'combobox',
  'spinbutton',
])

/** What people press, choose or type into. Source: the widget roles of WAI-ARIA 1.2. */
export const interactiveRoles: ReadonlySet<string> = new Set([
  ...fieldRoles,
  'button',
  'link',
  'checkbox',
  'radio',
  'switch',
  'option',
  'listbox',
  'slider',
  'tab',
  'menuitem',
  'menuitemcheckbox',
  'menuitemradio',
  'treeitem',
])

/** What can be on or off. */
export const checkRoles: ReadonlySet<string> = new Set([
  'checkbox',
  'radio',
  'switch',
  'menuitemcheckbox',
  'menuitemradio',
])

/** What holds other elements and can be spoken of as the place where they are. */
export const containerRoles: ReadonlySet<string> = new Set([
  'row',
  'listitem',
  'treeitem',
  'dialog',
  'alertdialog',
  'form',
  'search',
  'region',
  'article',
  'group',
  'radiogroup',
  'main',
  'complementary',
  'banner',
  'contentinfo',
  'navigation',
  'list',
  'table',
  'grid',
  'tabpanel',
  'toolbar',
  'menu',
  'cell',
  'iframe',
])

/** The roles that a word stands for: those it names, and those people also mean by it. */
const families: { readonly [R in TargetRole]?: { exact: string[]; also?: string[] } } = {
  button: { exact: ['button'], also: ['link', 'menuitem', 'tab'] },
  link: { exact: ['link'], also: ['button', 'menuitem', 'tab'] },
  textbox: { exact: ['textbox', 'searchbox'], also: ['combobox', 'spinbutton'] },
  searchbox: { exact: ['searchbox'], also: ['textbox', 'combobox'] },
  checkbox: { exact: ['checkbox', 'menuitemcheckbox'], also: ['switch', 'radio'] },
  radio: { exact: ['radio', 'menuitemradio'], also: ['checkbox'] },
  switch: { exact: ['switch'], also: ['checkbox', 'button'] },
  combobox: { exact: ['combobox'], also: ['listbox', 'button', 'textbox', 'searchbox'] },
  option: { exact: ['option'], also: ['menuitem', 'menuitemradio', 'treeitem', 'radio'] },
  listbox: { exact: ['listbox'], also: ['combobox'] },
  slider: { exact: ['slider'], also: ['spinbutton'] },
  spinbutton: { exact: ['spinbutton'], also: ['textbox', 'slider'] },
  tab: { exact: ['tab'], also: ['link', 'button', 'radio'] },
  menuitem: {
    exact: ['menuitem', 'menuitemcheckbox', 'menuitemradio'],
    also: ['link', 'button', 'option'],
  },
  image: { exact: ['img', 'image', 'figure'] },
  row: { exact: ['row'], also: ['listitem'] },
  cell: { exact: ['cell', 'gridcell', 'columnheader', 'rowheader'] },
  listitem: { exact: ['listitem', 'treeitem'], also: ['row', 'option'] },
  list: { exact: ['list', 'tree'], also: ['listbox', 'menu'] },
  table: { exact: ['table', 'grid', 'treegrid'] },
  dialog: { exact: ['dialog', 'alertdialog'] },
  form: { exact: ['form', 'search'], also: ['group', 'region'] },
  region: {
    exact: ['region'],
    also: [
      'main',
      'complementary',
      'banner',
      'contentinfo',
      'article',
      'group',
      'tabpanel',
      'form',
    ],
  },
  navigation: { exact: ['navigation'], also: ['menu', 'menubar', 'tablist'] },
  alert: { exact: ['alert', 'alertdialog'], also: ['status', 'log'] },
  field: { exact: [...fieldRoles] },
}

/** How well a role fits the word for it: 2 is the word itself, 1 what people also mean, 0 not at all. */
export function roleFit(role: string, wanted: TargetRole | undefined): 0 | 1 | 2 {
  if (wanted === undefined || wanted === 'element') return 2
  const family = families[wanted]
  if (family === undefined) return role === wanted ? 2 : 0
  if (family.exact.includes(role)) return 2
  return family.also?.includes(role) === true ? 1 : 0
}

/** The roles that a word itself names. */
export function exactRoles(wanted: TargetRole): readonly string[] | undefined {
  if (wanted === 'element') return undefined
  return families[wanted]?.exact ?? [wanted]
}
