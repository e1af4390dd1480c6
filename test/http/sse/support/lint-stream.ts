/**
 * Checks bytes against the event-stream grammar (WHATWG HTML, "Server-sent events", ABNF) and what
 * our streams promise beyond it. Returns the faults it found.
 */
export function lintStream(bytes: Buffer): readonly string[] {
  const text = decode(bytes)
  if (text === undefined) return ['not valid UTF-8']
  const faults: string[] = []
  if (text.startsWith('\ufeff')) faults.push('begins with a byte order mark')
  if (text.includes('\r')) faults.push('has a carriage return')
  if (text.includes('\u0000')) faults.push('has a NUL')
  if (!text.endsWith('\n\n')) faults.push('does not end with a blank line')
  if (!text.startsWith('retry: ')) faults.push('does not begin with retry')
  for (const block of text.split('\n\n').slice(0, -1)) faults.push(...lintBlock(block))
  return faults
}

function lintBlock(block: string): readonly string[] {
  const lines = block.split('\n')
  const names = lines.map((line) => line.slice(0, Math.max(line.indexOf(':'), 0))).join()
  const faults = lines.filter((line) => !isLine(line)).map((line) => `not a line: ${line}`)
  const isControl = lines.some((line) => line.startsWith('event: stream.'))
  const shapes = isControl ? ['event,data'] : ['', 'retry', 'id', 'id,event,data']
  if (!shapes.includes(names)) faults.push(`not a block: ${names}`)
  return faults
}

function isLine(line: string): boolean {
  return (
    /^: [^\n]*$/.test(line) ||
    /^retry: \d{1,5}$/.test(line) ||
    /^id: [1-9]\d{0,14}$/.test(line) ||
    /^event: [a-z][a-z0-9_.]*$/.test(line) ||
    (line.startsWith('data: {') && isJson(line.slice('data: '.length)))
  )
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
