import { createHash } from 'node:crypto'
import type { PageNode } from './page-node.ts'

/** Of what the page shows: its address, and each visible node's role, name, text, value and states; not where it is. */
export function fingerprint(url: string, flat: readonly PageNode[]): string {
  const hash = createHash('sha256').update(url)
  for (const { hidden, role, name, text, value, states } of flat) {
    if (hidden) continue
    const said = states.filter((state) => state !== 'focused').join(',')
    hash.update(`\n${role}\t${name}\t${text}\t${value ?? ''}\t${said}`)
  }
  return hash.digest('hex').slice(0, 32)
}
