import { confirm, isCancel, multiselect, password, select, text } from '@clack/prompts'
import { oneLine } from '../../session/line-text.ts'

/** Whoever was asked does not want to answer. */
export class Cancelled extends Error {}

export interface Choice<Value> {
  readonly value: Value
  readonly label: string
  readonly hint?: string
}

/** Asks at the terminal. All of them @throws Cancelled */
export const prompts = {
  async choose<Value>(message: string, choices: readonly Choice<Value>[], initial?: Value) {
    const chosen = await select<number>({
      message: oneLine(message),
      options: choices.map(({ label, hint }, value) => ({
        value,
        label: oneLine(label),
        ...(hint === undefined ? {} : { hint: oneLine(hint) }),
      })),
      initialValue: Math.max(
        0,
        choices.findIndex(({ value }) => value === initial),
      ),
    })
    const choice = choices[answered(chosen)]
    if (choice === undefined) throw new Error('the prompt chose what was not there')
    return choice.value
  },

  async chooseSome<Value>(
    message: string,
    choices: readonly Choice<Value>[],
    required: boolean,
  ): Promise<Value[]> {
    const chosen = await multiselect<number>({
      message: oneLine(message),
      options: choices.map(({ label }, value) => ({ value, label: oneLine(label) })),
      required,
    })
    const indexes = new Set(answered(chosen))
    return choices.filter((_, index) => indexes.has(index)).map(({ value }) => value)
  },

  async yesOrNo(message: string, initialValue = false): Promise<boolean> {
    return answered(await confirm({ message: oneLine(message), initialValue }))
  },

  /** @param faultOf what is wrong with a text, or undefined */
  async line(
    message: string,
    {
      initial,
      isHidden = false,
      faultOf = () => undefined,
    }: {
      readonly initial?: string | undefined
      readonly isHidden?: boolean
      readonly faultOf?: (text: string) => string | undefined
    } = {},
  ): Promise<string> {
    const asked = { message: oneLine(message), validate: (typed = '') => faultOf(typed) }
    if (isHidden) return answered(await password(asked)) ?? ''
    const initialValue = initial === undefined ? {} : { initialValue: initial }
    return answered(await text({ ...asked, ...initialValue })) ?? ''
  },
}

export type Prompts = typeof prompts

function answered<Value>(value: Value): Exclude<Value, symbol> {
  if (isCancel(value)) throw new Cancelled()
  return value as Exclude<Value, symbol>
}
