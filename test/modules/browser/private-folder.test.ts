import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makePrivateFolder } from '../../../src/modules/browser/private-folder.ts'

async function parent(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'folders-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

test('the folder is for its user alone, and goes with all that is in it', async () => {
  const above = await parent()
  const folder = await makePrivateFolder(above)
  expect((await stat(folder.path)).mode & 0o777).toBe(0o700)
  expect((await stat(await folder.sub('profile'))).mode & 0o777).toBe(0o700)
  await folder.remove()
  expect(await readdir(above)).toEqual([])
})

test('a start removes what killed processes left, and nothing of those that live', async () => {
  const above = await parent()
  const child = spawn('sleep', ['60'])
  await once(child, 'spawn')
  const line = await readFile(`/proc/${child.pid}/stat`, 'utf8')
  const start = line.slice(line.lastIndexOf(')') + 2).split(' ')[19]
  const names = [`stepstream-${child.pid}-${start}-abc`, `stepstream-${child.pid}-1-abc`, 'other']
  for (const name of names) await mkdir(join(above, name, 'profile-1'), { recursive: true })
  const first = await makePrivateFolder(above)
  const second = await makePrivateFolder(above)
  const left = () => readdir(above).then((found) => found.toSorted())
  const own = [first.path, second.path].map((path) => path.slice(above.length + 1))
  // The same process id at another time was another process.
  expect(await left()).toEqual([...own, names[0], 'other'].toSorted())
  child.kill('SIGKILL')
  await once(child, 'close')
  await (await makePrivateFolder(above)).remove()
  expect(await left()).toEqual([...own, 'other'].toSorted())
})
