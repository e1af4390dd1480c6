import type { JsonObject } from '../../json.ts'
import { type BrowserOptions, browserOptionsSchema } from '../browser/types.ts'

/** How the browser of a session is to be. The planner has checked it; an older plan may say what is no longer known. */
export function optionsOf(given: JsonObject): BrowserOptions {
  const parsed = browserOptionsSchema.safeParse(given)
  return parsed.success ? parsed.data : {}
}
