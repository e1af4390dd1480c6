import { mkdir, realpath, stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { StepstreamError } from '../../errors.ts'

/**
 * The folder a command runs in, as a real path: `cwd` below `workDir`, which is made if missing.
 * @throws StepstreamError INVALID_STEP_INPUT when it is outside (also by a symbolic link) or no folder
 */
export async function resolveWorkDir(workDir: string, cwd = '.'): Promise<string> {
  await mkdir(workDir, { recursive: true })
  const root = await realpath(workDir)
  const wanted = resolve(root, cwd)
  // Judged before it is looked for, so that nobody can ask what exists elsewhere.
  if (!isInside(wanted, root)) throw outside(cwd)
  const real = await realpath(wanted).catch(() => undefined)
  if (real !== undefined && !isInside(real, root)) throw outside(cwd)
  if (real === undefined || !(await stat(real)).isDirectory()) {
    throw new StepstreamError('INVALID_STEP_INPUT', `“cwd” is no folder in WORK_DIR: ${cwd}`)
  }
  return real
}

function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)
}

function outside(cwd: string): StepstreamError {
  return new StepstreamError('INVALID_STEP_INPUT', `“cwd” is outside WORK_DIR: ${cwd}`)
}
