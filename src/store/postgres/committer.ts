import pg from 'pg'
import type { AppendWrite, Committer, CreateWrite, Outcome, Write } from '../write.ts'
import { createAppendUnits, toOutcomes } from './append-statement.ts'
import { type AppendUnit, type Placed, toRounds, toUnit } from './append-units.ts'
import { type CreateOptions, createCreateSessions } from './create-statement.ts'
import { createDocumentWrites } from './document-writes.ts'
import { createPurge } from './purge.ts'
import { createSideWrites } from './side-writes.ts'
import { createWorkflowWrites } from './workflow-writes.ts'
import type { WriteConnection } from './write-connection.ts'
import { failed, isFaultOfAWrite, WriteFault } from './write-faults.ts'

export interface CommitterOptions extends CreateOptions {
  readonly connection: WriteConnection
  /** Told of sessions whose write may or may not have gone through. */
  readonly doubt: (sessionIds: readonly string[]) => void
}

type SideWrite = Exclude<Write, CreateWrite | AppendWrite>

/** How often two writers may stand in each other's way. */
const ATTEMPTS = 5
const SERIALIZATION_FAILURE = '40001'
const DEADLOCK = '40P01'

/**
 * Commits groups over the one connection that writes: first what is created, by one statement, then
 * what is appended, by another, then the rest one by one. Each statement is a commit of its own:
 * the promises of a group are about its writes, and a process that freezes holds no locks then.
 */
export function createPostgresCommitter(options: CommitterOptions): Committer {
  const { connection, doubt } = options
  const createSessions = createCreateSessions(connection, options)
  const appendUnits = createAppendUnits(connection, options)
  const side = createSideWrites(connection)
  const workflows = createWorkflowWrites(connection)
  const documents = createDocumentWrites(connection)
  const purge = createPurge(connection)

  return {
    async commit(writes) {
      const outcomes: Outcome[] = new Array(writes.length)
      const { creates, appends, others } = sort(writes)
      for (const round of roundsByKey(creates)) await commitCreates(round, outcomes)
      await commitRounds(toRounds(appends), outcomes)
      for (const other of others) await commitOther(other, outcomes)
      return outcomes
    },
  }

  async function commitCreates(
    creates: readonly Placed<CreateWrite>[],
    outcomes: Outcome[],
  ): Promise<void> {
    try {
      const created = await persistently(() => createSessions(creates.map(({ write }) => write)))
      for (const [place, { index }] of creates.entries())
        outcomes[index] = created[place] as Outcome
    } catch (error) {
      if (creates.length > 1 && isFaultOfAWrite(error)) {
        // Some write is at fault: alone, it meets its own outcome.
        for (const half of halves(creates)) await commitCreates(half, outcomes)
        return
      }
      tellDoubt(
        error,
        creates.map(({ write }) => write.session.id),
      )
      for (const { index } of creates) outcomes[index] = failed(error)
    }
  }

  /**
   * What continues a refused unit was decided on top of it and must be decided anew. Its seq alone
   * might fit by chance: somebody else may have written as many events.
   */
  async function commitRounds(
    rounds: readonly (readonly AppendUnit[])[],
    outcomes: Outcome[],
  ): Promise<void> {
    const refused = new Set<string>()
    for (const round of rounds) {
      const standing: AppendUnit[] = []
      for (const unit of round) {
        if (!refused.has(placeOf(unit.sessionId, unit.expectedSeq))) standing.push(unit)
        else for (const { index } of unit.parts) outcomes[index] = { kind: 'conflict' }
      }
      if (standing.length > 0) await commitUnits(standing, outcomes)
      for (const { sessionId, expectedSeq, events, parts } of round) {
        const isDone = parts.every(({ index }) => outcomes[index]?.kind === 'done')
        if (!isDone) refused.add(placeOf(sessionId, expectedSeq + events.length))
      }
    }
  }

  async function commitUnits(units: readonly AppendUnit[], outcomes: Outcome[]): Promise<void> {
    try {
      const verdicts = await persistently(() => appendUnits(units))
      for (const [place, verdict] of verdicts.entries()) {
        const unit = units[place] as AppendUnit
        const met = toOutcomes(unit, verdict)
        for (const [part, { index }] of unit.parts.entries()) outcomes[index] = met[part] as Outcome
      }
    } catch (error) {
      const parts = units.flatMap((unit) => unit.parts)
      if (parts.length > 1 && isFaultOfAWrite(error)) {
        const [unit] = units
        if (units.length > 1) {
          for (const half of halves(units)) await commitUnits(half, outcomes)
        } else if (unit !== undefined) {
          await commitRounds(
            unit.parts.map((part) => [toUnit([part])]),
            outcomes,
          )
        }
        return
      }
      tellDoubt(
        error,
        units.map((unit) => unit.sessionId),
      )
      for (const { index } of parts) outcomes[index] = failed(error)
    }
  }

  async function commitOther(
    { index, write }: Placed<SideWrite>,
    outcomes: Outcome[],
  ): Promise<void> {
    try {
      outcomes[index] = await persistently(() => apply(write))
    } catch (error) {
      outcomes[index] = failed(error)
    }
  }

  function apply(write: SideWrite): Promise<Outcome> {
    switch (write.kind) {
      case 'artifact':
        return side.putArtifact(write.record)
      case 'setting':
        return side.initSetting(write.name, write.value)
      case 'hide':
        return purge.hide(write.sessionId)
      case 'purge':
        return purge.purge(write)
      case 'saveWorkflow':
        return workflows.save(write.workflow)
      case 'removeWorkflow':
        return workflows.remove(write)
      case 'putDocument':
        return documents.put(write)
      case 'removeDocument':
        return documents.remove(write)
      case 'probe':
        return side.probe()
    }
  }

  function tellDoubt(error: unknown, sessionIds: readonly string[]): void {
    if (error instanceof WriteFault && error.doubtful) doubt(sessionIds)
  }
}

/** A place in a session's log. */
function placeOf(sessionId: string, seq: number): string {
  return `${sessionId} ${seq}`
}

function sort(writes: readonly Write[]) {
  const creates: Placed<CreateWrite>[] = []
  const appends: Placed<AppendWrite>[] = []
  const others: Placed<SideWrite>[] = []
  for (const [index, write] of writes.entries()) {
    if (write.kind === 'create') creates.push({ index, write })
    else if (write.kind === 'append') appends.push({ index, write })
    else others.push({ index, write })
  }
  return { creates, appends, others }
}

/** Of several that bring one key the first goes first; the others find it taken. */
function roundsByKey(creates: readonly Placed<CreateWrite>[]): Placed<CreateWrite>[][] {
  const seen = new Map<string, number>()
  const rounds: Placed<CreateWrite>[][] = []
  for (const create of creates) {
    const { session, idempotency } = create.write
    const key = idempotency && JSON.stringify([session.tenant, idempotency.key])
    const round = key === undefined ? 0 : (seen.get(key) ?? 0)
    if (key !== undefined) seen.set(key, round + 1)
    const ofRound = rounds[round] ?? []
    rounds[round] = ofRound
    ofRound.push(create)
  }
  return rounds
}

async function persistently<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      const code = error instanceof pg.DatabaseError ? error.code : undefined
      if (attempt === ATTEMPTS || (code !== SERIALIZATION_FAILURE && code !== DEADLOCK)) throw error
    }
  }
}

function halves<Item>(items: readonly Item[]): [readonly Item[], readonly Item[]] {
  const middle = Math.ceil(items.length / 2)
  return [items.slice(0, middle), items.slice(middle)]
}
