import type { BatchItem, CommonParts } from './types.ts'

/** What is compiled for an item, and how the planner's pointers into it lead into what was posted. */
export interface ItemBody {
  readonly body: unknown
  pointTo(pointer: string): string
}

/** What would be posted to start the session of an item, with what all have in common. */
export function bodyOf(
  common: CommonParts,
  item: Exclude<BatchItem, { readonly retryOf: string }>,
  index: number,
): ItemBody {
  if ('inputs' in item) {
    return {
      body: { ...common, inputs: item.inputs },
      pointTo: (pointer) => intoInputs(pointer, index),
    }
  }
  const { body } = item
  const at = `/sessions/${index}`
  if (common.labels === undefined && common.metadata === undefined) {
    return { body, pointTo: (pointer) => at + pointer }
  }
  if (isObject(body) && Object.hasOwn(body, 'workflow')) {
    return { body: { ...body, ...marksOver(common, body) }, pointTo: (pointer) => at + pointer }
  }
  const { labels, metadata } = common
  return {
    body: { workflow: body, ...(labels && { labels }), ...(metadata && { metadata }) },
    pointTo: (pointer) => at + pointer.replace(/^\/workflow(?=\/|$)/, ''),
  }
}

/** The inputs of a common workflow stand in a list; all else is beside it. */
function intoInputs(pointer: string, index: number): string {
  return pointer.replace(/^\/inputs(?=\/|$)/, `/inputs/${index}`)
}

/** The labels and the metadata of a session over those of its batch. What is no object is left to be refused. */
function marksOver({ labels, metadata }: CommonParts, body: Readonly<Record<string, unknown>>) {
  return { ...merged('labels', labels, body), ...merged('metadata', metadata, body) }
}

function merged(field: string, under: object | undefined, body: Readonly<Record<string, unknown>>) {
  const { [field]: over = {} } = body
  return under === undefined || !isObject(over) ? {} : { [field]: { ...under, ...over } }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
