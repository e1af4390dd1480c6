import type { OnInterrupted } from '../../../src/session/plan.ts'
import type { Random } from './random.ts'

/** A workflow with what is expected of its steps when the service dies under them. */
export interface Shape {
  readonly workflow: {
    readonly name: string
    readonly maxRecoveries: number
    readonly steps: readonly Step[]
  }
  readonly onInterrupted: ReadonlyMap<string, OnInterrupted>
}

interface Step {
  readonly id: string
  readonly uses: 'webhook' | 'command' | 'wait' | 'tally'
  readonly with: object
  readonly dependsOn?: readonly string[]
  readonly onInterrupted?: OnInterrupted
  readonly retry?: object
}

type Draft = Omit<Step, 'id'> & { readonly expected: OnInterrupted }

/** Makes up a step of one kind. */
export type Kind = (server: string, random: Random) => Draft

/** The file that command steps write their runs to, in the folder they run in: a line with the key of each. */
export const runsFile = 'runs.txt'

/** A workflow made up at random: sequences and graphs of requests, waits and commands. */
export function makeShape(
  name: string,
  server: string,
  random: Random,
  kinds: readonly Kind[] = builtIn,
): Shape {
  const count = random.int(3, 10)
  const isGraph = random.chance(0.5)
  const drafts = Array.from({ length: count }, () => random.pick(kinds)(server, random))
  const steps = drafts.map(({ expected: _, ...draft }, index): Step => {
    const step = { id: `s${index}`, ...draft }
    return isGraph ? { ...step, dependsOn: parentsOf(index, random) } : step
  })
  return {
    workflow: {
      name,
      ...(random.chance(0.5) ? { onFailure: 'continue' } : {}),
      // On a slow machine one attempt may be there for many kills in a row.
      maxRecoveries: 100,
      ...(random.chance(0.3) ? { maxParallel: 2 } : {}),
      steps,
    },
    onInterrupted: new Map(drafts.map(({ expected }, index) => [`s${index}`, expected])),
  }
}

function parentsOf(index: number, random: Random): string[] {
  return Array.from({ length: index }, (_, parent) => `s${parent}`).filter(() => random.chance(0.4))
}

const retry = { maxAttempts: 6, backoff: 'fixed', delay: '100ms', jitter: false }

/** Those that any service runs. */
const builtIn: readonly Kind[] = [
  get,
  get,
  flakyGet,
  largeGet,
  post,
  repeatablePost,
  unrepeatableGet,
  wait,
  wait,
  command,
]

/** With those of the executor `tally`, whose requests say which attempt they belong to. */
export const withTallies: readonly Kind[] = [
  ...builtIn,
  tally,
  tally,
  tally,
  repeatableTally,
  repeatableTally,
  repeatableTally,
]

function get(server: string, random: Random): Draft {
  const url = `${server}/answer/${random.int(0, 500)}`
  return { uses: 'webhook', with: { url }, retry, expected: 'retry' }
}

function flakyGet(server: string, random: Random): Draft {
  const url = `${server}/flaky/${random.int(1, 3)}/${random.int(0, 100)}`
  return { uses: 'webhook', with: { url }, retry, expected: 'retry' }
}

function largeGet(server: string, random: Random): Draft {
  const url = `${server}/large/${random.int(0, 100)}`
  return { uses: 'webhook', with: { url }, retry, expected: 'retry' }
}

function post(server: string, random: Random): Draft {
  const url = `${server}/answer/${random.int(0, 400)}`
  return { uses: 'webhook', with: { method: 'POST', url, json: {} }, expected: 'fail' }
}

function repeatablePost(server: string, random: Random): Draft {
  return { ...post(server, random), onInterrupted: 'retry', expected: 'retry' }
}

function unrepeatableGet(server: string, random: Random): Draft {
  return { ...get(server, random), onInterrupted: 'fail', expected: 'fail' }
}

function wait(_: string, random: Random): Draft {
  return { uses: 'wait', with: { for: `${random.int(50, 800)}ms` }, expected: 'retry' }
}

function command(_: string, random: Random): Draft {
  const script = `echo "$STEPSTREAM_IDEMPOTENCY_KEY" >> ${runsFile}; sleep 0.${random.int(0, 5)}`
  return { uses: 'command', with: { run: ['sh', '-c', script] }, expected: 'fail' }
}

function tally(server: string, random: Random): Draft {
  const url = `${server}/answer/${random.int(0, 3000)}`
  return { uses: 'tally', with: { url }, expected: 'fail' }
}

function repeatableTally(server: string, random: Random): Draft {
  return { ...tally(server, random), onInterrupted: 'retry', expected: 'retry' }
}
