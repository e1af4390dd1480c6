import { partLabels } from '../labels.ts'
import { narrowest, PROBE_ROWS } from '../narrowing.ts'
import type { Label, ListFilter, SessionListing } from '../types.ts'
import type { Queries } from './queries.ts'

/** Where a page of a list begins: what was created before this, or after it where the oldest come first. */
export interface Position {
  readonly createdAt: number
  readonly id: string
}

/** Reads a page of sessions, of those behind a position. */
export type ReadPage = (filter: ListFilter, before: Position) => Promise<readonly SessionListing[]>

type Row = Omit<SessionListing, 'labels' | 'startedBy'> & {
  readonly labels: Record<string, string> | null
}

const columns = `session.id, session.tenant, name, title, session.status,
  session.created_at AS "createdAt", wake_at AS "wakeAt", ended_at AS "endedAt",
  total_steps AS "totalSteps", priority, workflow, workflow_version AS "workflowVersion",
  (SELECT json_object_agg(own.key, own.value) FROM stepstream.session_label AS own
    WHERE own.session = session.no) AS labels`

export function createReadPage(queries: Queries): ReadPage {
  return async (filter, before) => {
    const lead = await leadOf(filter, before)
    const conditions = new Conditions(filter, before)
    const text =
      lead === undefined
        ? pageOfSessions(filter, conditions)
        : pageOfLabel(lead, filter, conditions)
    const rows = await queries.rows<Row>(text, conditions.values)
    return rows.map((row) => ({ ...row, ...partLabels(row.labels ?? {}) }))
  }

  /**
   * The label through whose index the page is found; none where the planner finds a better one. A
   * label may be on nearly all sessions or on one: unlike of a column, the planner knows nothing of that.
   */
  async function leadOf(filter: ListFilter, before: Position): Promise<Label | undefined> {
    const { labels = [] } = filter
    const conditions = new Conditions(filter, before)
    const columns = conditions.ofColumns(filter)
    if (filter.status !== undefined) columns.push(conditions.ofStatus(filter.status))
    if (labels.length === 0 || labels.length + columns.length === 1) return labels[0]
    const sources = [
      ...labels.map(
        (label) => `stepstream.session_label AS label WHERE ${conditions.leading(label)}`,
      ),
      ...columns.map((column) => `stepstream.session WHERE ${conditions.range} AND ${column}`),
    ]
    const reaches = sources.map(
      (source) => `(SELECT count(*) FROM (SELECT FROM ${source} LIMIT ${PROBE_ROWS}) AS found)`,
    )
    const [row] = await queries.rows<{ reaches: readonly number[] }>(
      `SELECT json_build_array(${reaches.join(', ')}) AS reaches`,
      conditions.values,
    )
    return labels[narrowest(row?.reaches ?? [])]
  }
}

function pageOfLabel(lead: Label, filter: ListFilter, conditions: Conditions): string {
  const { labels = [], status } = filter
  const others = [
    ...conditions.ofColumns(filter),
    ...(status === undefined ? [] : [conditions.ofStatus(status)]),
    ...conditions.ofLabels(labels.filter((label) => label !== lead)),
  ]
  return `
    SELECT ${columns}
    FROM stepstream.session_label AS label JOIN stepstream.session ON session.no = label.session
    WHERE ${["session.purge = 'live'", conditions.leading(lead), ...others].join(' AND ')}
    ORDER BY label.created_at ${directionOf(filter)}, label.id ${directionOf(filter)}
    LIMIT ${conditions.limit(filter)}`
}

function pageOfSessions(filter: ListFilter, conditions: Conditions): string {
  const { labels = [], status } = filter
  const others = [...conditions.ofColumns(filter), ...conditions.ofLabels(labels)]
  const limit = conditions.limit(filter)
  const direction = directionOf(filter)
  const page = (all: readonly string[]) => `
    SELECT ${columns} FROM stepstream.session WHERE ${[conditions.range, ...all].join(' AND ')}
    ORDER BY session.created_at ${direction}, session.id ${direction} LIMIT ${limit}`
  if (status === undefined) return page(others)
  // Each status is a range of an index; the page is merged from as many.
  return `
    SELECT listing.* FROM unnest(${conditions.place([...new Set(status)], 'text[]')}) AS wanted (status)
    CROSS JOIN LATERAL (${page(['session.status = wanted.status', ...others])}) AS listing
    ORDER BY "createdAt" ${direction}, id ${direction} LIMIT ${limit}`
}

function directionOf({ order }: ListFilter): 'ASC' | 'DESC' {
  return order === 'oldest' ? 'ASC' : 'DESC'
}

/** The conditions of one statement, and the values they bring along. */
class Conditions {
  readonly values: unknown[] = []
  /** Of sessions: live, and in the range of creation. Naming the partial indexes' condition lets the planner use them. */
  readonly range: string
  readonly #inRange: (table: string) => string

  constructor(
    { tenant, order, createdAfter = 0, createdBefore = Number.MAX_SAFE_INTEGER }: ListFilter,
    { createdAt, id }: Position,
  ) {
    const isOldest = order === 'oldest'
    const [of, last, at, behind] = [
      this.place(tenant),
      this.place(isOldest ? createdBefore : createdAfter, 'bigint'),
      this.place(createdAt, 'bigint'),
      this.place(id),
    ]
    this.#inRange = (table) =>
      `${table}.tenant = ${of} AND ${table}.created_at ${isOldest ? '<=' : '>='} ${last}
        AND (${table}.created_at, ${table}.id) ${isOldest ? '>' : '<'} (${at}, ${behind})`
    this.range = `session.purge = 'live' AND ${this.#inRange('session')}`
  }

  /** How a value is written in the statement. */
  place(value: unknown, type = 'text'): string {
    return `$${this.values.push(value)}::${type}`
  }

  limit({ limit }: ListFilter): string {
    return this.place(limit, 'bigint')
  }

  /** Of rows of labels, which have what lists are sorted by. */
  leading({ key, value }: Label): string {
    return `${this.#inRange('label')}
      AND label.key = ${this.place(key)} AND label.value = ${this.place(value)}`
  }

  ofColumns({ workflow, name }: ListFilter): string[] {
    return Object.entries({ workflow, name }).flatMap(([column, value]) =>
      value === undefined ? [] : [`session.${column} = ${this.place(value)}`],
    )
  }

  ofStatus(status: readonly string[]): string {
    return `session.status = ANY (${this.place([...status], 'text[]')})`
  }

  ofLabels(labels: readonly Label[]): string[] {
    return labels.map(
      ({ key, value }) => `EXISTS (
        SELECT FROM stepstream.session_label AS own WHERE own.session = session.no
          AND own.key = ${this.place(key)} AND own.value = ${this.place(value)})`,
    )
  }
}
