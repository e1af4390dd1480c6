import { readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import type { User } from './postgres-keeper.ts'

/** Postgres refuses to run as root: who it runs as instead; undefined when we are not root. */
export function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined
  const nobody = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))
  return { uid: Number(nobody?.[1] ?? 65534), gid: Number(nobody?.[2] ?? 65534) }
}

/** The folder for temporary files, or another one when that is closed to the user. */
export function temporaryDir(user: User | undefined): string {
  const directory = tmpdir()
  return user === undefined || isOpenToAll(directory) ? directory : '/tmp'
}

function isOpenToAll(directory: string): boolean {
  const mayEnter = (statSync(directory).mode & 0o001) !== 0
  return mayEnter && (dirname(directory) === directory || isOpenToAll(dirname(directory)))
}

/**
 * A port that nobody listens on. Below those that systems hand out by themselves, so that it is still free when a server that was
 * stopped wants it again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
