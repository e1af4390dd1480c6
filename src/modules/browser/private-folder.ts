import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** The folder of one process for profiles, downloads, traces and videos: for its user alone, and gone when it ends. */
export interface PrivateFolder {
  readonly path: string
  /** An empty folder below it. */
  sub(name: string): Promise<string>
  remove(): Promise<void>
}

const PREFIX = 'stepstream-'

/**
 * Makes the folder below `parent`, under a name that nobody can guess and that says whose it is, and
 * removes those that killed processes of ours left there.
 */
export async function makePrivateFolder(parent: string): Promise<PrivateFolder> {
  const self = await identify('self')
  await removeLeftovers(parent)
  const folder = await mkdtemp(join(parent, `${PREFIX}${self ?? 'unknown'}-`))
  return {
    path: folder,
    async sub(name) {
      const path = join(folder, name)
      await mkdir(path, { mode: 0o700 })
      return path
    },
    remove: () => removeFolder(folder),
  }
}

/** A browser that is just being killed may write a last file in between. */
export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
}

async function removeLeftovers(parent: string): Promise<void> {
  const self = await ownerOf('/proc/self')
  for (const name of await readdir(parent)) {
    const [, pid = '', start = ''] = /^stepstream-(\d+)-(\d+)-/.exec(name) ?? []
    if (pid === '' || (await identify(pid)) === `${pid}-${start}`) continue
    const folder = join(parent, name)
    // Others may use the same temporary folder.
    if ((await ownerOf(folder)) === self) await removeFolder(folder)
  }
}

/** Undefined where it is gone by now. */
function ownerOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ uid }) => uid,
    () => undefined,
  )
}

/**
 * A process by its id and the time of its start, since ids are used again (in a container by the
 * next start already); undefined where there is none, or no `/proc`.
 */
async function identify(pid: string): Promise<string | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (line === undefined) return undefined
  // proc(5): the name in parentheses may hold anything; the start is the 20th field after it.
  const start = line.slice(line.lastIndexOf(')') + 2).split(' ')[19]
  return `${line.slice(0, line.indexOf(' '))}-${start}`
}
