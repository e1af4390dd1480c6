import { expect, test } from 'vitest'
import { type Replica, startReplicas } from '../support/replicas.ts'
import { query } from './query.ts'

test('replicas are processes on one database that can be killed, started again and cut off', async () => {
  let databaseUrl: string
  {
    await using replicas = await startReplicas(2)
    databaseUrl = replicas.databaseUrl
    const [first, second] = [replicas.at(0), replicas.at(1)]
    expect(await statuses(replicas)).toEqual([200, 200])
    const firstPid = first.child.pid
    expect(firstPid).not.toBe(second.child.pid)

    await first.restart()
    expect(first.child.pid).not.toBe(firstPid)
    expect(await statuses(replicas)).toEqual([200, 200])

    const [lineOfFirst, lineOfSecond] = [through(first, databaseUrl), through(second, databaseUrl)]
    first.proxy.cut()
    await expect(query(lineOfFirst, 'SELECT 1')).rejects.toThrow(/ECONNRESET|terminated/)
    expect(await query(lineOfSecond, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    first.proxy.restore()
    expect(await query(lineOfFirst, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  }
  await expect(query(databaseUrl, 'SELECT 1')).rejects.toThrow(/does not exist/)
})

/** The database by a replica's line. */
function through({ proxy }: Replica, databaseUrl: string): string {
  const url = new URL(databaseUrl)
  url.port = String(proxy.port)
  return url.href
}

function statuses(replicas: Iterable<{ readonly url: string }>): Promise<number[]> {
  return Promise.all(Array.from(replicas, async ({ url }) => (await fetch(`${url}/readyz`)).status))
}
