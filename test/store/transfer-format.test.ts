import { Readable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type EventType, eventData } from '../../src/session/events.ts'
import { sessionStatuses } from '../../src/session/status.ts'
import type { Entry } from '../../src/store/transfer/entries.ts'
import { exportStore } from '../../src/store/transfer/export-store.ts'
import { readExport } from '../../src/store/transfer/read-export.ts'
import { readStore } from '../../src/store/transfer/read-store.ts'
import type { TransferSource } from '../../src/store/transfer/types.ts'
import type { IdempotencyClaim } from '../../src/store/types.ts'

const text = fc.string({ unit: 'binary' })
const whole = fc.nat()
const time = fc.option(whole)
const event = fc.record({
  seq: whole,
  position: fc.maxSafeNat(),
  type: fc.constantFrom(...(Object.keys(eventData) as EventType[])),
  body: fc.oneof(text, fc.string({ minLength: 30_000, maxLength: 80_000 })),
})
const artifact = fc.record({
  id: text,
  stepId: fc.option(text),
  name: text,
  contentType: text,
  createdAt: whole,
  content: fc.array(fc.uint8Array({ maxLength: 60_000 }), { maxLength: 3 }),
})
const version = fc.option(whole)
const workflow = fc.record({
  tenant: text,
  name: text,
  version: whole,
  firstVersion: whole,
  digest: fc.option(text),
  contents: fc.array(
    fc.record({
      tenant: text,
      name: text,
      version: whole,
      description: fc.option(text),
      totalSteps: whole,
      restoredFrom: version,
      createdAt: whole,
      digest: text,
      definition: text,
    }),
    { maxLength: 2 },
  ),
})
const document = fc.record({
  tenant: text,
  documentKind: text,
  id: text,
  version: whole,
  createdAt: whole,
  dueAt: time,
  sessionId: fc.option(text),
  expiresAt: time,
  body: text,
})
const session = fc.record({
  id: text,
  tenant: text,
  name: fc.option(text),
  workflow: fc.option(text),
  workflowVersion: version,
  status: fc.constantFrom(...sessionStatuses),
  totalSteps: whole,
  createdAt: whole,
  wakeAt: time,
  endedAt: time,
  lastSeq: whole,
  correlation: text,
  plan: text,
  events: fc.array(fc.array(event, { maxLength: 4 }), { maxLength: 3 }),
  keys: fc.array(fc.record({ key: text, requestHash: text, answer: text, expiresAt: whole })),
  artifacts: fc.array(artifact, { maxLength: 2 }),
})
const store = fc.record({
  position: fc.maxSafeNat(),
  settings: fc.array(fc.record({ name: text, value: text })),
  workflows: fc.array(workflow, { maxLength: 2 }),
  documents: fc.array(document, { maxLength: 3 }),
  sessions: fc.array(session, { maxLength: 4 }),
})

type Store = typeof store extends fc.Arbitrary<infer Value> ? Value : never

test('whatever a store holds is read from its export as it was, however the bytes arrive', async () => {
  await fc.assert(
    fc.asyncProperty(store, fc.integer({ min: 1, max: 100_000 }), async (held, chunkBytes) => {
      const opened = sourceOf(held)
      let exported = ''
      for await (const line of exportStore({ ...opened, now: 0 })) exported += line
      const expected: Entry[] = []
      for await (const entry of readStore(opened.source, opened.bytes)) expected.push(entry)

      const read: unknown[] = []
      for await (const { entry } of readExport(chunksOf(exported, chunkBytes))) read.push(entry)

      // As JSON: rows may have columns that no entry has.
      expect(read.slice(0, -1).map(withoutExtras)).toEqual(expected.map(withoutExtras))
      expect(read.at(-1)).toMatchObject({ kind: 'end', sessions: held.sessions.length })
      expect(bytesOf(read)).toEqual(
        held.sessions.flatMap(({ artifacts }) =>
          artifacts.map(({ content }) => Buffer.concat(content).toString('hex')),
        ),
      )
    }),
    { numRuns: 60 },
  )
})

function withoutExtras(entry: unknown): unknown {
  const {
    events: _pages,
    keys: _keys,
    artifacts: _artifacts,
    content: _content,
    contents: _contents,
    ...rest
  } = entry as Record<string, unknown>
  const isEvents = (entry as Entry).kind === 'events'
  return isEvents ? entry : rest
}

/** The content of each artifact, put together again. */
function bytesOf(entries: readonly unknown[]): string[] {
  const found: string[] = []
  for (const entry of entries as Entry[]) {
    if (entry.kind === 'artifact') found.push('')
    if (entry.kind !== 'bytes') continue
    found.push(found.pop() + Buffer.from(entry.base64, 'base64').toString('hex'))
  }
  return found
}

function chunksOf(exported: string, chunkBytes: number): Readable {
  const bytes = Buffer.from(exported)
  const count = Math.ceil(bytes.length / chunkBytes)
  return Readable.from(
    Array.from({ length: Math.min(count, 20_000) }, (_, n) =>
      bytes.subarray(n * chunkBytes, n === 19_999 ? undefined : (n + 1) * chunkBytes),
    ),
  )
}

function sourceOf({ position, settings, workflows, documents, sessions }: Store) {
  const named = sessions.map((one, n) => ({ ...one, id: `${n}${one.id}` }))
  const byId = (id: string) => named.find((one) => one.id === id)!
  const source: TransferSource = {
    store: 'sqlite',
    schema: 1,
    position: async () => position,
    settings: async () => settings,
    async *workflows() {
      yield* workflows
    },
    async *versions(workflow) {
      yield* workflows.find((one) => one === workflow)?.contents ?? []
    },
    async *documents() {
      yield* documents
    },
    async *sessions() {
      yield* named
    },
    async *events({ id }) {
      yield* byId(id).events
    },
    artifacts: async (id) =>
      byId(id).artifacts.map(({ content, ...record }, n) => ({
        ...record,
        id: `${n}${record.id}`,
        bytes: Buffer.concat(content).length,
      })),
    keys: async (id): Promise<readonly IdempotencyClaim[]> => byId(id).keys,
    close: async () => {},
  }
  const bytes = {
    open: async ({ sessionId, id }: { sessionId: string; id: string }) => {
      const found = byId(sessionId).artifacts.find((one, n) => `${n}${one.id}` === id)!
      return Readable.from(found.content.map((piece) => Buffer.from(piece)))
    },
  }
  return { source, bytes }
}
