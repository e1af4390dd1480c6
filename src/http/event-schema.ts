import { z } from 'zod'
import { type EventType, eventData } from '../session/events.ts'
import { isObserved } from '../session/observed.ts'

/** What every event has, whatever it is about. */
const common = {
  seq: z.int().describe('Its place in the log of the session, from 1 without holes'),
  at: z.iso.datetime(),
  sessionId: z.string(),
}

/** What those about one step, or one try at it, have besides. */
const ofStep = {
  stepId: z.string().optional(),
  attempt: z.int().optional().describe('From 1'),
}

const types = Object.keys(eventData) as [EventType, ...EventType[]]
const [first, ...others] = types

/** Every event there is, told apart by its `type`, as a stream and a page of JSON show it. */
export const eventSchema = z
  .discriminatedUnion('type', [schemaOf(first), ...others.map(schemaOf)])
  .meta({ id: 'Event' })

function schemaOf(type: EventType) {
  return z
    .object({
      ...common,
      type: z.literal(type),
      ...(isAboutStep(type) ? ofStep : {}),
      data: eventData[type],
    })
    .meta({ id: `${nameOf(type)}Event` })
}

function isAboutStep(type: EventType): boolean {
  return /^(step|interaction|variable)\./.test(type) || isObserved({ type })
}

/** `step.undo_failed` is `StepUndoFailed`. */
function nameOf(type: EventType): string {
  return type.replaceAll(/(?:^|[._])([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
