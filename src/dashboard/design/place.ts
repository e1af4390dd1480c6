import type { Node } from 'yaml'
import type { Json } from '../../json.ts'
import type { Change } from './lines.ts'

export type Written = 'yaml' | 'json'

/** The text that nodes stand in. */
export interface Place {
  readonly text: string
  readonly written: Written
}

/** How a part of a node is changed; handed on, since parts have parts. */
export type ChangesOf = (
  place: Place,
  node: Node,
  before: Json,
  after: Json,
) => readonly Change[] | undefined
