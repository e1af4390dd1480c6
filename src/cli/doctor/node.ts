import type { Finding } from './finding.ts'

const OLDEST = 24

export function checkNode(version: string): Finding {
  const isOld = Number.parseInt(version.slice(1), 10) < OLDEST
  if (!isOld) return { check: 'node', health: 'ok', detail: version }
  const action = `Install Node ${OLDEST} or newer: https://nodejs.org, or with a version manager.`
  return { check: 'node', health: 'broken', detail: version, action }
}
