import type { Json } from '../json.ts'
import { type ArtifactRef, artifactRefSchema } from './events.ts'

/** Larger values become artifacts: an event carries no more. */
export const MAX_INLINE_BYTES = 65_536

const PREVIEW_CHARS = 2000

/** What stands for a large value, given as JSON. */
export function refTo(artifact: string, json: string, bytes: number): ArtifactRef {
  return { artifact, bytes, preview: `${json.slice(0, PREVIEW_CHARS).toWellFormed()}…` }
}

/** Tells a reference to an artifact from an output that is what it is. */
export function artifactRefOf(output: Json): ArtifactRef | undefined {
  if (output === null || typeof output !== 'object' || !('artifact' in output)) return undefined
  const parsed = artifactRefSchema.strict().safeParse(output)
  return parsed.success && parsed.data.artifact.startsWith('art_') ? parsed.data : undefined
}
