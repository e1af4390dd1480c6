import { partLabels } from '../labels.ts'
import { type Narrowing, narrowest, PROBE_ROWS } from '../narrowing.ts'
import type { ListFilter, SessionListing } from '../types.ts'
import type { Database, Statement } from './database.ts'

/** Where a page of a list begins: what was created before this, or after it where the oldest come first. */
export interface Position {
  readonly createdAt: number
  readonly id: string
}

/** A part of a statement, with what its question marks stand for. */
interface Condition {
  readonly sql: string
  readonly values: readonly (string | number)[]
}

type Row = Omit<SessionListing, 'labels' | 'startedBy'> & { readonly labels: string }

const columns = `session.id, session.tenant, name, title, status, session.created_at AS createdAt,
  wake_at AS wakeAt, ended_at AS endedAt, total_steps AS totalSteps, priority, workflow,
  workflow_version AS workflowVersion,
  (SELECT json_group_object(key, value) FROM session_label AS own WHERE own.session = session.no)
    AS labels`

/** Reads pages of sessions that are narrowed down in every way given. */
export function createSessionLists(database: Database) {
  const statements = new Map<string, Statement>()

  return (filter: ListFilter, narrowings: readonly Narrowing[], before: Position) => {
    const lead = narrowings[leadOf(filter, narrowings, before)]
    const others = narrowings.filter((narrowing) => narrowing !== lead).map(condition)
    const range = rangeOf(lead, filter, before)
    const alias = aliasOf(lead)
    const direction = filter.order === 'oldest' ? 'ASC' : 'DESC'
    const page = prepared(`
      SELECT ${columns} FROM ${sourceOf(lead)}
        ${lead?.on === 'label' ? 'CROSS JOIN session ON session.no = label.session' : ''}
      WHERE ${[range, ...others].map(({ sql }) => sql).join(' AND ')} AND session.purge = 'live'
      ORDER BY ${alias}.created_at ${direction}, ${alias}.id ${direction} LIMIT ?
    `)
    const values = [range, ...others].flatMap((part) => part.values)
    return page.all<Row>(...values, filter.limit).map(toListing)
  }

  /** Without labels what is given first leads; a label may be on nearly all sessions, or on one. */
  function leadOf(filter: ListFilter, narrowings: readonly Narrowing[], before: Position): number {
    if (!filter.labels?.length || narrowings.length < 2) return 0
    return narrowest(
      narrowings.map((narrowing) => {
        const { sql, values } = rangeOf(narrowing, filter, before)
        const probe = prepared(`
          SELECT count(*) AS sessions
          FROM (SELECT 1 FROM ${sourceOf(narrowing)} WHERE ${sql} LIMIT ${PROBE_ROWS})
        `)
        return probe.get<{ sessions: number }>(...values)?.sessions ?? 0
      }),
    )
  }

  function prepared(sql: string): Statement {
    const statement = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
}

/** The rows of an index, in the order of creation. It is named, because SQLite would prefer the first that gives the order. */
function sourceOf(lead: Narrowing | undefined): string {
  if (lead?.on === 'label') return 'session_label AS label INDEXED BY session_by_label'
  return `session INDEXED BY session_by_${lead?.on ?? 'creation'}`
}

function aliasOf(lead: Narrowing | undefined): string {
  return lead?.on === 'label' ? 'label' : 'session'
}

/** A range of the index: what is behind a position in the list's order, as far as the time where the filter ends. */
function rangeOf(
  lead: Narrowing | undefined,
  { tenant, order, createdAfter = 0, createdBefore = Number.MAX_SAFE_INTEGER }: ListFilter,
  { createdAt, id }: Position,
): Condition {
  const alias = aliasOf(lead)
  const isOldest = order === 'oldest'
  const own = lead === undefined ? [] : [ownCondition(lead)]
  return {
    sql: [
      // Naming the partial indexes' condition lets SQLite use them.
      ...(alias === 'session' ? ["session.purge = 'live'"] : []),
      `${alias}.tenant = ? AND ${alias}.created_at ${isOldest ? '<=' : '>='} ?`,
      `(${alias}.created_at, ${alias}.id) ${isOldest ? '>' : '<'} (?, ?)`,
      ...own.map(({ sql }) => sql),
    ].join(' AND '),
    values: [
      tenant,
      isOldest ? createdBefore : createdAfter,
      createdAt,
      id,
      ...own.flatMap(({ values }) => values),
    ],
  }
}

function ownCondition(narrowing: Narrowing): Condition {
  if (narrowing.on !== 'label') return condition(narrowing)
  return { sql: 'label.key = ? AND label.value = ?', values: [narrowing.key, narrowing.value] }
}

export function condition(narrowing: Narrowing): Condition {
  if (narrowing.on !== 'label') {
    return { sql: `session.${narrowing.on} = ?`, values: [narrowing.value] }
  }
  return {
    sql: `EXISTS (SELECT 1 FROM session_label AS own
      WHERE own.session = session.no AND own.key = ? AND own.value = ?)`,
    values: [narrowing.key, narrowing.value],
  }
}

function toListing({ labels, ...row }: Row): SessionListing {
  return { ...row, ...partLabels(JSON.parse(labels)) }
}
