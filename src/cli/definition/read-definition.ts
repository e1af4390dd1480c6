import { readFile } from 'node:fs/promises'
import { text as textOf } from 'node:stream/consumers'

/** What was written to be run: a workflow or steps as JSON or YAML, or a sentence on each line. */
export interface Definition {
  /** What the file is called where its faults are told. */
  readonly name: string
  readonly text: string
  readonly format: 'json' | 'yaml' | 'sentences'
}

const formats: Readonly<Record<string, Definition['format']>> = {
  json: 'json',
  yaml: 'yaml',
  yml: 'yaml',
  txt: 'sentences',
}

/** Reads a file, or standard input for `-`. @throws the fault of the file system */
export async function readDefinition(file: string): Promise<Definition> {
  const text = file === '-' ? await textOf(process.stdin) : await readFile(file, 'utf8')
  const extension = /\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase() ?? ''
  return {
    name: file === '-' ? '<stdin>' : file,
    text,
    format: formats[extension] ?? formatOf(text),
  }
}

/** Without an extension that says: what has the form of a workflow or a list is one, the rest is sentences. */
function formatOf(text: string): Definition['format'] {
  const content = text.replace(/^(\s*#.*\n)+/, '').trimStart()
  if (/^[[{]/.test(content)) return isJson(content) ? 'json' : 'yaml'
  const isYaml = /^(- |---)/.test(content) || /^(steps|workflow)[ \t]*:/m.test(content)
  return isYaml ? 'yaml' : 'sentences'
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

export interface Sentence {
  readonly text: string
  /** From 1. */
  readonly line: number
  readonly column: number
}

/** A sentence on each line; empty lines and those that begin with `#` are none. */
export function sentencesOf(text: string): readonly Sentence[] {
  return text.split('\n').flatMap((line, index) => {
    const sentence = line.trim()
    if (sentence === '' || sentence.startsWith('#')) return []
    return [{ text: sentence, line: index + 1, column: line.indexOf(sentence) + 1 }]
  })
}
