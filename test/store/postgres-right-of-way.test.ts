import { expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { openLifeline } from '../../src/store/postgres/lifeline.ts'
import { createRightOfWay } from '../../src/store/postgres/right-of-way.ts'
import { createDatabase } from '../support/postgres.ts'
import { databaseSettings, patient } from './postgres-database.ts'

it('asks the other processes for the way, and nobody while the database is away', async () => {
  const database = await createDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  const settings = databaseSettings(database.url)
  const [mine, others] = await Promise.all(
    [1, 2].map(() => openLifeline({ settings, clock: systemClock })),
  )
  if (mine === undefined || others === undefined) throw new Error('two were opened')
  const asked: string[] = []
  createRightOfWay(others).onAsked((sessionId) => asked.push(sessionId))
  await expect.poll(() => mine.connected && others.connected, patient).toBe(true)
  // A channel is listened to once the server has said so.
  await others.query('SELECT 1')
  const way = createRightOfWay(mine)
  way.ask('ses_1')
  await expect.poll(() => asked, patient).toEqual(['ses_1'])
  await mine.close()
  way.ask('ses_2')
  await others.close()
  expect(asked).toEqual(['ses_1'])
})
