/** One piece of a sentence. What is quoted, and `{{ … }}`, is never taken for a word of the language. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'template' | 'comma'
  /** As it was written, quotes included. */
  readonly raw: string
  /** Without its quotes. */
  readonly text: string
  /** In lower case; empty for what is quoted, so that no word of the language equals it. */
  readonly lower: string
}

/** The quotes that open a text, and what closes each. */
const closing: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '“': '”',
  '‘': '’',
  '«': '»',
}

const comma: Token = { kind: 'comma', raw: ',', text: ',', lower: ',' }

/**
 * Takes a sentence apart. A quote opens where a word could begin, and closes where one could end, so
 * that the apostrophe of `'today's menu'` closes nothing; one that nothing closes is a character.
 */
export function tokenize(sentence: string): readonly Token[] {
  const tokens: Token[] = []
  const unclosed = new Set<string>()
  for (let at = 0; at < sentence.length; ) {
    const char = sentence.charAt(at)
    if (isSpace(char)) {
      at++
      continue
    }
    const close = closing[char]
    if (close !== undefined && !unclosed.has(char)) {
      const end = endOfQuote(sentence, at + 1, close)
      if (end !== -1) {
        tokens.push(quoted(sentence.slice(at, end + 1)))
        at = end + 1
        continue
      }
      unclosed.add(char)
    }
    const end = endOfWord(sentence, at)
    addWord(sentence.slice(at, end), tokens)
    at = end
  }
  return tokens
}

/** What tokens say when they are no words of the language: a quoted text without its quotes, else as written. */
export function textOf(tokens: readonly Token[]): string {
  const [only] = tokens
  if (tokens.length === 1 && only !== undefined) return only.text
  return tokens.reduce((text, { kind, raw }) => {
    return text === '' || kind === 'comma' ? text + raw : `${text} ${raw}`
  }, '')
}

/** Whether a character, or the end, parts words. */
function isSpace(char: string): boolean {
  return char === '' || /\s/.test(char)
}

function quoted(raw: string): Token {
  const text = raw.slice(1, -1).replaceAll(/\\(["'`\\])/g, '$1')
  return { kind: 'quoted', raw, text, lower: '' }
}

/** Where the closing quote stands; -1 where there is none. */
function endOfQuote(sentence: string, from: number, close: string): number {
  for (let at = from; at < sentence.length; at++) {
    if (sentence.charAt(at) === '\\') at++
    else if (sentence.startsWith('{{', at)) at = endOfTemplate(sentence, at) - 1
    else if (sentence.charAt(at) === close && at > from) {
      if (/^(?:$|[\s.,;:!?)\]])/.test(sentence.slice(at + 1, at + 2))) return at
    }
  }
  return -1
}

function endOfWord(sentence: string, from: number): number {
  let at = from
  // A selector such as [data-test="a b"] holds spaces.
  if (sentence.charAt(at) === '[') {
    const end = sentence.indexOf(']', at)
    if (end !== -1) at = end
  }
  while (at < sentence.length && !isSpace(sentence.charAt(at))) {
    at = sentence.startsWith('{{', at) ? endOfTemplate(sentence, at) : at + 1
  }
  return at
}

/**
 * Behind the `}}` that ends an expression: not one inside a string or a map of CEL. Without any, the
 * braces are characters.
 */
function endOfTemplate(sentence: string, from: number): number {
  const first = sentence.indexOf('}}', from)
  if (first === -1) return from + 2
  let depth = 0
  for (let at = from + 2; at < sentence.length; at++) {
    const char = sentence.charAt(at)
    if (char === '"' || char === "'") {
      const end = sentence.indexOf(char, at + 1)
      if (end !== -1) at = end
    } else if (char === '{') depth++
    else if (char === '}' && depth > 0) depth--
    else if (sentence.startsWith('}}', at)) return at + 2
  }
  return first + 2
}

function addWord(raw: string, tokens: Token[]): void {
  const [, word = '', marks = ''] = /^(.*?)([,;]?)$/s.exec(raw) ?? []
  if (word !== '') tokens.push(wordOf(word))
  if (marks !== '') tokens.push(comma)
}

function wordOf(raw: string): Token {
  const isTemplate = raw.startsWith('{{') && endOfTemplate(raw, 0) === raw.length
  if (isTemplate && raw.endsWith('}}')) return { kind: 'template', raw, text: raw, lower: '' }
  return { kind: 'word', raw, text: raw, lower: raw.toLowerCase().replaceAll('’', "'") }
}
