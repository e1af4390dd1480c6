import { isMap, isScalar, isSeq, type Node } from 'yaml'
import type { Json } from '../../json.ts'
import { blockListChanges, blockMapChanges } from './block-changes.ts'
import { flowListChanges, flowMapChanges } from './flow-changes.ts'
import type { Change } from './lines.ts'
import type { Place } from './place.ts'
import { isEqual, isList, isObject } from './value.ts'

/**
 * What makes a node say another value. Undefined: it has to be written anew, which is for the one to
 * do that it is part of.
 */
export function changesOf(
  place: Place,
  node: Node,
  before: Json,
  after: Json,
): readonly Change[] | undefined {
  if (before === after || isEqual(before, after)) return []
  if (isMap(node) && isObject(before) && isObject(after)) {
    return node.flow === true
      ? flowMapChanges(place, node, before, after, changesOf)
      : blockMapChanges(place, node, before, after, changesOf)
  }
  if (isSeq(node) && isList(before) && isList(after)) {
    return node.flow === true
      ? flowListChanges(place, node, before, after, changesOf)
      : blockListChanges(place, node, before, after, changesOf)
  }
  if (isScalar(node) && typeof after === 'string' && typeof before === 'string') {
    return quotedChange(node, after)
  }
  return undefined
}

/** A text in quotes keeps them. */
function quotedChange(node: Node, after: string): readonly Change[] | undefined {
  if (!isScalar(node) || !node.range || node.anchor !== undefined || /\n/.test(after))
    return undefined
  const [from, to] = node.range
  if (node.type === 'QUOTE_DOUBLE') return [{ from, to, insert: JSON.stringify(after) }]
  if (node.type === 'QUOTE_SINGLE') {
    return [{ from, to, insert: `'${after.replaceAll("'", "''")}'` }]
  }
  return undefined
}
