import type { Json } from '../../json.ts'
import type { Complaint, Phrase, PhraseStep } from './phrase.ts'

const templates = /\{\{.*?\}\}/gs

/** `GET https://…` and the other methods, with a JSON body where the method has one. */
export const requestPhrases: readonly Phrase[] = [
  {
    form: 'GET https://example.com/items',
    verbs: ['get', 'head', 'delete', 'fetch'],
    pattern: /^(get|head|delete)\s+(\S.*)$/is,
    toStep: ([, method = '', url = '']) => request(method, url),
  },
  {
    form: 'POST {"name": "value"} to https://example.com/items',
    verbs: ['post', 'put', 'patch', 'send'],
    pattern: /^(post|put|patch)\s+(\S.*)$/is,
    toStep: ([, method = '', rest = '']) => requestWithBody(method, rest),
  },
]

function request(method: string, url: string): PhraseStep | Complaint | undefined {
  if (!isAddress(url)) return undefined
  if (/\s/.test(url.replaceAll(templates, ''))) {
    return { code: 'INVALID_VALUE', message: 'the address has a space; write it as %20' }
  }
  return { uses: 'webhook', with: { method: method.toUpperCase(), url } }
}

function requestWithBody(method: string, rest: string): PhraseStep | Complaint | undefined {
  const to = lastTo(rest)
  if (to === undefined) return undefined
  const step = request(method, rest.slice(to.end))
  const body = rest.slice(0, to.start).trim()
  if (step === undefined || 'code' in step || body === '') return step
  const json = parseJson(body)
  if (json === undefined) {
    return {
      code: 'INVALID_VALUE',
      message: `the body is not valid JSON: ${body.slice(0, 60)}${body.length > 60 ? '…' : ''}`,
    }
  }
  return { ...step, with: { ...step.with, json } }
}

/** Where the "to" before the address stands: the last one that an address follows. */
function lastTo(rest: string): { start: number; end: number } | undefined {
  let found: { start: number; end: number } | undefined
  for (const match of rest.matchAll(/(?<=^|\s)to\s/gi)) {
    const end = match.index + match[0].length
    const address = rest.slice(end).trimStart()
    if (isAddress(address)) found = { start: match.index, end: rest.length - address.length }
  }
  return found
}

function isAddress(text: string): boolean {
  return /^(?:https?:\/\/|\{\{)/i.test(text)
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
