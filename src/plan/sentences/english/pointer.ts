import type { JsonObject } from '../../../json.ts'
import type { Target } from '../../../modules/browser-actions/types.ts'
import type { Reader, Rule, RuleReading } from '../language.ts'
import type { Token } from '../tokens.ts'

export function targetJson(target: Target): JsonObject {
  return target as unknown as JsonObject
}

export function clickOn(
  tokens: readonly Token[] | undefined,
  reader: Reader,
  more: JsonObject = {},
): RuleReading {
  const target = reader.target(tokens)
  return target && { do: 'click', target: targetJson(target), ...more }
}

const verbs = 'click|tap'

const modifierNames: readonly (readonly [words: string, key: string])[] = [
  ['ctrl|control', 'Control'],
  ['shift', 'Shift'],
  ['alt|option', 'Alt'],
  ['cmd|command|meta', 'Meta'],
]

const modifierRules: readonly Rule[] = modifierNames.map(([words, key]) => {
  const dashed = words.split('|').map((word) => `${word}-click|${word}+click|${word}_click`)
  return {
    form: 'Shift-click the second row',
    patterns: [
      `${dashed.join('|')} [on] <target>`,
      `${verbs} [on] <target> while|when holding|pressing [down] [the] ${words} [key]`,
      `${verbs} [on] <target> with ${words} [held|pressed] [down]`,
    ],
    read: ({ target }, reader) => clickOn(target, reader, { modifiers: [key] }),
  }
})

/** The first button that submits, which is the one that Enter in a field stands for (HTML, implicit submission). */
const submitButton = '[type=submit], button:not([type]), [type=image]'

export const pointerRules: readonly Rule[] = [
  {
    form: 'Double-click the first row',
    patterns: [
      'double-click|double_click|doubleclick|dblclick|double-tap|double_tap [on] <target>',
      'force double-click|double_click [on] <target>',
      `${verbs} [on] <target> twice|with_a_double_click`,
    ],
    read: ({ target }, reader) => clickOn(target, reader, { count: 2 }),
  },
  {
    form: 'Triple-click the text',
    patterns: ['triple-click|triple_click [on] <target>'],
    read: ({ target }, reader) => clickOn(target, reader, { count: 3 }),
  },
  {
    form: 'Right-click the file',
    patterns: [
      'right-click|right_click|rightclick|context-click|context_click [on] <target>',
      `${verbs} [on] <target> with the right [mouse] button`,
      'open the context_menu of|on|for <target>',
    ],
    read: ({ target }, reader) => clickOn(target, reader, { button: 'right' }),
  },
  {
    form: 'Middle-click the link',
    patterns: [
      'middle-click|middle_click [on] <target>',
      `${verbs} [on] <target> with the middle [mouse] button`,
    ],
    read: ({ target }, reader) => clickOn(target, reader, { button: 'middle' }),
  },
  ...modifierRules,
  {
    form: 'Force click the Save button',
    patterns: [
      'force|force-click|forcibly [click|tap|press] [on] <target>',
      `${verbs} [on] <target> with|by force|forcing_it`,
    ],
    read: ({ target }, reader) => clickOn(target, reader, { force: true }),
  },
  {
    form: 'Submit the form',
    patterns: ['submit', 'submit [the] form', 'submit <form>'],
    read: ({ form }, reader) => {
      const submit = { selector: submitButton, nth: 1 }
      if (form === undefined) return { do: 'click', target: submit }
      const target = reader.target(form)
      const isForm = target?.role === 'form'
      return isForm ? { do: 'click', target: { ...submit, in: targetJson(target) } } : undefined
    },
  },
  {
    form: 'Click the Sign in button',
    patterns: [`click|tap|hit|push|left-click|left_click|press [on|at|upon] <target>`],
    read: ({ target }, reader) => clickOn(target, reader),
  },
  {
    form: 'Close the dialog',
    patterns: ['close|dismiss [down] <target>'],
    read: ({ target }, reader) => close(reader.target(target)),
  },
  {
    form: 'Expand the FAQ section',
    patterns: ['expand|collapse|unfold|fold [up] <target>'],
    read: ({ target }, reader) => {
      const found = reader.target(target)
      return found && { do: 'click', target: targetJson(opener(found)) }
    },
  },
  {
    form: 'Hover over the Help button',
    patterns: [
      'hover [the] [mouse|cursor] over|on|above <target>',
      'hover <target>',
      'mouse over <target>',
      'mouseover <target>',
      'move [the|your] mouse|cursor|pointer [over|onto|on] [to] <target>',
      'point [the_mouse] at|to <target>',
    ],
    read: ({ target }, reader) => {
      const found = reader.target(target)
      return found && { do: 'hover', target: targetJson(found) }
    },
  },
  {
    form: 'Focus the Search field',
    patterns: [
      'focus [on|in] <target>',
      'set|put|move|give [the] [keyboard] focus|cursor on|in|into|to <target>',
      'give <target> focus',
    ],
    read: ({ target }, reader) => {
      const found = reader.target(target)
      return found && { do: 'focus', target: targetJson(found) }
    },
  },
  {
    form: 'Blur the Search field',
    patterns: [
      'blur|unfocus|defocus',
      'blur|unfocus|defocus <target>',
      'remove|take [the|keyboard] focus from|off <target>',
      'leave <field>',
    ],
    read: ({ target, field }, reader) => {
      const found = reader.target(target ?? field)
      if (field !== undefined && found?.role !== 'field' && found?.role !== 'textbox')
        return undefined
      if (target !== undefined && found === undefined) return undefined
      return found === undefined ? { do: 'blur' } : { do: 'blur', target: targetJson(found) }
    },
  },
  {
    form: 'Drag the first card to the Done list',
    patterns: [
      'drag [and] [drop] <target> onto|over <to>',
      'drag [and] [drop] <target> and drop it|them on|onto|in|into|over|to <to>',
      'drag [and] [drop] <target> to|into <to>',
      'drag [and] [drop] <target> on|in <to>',
    ],
    read: ({ target, to }, reader) => {
      const from = reader.target(target)
      const onto = reader.target(to)
      return from && onto && { do: 'drag', target: targetJson(from), to: targetJson(onto) }
    },
  },
]

/** A section is closed by what opens it, anything else by its own "Close". */
function close(target: Target | undefined): RuleReading {
  if (target === undefined || target.role === 'tab' || target.role === 'iframe') return undefined
  if (target.role === 'region') return { do: 'click', target: targetJson(opener(target)) }
  return { do: 'click', target: { name: 'Close', role: 'button', in: targetJson(target) } }
}

/** What a section is expanded by: its heading, button or tab, which has its name. */
function opener({ role, ...target }: Target): Target {
  return role === undefined || (role === 'region' && target.name !== undefined)
    ? target
    : { ...target, role }
}
