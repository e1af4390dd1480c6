import type { Complaint } from './phrase.ts'

/** What a shell would act upon; there is no shell, so none of it may be taken for a word. */
const shellSyntax: ReadonlySet<string> = new Set(['|', '&', ';', '<', '>', '(', ')', '`', '\n'])

/**
 * Splits a command line into words as a POSIX shell does (XCU 2.2, quoting): spaces part words,
 * single quotes keep all, double quotes keep all but `\`, a backslash keeps the next character.
 * Nothing is expanded; `{{ … }}` is taken over whole.
 */
export function splitWords(line: string): readonly string[] | Complaint {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at)
    const templateEnd = line.startsWith('{{', at) ? line.indexOf('}}', at) : -1
    if (templateEnd !== -1) {
      word = (word ?? '') + line.slice(at, templateEnd + 2)
      at = templateEnd + 1
    } else if (quote !== "'" && isExpansion(line, at)) {
      return noShell(line.slice(at, at + 2))
    } else if (quote !== '') {
      if (char === quote) quote = ''
      else if (char === '\\' && quote === '"' && '"\\$`'.includes(line.charAt(at + 1) || ' ')) {
        word = (word ?? '') + line.charAt(++at)
      } else word = (word ?? '') + char
    } else if (char === "'" || char === '"') {
      quote = char
      word ??= ''
    } else if (char === '\\') {
      if (++at === line.length) return broken('the command ends with a backslash')
      word = (word ?? '') + line.charAt(at)
    } else if (shellSyntax.has(char)) return noShell(char)
    else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + char
  }
  if (quote !== '') return broken(`the command has an opening ${quote} without a closing one`)
  if (word !== undefined) words.push(word)
  return words.length > 0 ? words : broken('the command is empty')
}

/** `$name`, `${…}` and `$(…)`, which a shell would replace, and a backquote inside double quotes. */
function isExpansion(line: string, at: number): boolean {
  const char = line.charAt(at)
  return char === '`' || (char === '$' && /[A-Za-z0-9_{(@*#?!$-]/.test(line.charAt(at + 1)))
}

function noShell(syntax: string): Complaint {
  return broken(
    `commands run without a shell, so ${JSON.stringify(syntax)} has no meaning; quote it, or run one program per step`,
  )
}

function broken(message: string): Complaint {
  return { code: 'INVALID_VALUE', message }
}
