import { Client } from 'pg'

/** The rows of one statement, on a connection of its own. */
export async function query<Row = unknown>(
  url: string | undefined,
  text: string,
): Promise<readonly Row[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query(text)
    return rows
  } finally {
    await client.end()
  }
}
