// Drives a session of context-design: asks the service what to do next, does it here, and tells what came of it.
// Started again, it goes on: what has been done is known to the service.
// node examples/context-design/client.mjs [--mode manual|auto|agentic] [--url http://127.0.0.1:8080]
//   [--folder data/context-design] [--project examples/context-design/project] [--generator "claude -p"]
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    mode: { type: 'string', default: 'auto' },
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    folder: { type: 'string', default: 'data/context-design' },
    project: { type: 'string', default: join(import.meta.dirname, 'project') },
    generator: { type: 'string' },
  },
})
const { mode, url, project } = values
const folder = resolve(values.folder)
const MAX_TRIES = 60

if (!['manual', 'auto', 'agentic'].includes(mode)) throw new Error(`there is no mode ${mode}`)
const sessionId = await openSession()
for (let isOver = false; !isOver; ) {
  const next = await call(`/v1/sessions/${sessionId}/next`, { wait: 30 })
  if (next.done) {
    console.log(next.status)
    process.exitCode = next.status === 'completed' ? 0 : 1
    isOver = true
  } else if (next.pending) {
    await work(next)
    // The next one is for a person to ask for.
    isOver = mode === 'manual'
  } else {
    console.log(next.waitsFor)
  }
}

async function work({ interactionId, stepId, attempt, command }) {
  console.log(`${stepId}, try ${attempt}: ${command.run.join(' ')}`)
  const result = await run(command, interactionId)
  try {
    await call(`/v1/interactions/${interactionId}/result`, result)
    console.log(`${stepId}: told ${result.status}`)
  } catch (error) {
    // Its time was over, or somebody was faster: the service says what comes next.
    if (error.status !== 404 && error.status !== 409) throw error
    console.log(`${stepId}: ${error.message}`)
  }
}

/** Runs a program in the folder; what it writes is the result, and kept in a file if so asked. */
async function run({ run: [program, ...args], stdin = '', save }, interactionId) {
  let told = Promise.resolve()
  const result = await new Promise((done) => {
    const options = { cwd: folder, maxBuffer: 4 * 1024 * 1024 }
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      const output = { stdout, stderr }
      if (error === null) done({ status: 'ok', output })
      else done({ status: 'error', output, error: { message: error.message.slice(0, 5000) } })
    })
    // A program need not read what it is given.
    child.stdin.on('error', () => {})
    child.stdin.end(stdin)
    if (mode !== 'agentic') return
    child.stderr.on('data', (text) => {
      told = told.then(() => tell(interactionId, text)).catch(() => child.kill())
    })
  })
  await told
  if (save !== undefined && result.status === 'ok') {
    await writeFile(inFolder(save), result.output.stdout)
  }
  return result
}

/** Says how far it is. @throws when the work is not wanted any more */
async function tell(interactionId, text) {
  const [, percent] = /(\d+)%/.exec(text) ?? []
  await call(`/v1/interactions/${interactionId}/progress`, {
    ...(percent === undefined ? {} : { percent: Number(percent) }),
    message: text.trim(),
    output: [{ stream: 'stderr', text }],
  })
}

function inFolder(path) {
  const found = resolve(folder, path)
  if (!found.startsWith(folder + sep)) throw new Error(`${path} is outside of ${folder}`)
  return found
}

/** The session of this folder. Its key is kept before it is started, so that it is started once. */
async function openSession() {
  await mkdir(folder, { recursive: true })
  const kept = (await readKept()) ?? { key: randomUUID() }
  if (kept.sessionId !== undefined) return kept.sessionId
  await keep(kept)
  const body = { workflow: 'context-design', inputs: await readInputs() }
  const started = await call('/v1/sessions', body, { 'idempotency-key': kept.key })
  await keep({ ...kept, sessionId: started.sessionId })
  return started.sessionId
}

async function readInputs() {
  const read = (name) => readFile(join(project, name), 'utf8')
  const standIn = [process.execPath, join(import.meta.dirname, 'generator.mjs')]
  return {
    project: await read('project.md'),
    context: JSON.parse(await read('context.json')),
    stories: JSON.parse(await read('stories.json')),
    dependencies: JSON.parse(await read('dependencies.json')),
    rules: JSON.parse(await read('rules.json')),
    generator: values.generator?.split(' ') ?? standIn,
  }
}

async function readKept() {
  try {
    return JSON.parse(await readFile(join(folder, 'session.json'), 'utf8'))
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    return undefined
  }
}

async function keep(session) {
  const file = join(folder, 'session.json')
  await writeFile(`${file}.new`, JSON.stringify(session))
  await rename(`${file}.new`, file)
}

/** Calls the service, again and again while it is not there. */
async function call(path, body, headers = {}) {
  const key = process.env.API_KEY
  for (let tries = 1; ; tries++) {
    try {
      const response = await fetch(url + path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...headers,
        },
        body: JSON.stringify(body),
      })
      const answer = await response.json()
      if (response.ok) return answer
      const message = `${answer.code}: ${answer.detail}`
      throw Object.assign(new Error(message), { status: response.status })
    } catch (error) {
      const isAway = error.status === undefined || error.status === 503
      if (!isAway || tries === MAX_TRIES) throw error
      await sleep(1000)
    }
  }
}
