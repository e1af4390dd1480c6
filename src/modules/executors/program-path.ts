import { access, constants, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { StepstreamError } from '../../errors.ts'

/**
 * The file of a program: itself when it is an absolute path, else the first match in `searchPath`.
 * It is the service's own search path, because with the step's a step could choose the file.
 * @throws StepstreamError COMMAND_NOT_FOUND
 */
export async function findProgram(program: string, searchPath: string): Promise<string> {
  const folders = program.includes('/') ? [] : searchPath.split(delimiter).filter(isAbsolute)
  const candidates = isAbsolute(program)
    ? [program]
    : folders.map((folder) => join(folder, program))
  for (const candidate of candidates) {
    if (await isExecutable(candidate)) return candidate
  }
  throw new StepstreamError('COMMAND_NOT_FOUND', `There is no program "${program}"`)
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    // Missing or not executable: the next folder may have it.
    return false
  }
}
