import { log } from '@clack/prompts'
import { fromNow } from '../output/times.ts'
import { aboutOf, type InboxItem } from './inbox.ts'
import { Cancelled, prompts } from './prompts.ts'

/** Has one chosen of what waits; undefined where there is nothing, or nothing is chosen. */
export async function choose(items: AsyncIterable<InboxItem>): Promise<string | undefined> {
  const choices = []
  for await (const item of items) {
    const hint = `${item.stepId} of ${item.sessionId}, ${fromNow(item.askedAt)}`
    choices.push({ value: item.interactionId, label: `${item.kind}: ${aboutOf(item)}`, hint })
  }
  if (choices.length === 0) {
    log.message('Nothing waits for an answer.')
    return undefined
  }
  try {
    return await prompts.choose('What do you answer?', choices)
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error
    process.exitCode = 130
    return undefined
  }
}
