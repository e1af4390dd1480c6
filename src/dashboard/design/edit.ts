import type { Json } from '../../json.ts'

/** Where a step is added: between what it names, by index. */
export type Spot =
  | { readonly at: 'end' }
  /** Right behind it in the list: what says nothing of its order comes after the new one. */
  | { readonly at: 'after'; readonly index: number }
  /** Right before it in the list. */
  | { readonly at: 'before'; readonly index: number }
  /** After what it comes after, side by side with it. */
  | { readonly at: 'beside'; readonly index: number }
  /** After it, beside whatever else is. */
  | { readonly at: 'from'; readonly index: number }
  /** On the way from one to the other. */
  | { readonly at: 'between'; readonly from: number; readonly to: number }

/** One change of a workflow; steps by their place in the list. */
export type Edit =
  | { readonly do: 'add'; readonly step: Json; readonly spot: Spot }
  | { readonly do: 'remove'; readonly index: number }
  | { readonly do: 'duplicate'; readonly index: number }
  | { readonly do: 'move'; readonly index: number; readonly to: number }
  | { readonly do: 'connect'; readonly from: number; readonly to: number }
  | { readonly do: 'disconnect'; readonly from: number; readonly to: number }
  | { readonly do: 'rename'; readonly index: number; readonly id: string }
  /** Undefined takes the field away. */
  | {
      readonly do: 'set'
      readonly index: number
      readonly path: readonly string[]
      readonly value: Json | undefined
    }
  | { readonly do: 'replace'; readonly index: number; readonly step: Json }
  /** A field of the workflow itself. */
  | {
      readonly do: 'setWorkflow'
      readonly path: readonly string[]
      readonly value: Json | undefined
    }

/** What a sentence stands for, as the service compiled it; by its place in the list. */
export type Compiled = (index: number) => { readonly uses: string; readonly with: Json } | undefined

/** An edit that cannot be made; the message says why, in a word for people. */
export class RefusedEdit extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'RefusedEdit'
  }
}

/** A new sentence that would have to say more than a sentence can. */
export class SentenceRefused extends RefusedEdit {
  constructor() {
    super('A sentence cannot say what it comes after. Choose a kind of step.')
    this.name = 'SentenceRefused'
  }
}

/** A sentence of which it is not known, or not yet, what step it stands for. */
export class UncompiledSentence extends RefusedEdit {
  readonly sentence: string

  constructor(sentence: string) {
    super(
      `The sentence “${sentence}” cannot say this, and is not understood as one step. Write it as a step first.`,
    )
    this.name = 'UncompiledSentence'
    this.sentence = sentence
  }
}
