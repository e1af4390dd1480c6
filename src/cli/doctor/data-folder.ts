import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { access, constants, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { size } from '../../session/line-text.ts'
import { inspectDataDir } from '../../store/sqlite/inspect.ts'
import { reasonOf } from '../reason.ts'
import type { Finding } from './finding.ts'

const check = 'data folder'

/** Below this some artifacts fill the disk. */
const LITTLE_BYTES = 1_000_000_000

/** And below this the store cannot be worked with. */
const TOO_LITTLE_BYTES = 50_000_000

/** The folder of the embedded store, or only of the artifacts where the store is in Postgres. */
export async function checkDataFolder(dataDir: string): Promise<Finding> {
  const path = resolve(dataDir)
  try {
    const isThere = existsSync(path)
    const fault = isThere ? await writeFault(path) : await makeFault(path)
    if (fault !== undefined) return broken(fault, `Make ${path} writable, or set DATA_DIR.`)
    const { bavail, bsize } = await statfs(isThere ? path : existingParent(path))
    const free = bavail * bsize
    if (free < TOO_LITTLE_BYTES) {
      return broken(`${path} has ${room(free)} left`, 'Make room, or set DATA_DIR to another disk.')
    }
    const found = isThere ? await storeFinding(path) : 'made at the first start'
    if (typeof found !== 'string') return found
    const detail = `${path}: ${found}, ${room(free)} free`
    if (free >= LITTLE_BYTES) return { check, health: 'ok', detail }
    return { check, health: 'warning', detail, action: 'Make room: artifacts may be large.' }
  } catch (error) {
    return broken(`${path}: ${reasonOf(error)}`, 'Make it readable, or set DATA_DIR.')
  }
}

/** What is in the folder, or what is wrong with it. */
async function storeFinding(path: string): Promise<Finding | string> {
  const { isHeld, schema, knows } = await inspectDataDir(path)
  if (schema === null) {
    return broken(
      `${join(path, 'stepstream.db')} is not a SQLite database`,
      'Move it away, or set DATA_DIR to another folder.',
    )
  }
  if (schema !== undefined && schema > knows) {
    return broken(
      `${path} has schema ${schema}, and this version knows schemas up to ${knows}`,
      'Run the newer version that wrote it.',
    )
  }
  const store =
    schema === undefined
      ? 'no store yet'
      : schema === knows
        ? `schema ${schema}`
        : `schema ${schema}, which the next start brings to ${knows}`
  return isHeld ? `in use by a service, ${store}` : store
}

/** A file is the one sure probe: rights, quotas and disks that only read all show. */
async function writeFault(path: string): Promise<string | undefined> {
  if (!(await stat(path)).isDirectory()) return `${path} is no folder`
  const probe = join(path, `.doctor-${randomUUID()}`)
  try {
    await writeFile(probe, 'probe', { flag: 'wx', mode: 0o600 })
    return undefined
  } catch (error) {
    return `${path} cannot be written to: ${reasonOf(error)}`
  } finally {
    await rm(probe, { force: true })
  }
}

async function makeFault(path: string): Promise<string | undefined> {
  const parent = existingParent(path)
  try {
    await access(parent, constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    return `${path} cannot be made: ${reasonOf(error)}`
  }
}

function existingParent(path: string): string {
  const parent = dirname(path)
  return existsSync(parent) ? parent : existingParent(parent)
}

function room(bytes: number): string {
  return bytes < 1e10 ? size(bytes) : `${Math.round(bytes / 1e9)} GB`
}

function broken(detail: string, action: string): Finding {
  return { check, health: 'broken', detail, action }
}
