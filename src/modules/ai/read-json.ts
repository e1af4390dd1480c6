import type { Json } from '../../json.ts'

/** What a model thinks aloud before its answer, as many open models write it. */
const thinking = /^\s*<think(?:ing)?>([\s\S]*?)<\/think(?:ing)?>/

/** An answer without what the model thought aloud in it. */
export function splitThinking(text: string): { readonly thought: string; readonly answer: string } {
  const [whole = '', thought = ''] = thinking.exec(text) ?? []
  return { thought: thought.trim(), answer: text.slice(whole.length) }
}

/**
 * The JSON value in an answer: bare, in a fence, or with words around it.
 * @throws SyntaxError where there is none
 */
export function readJson(answer: string): Json {
  const [, fenced] = /```(?:json)?\s*\n?([\s\S]*?)```/i.exec(answer) ?? []
  const outermost = answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)
  let fault: unknown
  for (const text of [answer, fenced, outermost]) {
    if (text === undefined || text.trim() === '') continue
    try {
      return JSON.parse(text) as Json
    } catch (error) {
      fault ??= error
    }
  }
  throw fault instanceof Error ? fault : new SyntaxError('the answer is empty')
}
