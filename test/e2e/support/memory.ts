import { readFile } from 'node:fs/promises'
import type { ServerProcess } from '../../support/server-process.ts'

export const MEBIBYTE = 1024 * 1024

/** The resident memory of a process, in bytes. */
export async function residentBytes({ child }: ServerProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
  const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]
  if (kibibytes === undefined) throw new Error(`no VmRSS in ${status}`)
  return Number(kibibytes) * 1024
}
