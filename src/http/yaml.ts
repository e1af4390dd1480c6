import { CST, type Document, isScalar, Lexer, parseDocument, visit } from 'yaml'
import { StepstreamError } from '../errors.ts'

/** Parsing costs some microseconds per token, and whoever waits for the service waits for it. */
const MAX_TOKENS = 150_000

const MAX_DEPTH = 64

/** YAML can make a small text stand for a huge value; more aliases than this are refused. */
const MAX_ALIASES = 100

const opening: ReadonlySet<unknown> = new Set(['flow-map-start', 'flow-seq-start'])
const closing: ReadonlySet<unknown> = new Set(['flow-map-end', 'flow-seq-end'])

/**
 * Reads a YAML body in bounded time.
 * @throws StepstreamError MALFORMED_YAML, NESTED_TOO_DEEP, BODY_TOO_LARGE
 */
export function parseYaml(text: string): unknown {
  refuseCostly(text)
  // The library's own check of keys compares each with each.
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: false })
  const [fault] = document.errors
  if (fault !== undefined) throw new StepstreamError('MALFORMED_YAML', fault.message)
  refuseDoubleKeys(document)
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch (error) {
    throw new StepstreamError('MALFORMED_YAML', (error as Error).message, { cause: error })
  }
}

/** The tokens alone are cheap to read, and reading stops at the first limit. */
function refuseCostly(text: string): void {
  let tokens = 0
  let depth = 0
  let aliases = 0
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token)
    if (opening.has(type)) depth += 1
    else if (closing.has(type)) depth -= 1
    else if (type === 'alias') aliases += 1
    tokens += 1
    if (depth > MAX_DEPTH) {
      throw new StepstreamError('NESTED_TOO_DEEP', `nested deeper than ${MAX_DEPTH} levels`)
    }
    if (aliases > MAX_ALIASES) {
      throw new StepstreamError('MALFORMED_YAML', `more than ${MAX_ALIASES} aliases`)
    }
    if (tokens > MAX_TOKENS) {
      const message = `more than ${MAX_TOKENS} YAML tokens; send a workflow of this size as JSON`
      throw new StepstreamError('BODY_TOO_LARGE', message)
    }
  }
}

function refuseDoubleKeys(document: Document.Parsed): void {
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>()
      for (const { key } of items) {
        if (!isScalar(key)) continue
        if (seen.has(key.value)) {
          throw new StepstreamError('MALFORMED_YAML', `the key ${String(key.value)} is there twice`)
        }
        seen.add(key.value)
      }
    },
  })
}
