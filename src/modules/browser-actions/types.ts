import { z } from 'zod'
import { durationSchema } from '../../duration-schema.ts'
import { secretName } from '../outbound/types.ts'

/** What kind of element a step means; the words of sentences map to these. Source: WAI-ARIA 1.2 roles, and two words of ours. */
export const targetRoles = [
  'button',
  'link',
  'textbox',
  'searchbox',
  'checkbox',
  'radio',
  'switch',
  'combobox',
  'option',
  'listbox',
  'slider',
  'spinbutton',
  'tab',
  'menuitem',
  'heading',
  'image',
  'row',
  'cell',
  'listitem',
  'list',
  'table',
  'dialog',
  'form',
  'region',
  'navigation',
  'alert',
  'iframe',
  /** Anything that takes text: a text box, a search box, a combo box, a spin button. */
  'field',
  /** Anything at all. */
  'element',
] as const

export type TargetRole = (typeof targetRoles)[number]

/** Which element of the page a step means, as people say it. */
export interface Target {
  /** What people see of it: its accessible name, own text, placeholder, or the text before it. */
  readonly name?: string | undefined
  readonly role?: TargetRole | undefined
  /** Which of several in the order of the page: 1 is the first, -1 the last. */
  readonly nth?: number | undefined
  /** The smallest container of that role or name that holds it: a row, a section, a dialog, a form. */
  readonly in?: Target | undefined
  /** The element next to which it stands. */
  readonly near?: Target | undefined
  /** A CSS selector, for what no words name. */
  readonly selector?: string | undefined
}

/** An expression may come to a number where a text is meant. */
const asText = (text: z.ZodString) => z.union([text, z.number(), z.boolean()]).transform(String)

const words = asText(z.string().min(1).max(1000))

/** A target as a step writes it: a name alone, or what tells it apart. */
export const targetSchema: z.ZodType<string | Target> = z
  .union([
    words.describe('Its name alone.'),
    z
      .strictObject({
        name: words.optional().describe('Its accessible name, text, placeholder or label.'),
        role: z.enum(targetRoles).optional(),
        nth: z
          .int()
          .min(-100)
          .max(1000)
          .refine((nth) => nth !== 0, { message: 'expected 1 for the first, or -1 for the last' })
          .optional()
          .describe('Which of several: 1 is the first, -1 the last.'),
        get in() {
          return targetSchema.optional().describe('What it is in: a row, a section, a dialog.')
        },
        get near() {
          return targetSchema.optional().describe('What it stands next to.')
        },
        selector: words.optional().describe('A CSS selector, for what no words name.'),
      })
      .refine((target) => Object.keys(target).length > 0, {
        message: 'expected a name, a role or a selector',
      }),
  ])
  .meta({ id: 'BrowserTarget', description: 'Which element of the page is meant.' }) as never

const url = z.string().min(1).max(8192)
const text = asText(z.string().max(100_000))
const pattern = z.string().min(1).max(2000)

/** What may hold of an element, or be said not to. */
export const elementStates = [
  'visible',
  'enabled',
  'checked',
  'selected',
  'focused',
  'editable',
  'expanded',
  'empty',
] as const

/** What a text is compared by. */
export const comparisons = ['equals', 'contains', 'matches'] as const

/** A file that is given to a page: an artifact of the session, or a text. */
const fileSchema = z.union([
  z.strictObject({ artifact: z.string().min(1).max(100) }),
  z.strictObject({ name: z.string().min(1).max(200), text }),
])

/**
 * Everything that can be done in a page: the closed list that sentences, structured steps, the cache
 * and the AI share. Nothing here runs code of the caller's in the page.
 */
export const browserActions = {
  open: z.strictObject({
    url: url.optional().describe('http or https, or a path on the site that is open.'),
    page: words
      .optional()
      .describe('The name of a page: a link or button of that name leads to it.'),
  }),
  back: z.strictObject({}),
  forward: z.strictObject({}),
  reload: z.strictObject({}),
  click: z.strictObject({
    target: targetSchema,
    button: z.enum(['left', 'right', 'middle']).optional(),
    count: z.int().min(1).max(3).optional().describe('2 for a double click.'),
    modifiers: z.array(z.enum(['Alt', 'Control', 'Meta', 'Shift'])).optional(),
    force: z.boolean().optional().describe('Also when something covers it.'),
  }),
  hover: z.strictObject({ target: targetSchema }),
  focus: z.strictObject({ target: targetSchema }),
  blur: z.strictObject({ target: targetSchema.optional() }),
  fill: z.strictObject({
    target: targetSchema.optional().describe('Absent: the element that has the focus.'),
    text: text.optional(),
    secret: secretName.optional().describe('In place of a text: the name of a secret.'),
    append: z.boolean().optional(),
    submit: z.boolean().optional().describe('Presses Enter afterwards.'),
    force: z.boolean().optional().describe('Also when something covers it.'),
  }),
  clear: z.strictObject({ target: targetSchema }),
  press: z.strictObject({
    key: z
      .string()
      .min(1)
      .max(100)
      .describe('As Playwright names keys: Enter, ArrowDown, Control+A.'),
    target: targetSchema.optional(),
    times: z.int().min(1).max(100).optional(),
  }),
  check: z.strictObject({
    target: targetSchema,
    on: z.boolean().optional().describe('Default: true.'),
    force: z.boolean().optional().describe('Also when something covers it.'),
  }),
  select: z.strictObject({
    target: targetSchema.optional(),
    options: z.array(words).min(1).max(100),
  }),
  set: z.strictObject({
    target: targetSchema,
    value: asText(z.string().max(1000)).describe(
      'Of a slider, a date, a time, a colour, a number.',
    ),
  }),
  drag: z.strictObject({ target: targetSchema, to: targetSchema }),
  scroll: z.strictObject({
    target: targetSchema.optional().describe('Brings it into view.'),
    direction: z.enum(['up', 'down', 'left', 'right', 'top', 'bottom']).optional(),
    pixels: z.int().min(1).max(100_000).optional().describe('Default: most of a window.'),
  }),
  upload: z.strictObject({
    target: targetSchema.optional(),
    files: z.array(fileSchema).min(1).max(10),
  }),
  download: z.strictObject({ target: targetSchema.describe('What is clicked to begin it.') }),
  dialog: z.strictObject({
    accept: z.boolean().describe('What is answered to the next dialog.'),
    text: text.optional().describe('What a prompt is answered.'),
  }),
  switchTab: z.strictObject({
    tab: z
      .union([z.int(), words])
      .describe('Its place, 1 first and -1 last, or part of its title or URL.'),
  }),
  closeTab: z.strictObject({ tab: z.union([z.int(), words]).optional() }),
  waitFor: z.strictObject({
    target: targetSchema.optional(),
    text: words.optional(),
    url: pattern.optional(),
    gone: z.boolean().optional(),
    loaded: z.boolean().optional().describe('Until the page has loaded and come to rest.'),
    timeout: durationSchema.optional(),
  }),
  extract: z.strictObject({
    target: targetSchema.optional().describe('Absent: the page.'),
    what: z
      .enum(['text', 'value', 'url', 'title', 'attribute', 'count', 'list', 'table'])
      .optional(),
    attribute: z.string().min(1).max(100).optional(),
    as: z.string().min(1).max(64).optional().describe('The variable that it becomes.'),
  }),
  assert: z.strictObject({
    target: targetSchema.optional().describe('Absent: the page.'),
    /** What is looked at; `state`: of the element. */
    that: z
      .enum(['text', 'value', 'state', 'count', 'url', 'title', 'attribute', 'class'])
      .optional(),
    state: z.enum(elementStates).optional(),
    by: z.enum(comparisons).optional(),
    expected: z.union([z.string().max(100_000), z.number()]).optional(),
    attribute: z.string().min(1).max(100).optional(),
    not: z.boolean().optional(),
    timeout: durationSchema.optional(),
  }),
  screenshot: z.strictObject({
    target: targetSchema.optional(),
    name: z.string().min(1).max(100).optional(),
    fullPage: z.boolean().optional(),
  }),
} as const

export type ActionName = keyof typeof browserActions

type ActionFields = { [A in ActionName]: z.output<(typeof browserActions)[A]> }

/** One thing to do in a page. */
export type BrowserAction = {
  // Of an object without fields zod makes a record, which would have no `do` either.
  [A in ActionName]: { readonly do: A } & (string extends keyof ActionFields[A]
    ? unknown
    : ActionFields[A])
}[ActionName]

const [first, ...others] = (Object.keys(browserActions) as ActionName[]).map((name) =>
  browserActions[name].extend({ do: z.literal(name) }),
)

/** One thing to do in a page, checked: `do` says which of the table above. */
export const browserActionSchema = z
  .discriminatedUnion('do', [first as NonNullable<typeof first>, ...others])
  .meta({ type: 'object' }) as unknown as z.ZodType<BrowserAction>

/** What a model may be asked to do where words name no element; what looks, or claims something, is as it is. */
export const helpedActions: ReadonlySet<string> = new Set<ActionName>([
  'open',
  'click',
  'hover',
  'fill',
  'clear',
  'press',
  'check',
  'select',
  'set',
  'drag',
  'upload',
])

/** An action in words, as it was asked for: `click button "Sign in" in the row "Ada"`. */
export function inWords(action: BrowserAction): string {
  const { do: verb, target, to } = action as { do: string; target?: string | Target; to?: Target }
  const words = [verb]
  if ('text' in action && typeof action.text === 'string') words.push(quoted(action.text))
  if ('secret' in action && action.secret !== undefined) words.push(`secret ${action.secret}`)
  if ('key' in action) words.push(action.key)
  if ('options' in action) words.push(action.options.map(quoted).join(', '))
  if ('url' in action && action.url !== undefined) words.push(action.url)
  if ('page' in action && action.page !== undefined) words.push(quoted(action.page))
  if (target !== undefined) words.push(...(words.length > 1 ? ['in'] : []), targetInWords(target))
  if (to !== undefined) words.push('to', targetInWords(to))
  return words.join(' ')
}

/** An element in words: `2nd button "Save" in the dialog`. */
export function targetInWords(target: string | Target): string {
  if (typeof target === 'string') return quoted(target)
  const { name, role, nth, selector, in: container, near } = target
  return [
    nth === undefined ? undefined : ordinal(nth),
    role === undefined ? undefined : (roleWords[role] ?? role),
    selector === undefined ? undefined : `element ${selector}`,
    name === undefined ? undefined : quoted(name),
    near === undefined ? undefined : `next to ${targetInWords(near)}`,
    container === undefined ? undefined : `in the ${targetInWords(container)}`,
  ]
    .filter((part) => part !== undefined)
    .join(' ')
}

/** Roles that people call something else. */
const roleWords: { readonly [R in TargetRole]?: string } = {
  textbox: 'text box',
  searchbox: 'search box',
  radio: 'radio button',
  combobox: 'dropdown',
  listbox: 'list',
  listitem: 'item',
  menuitem: 'menu item',
  spinbutton: 'number field',
  region: 'section',
}

function ordinal(nth: number): string {
  if (nth === -1) return 'last'
  if (nth < 0) return `${suffixed(-nth)} to last`
  return nth === 1 ? 'first' : suffixed(nth)
}

function suffixed(count: number): string {
  const isTeen = Math.floor(count / 10) % 10 === 1
  const suffix = isTeen ? undefined : { 1: 'st', 2: 'nd', 3: 'rd' }[count % 10]
  return `${count}${suffix ?? 'th'}`
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
