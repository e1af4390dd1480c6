import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { appendOne, create } from './records.ts'

/**
 * A program for tests: appends to a few sessions at once until it is killed, and says on stdout
 * which append was acknowledged, one `session seq` per line.
 */
const [dataDir = '', writer] = process.argv.slice(2)
const store = await openSqliteStore({ dataDir, writer: writer === 'thread' ? 'thread' : 'loop' })

for (let n = 0; n < 8; n++) {
  const session = await create(store)
  void appendForever(session)
}

async function appendForever(session: Awaited<ReturnType<typeof create>>): Promise<void> {
  for (let seq = 1; ; seq++) {
    await appendOne(store, session, seq)
    process.stdout.write(`${session.id} ${seq + 1}\n`)
  }
}
