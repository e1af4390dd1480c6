import type { Json } from '../json.ts'
import { type ArtifactRef, artifactRefSchema } from './events.ts'

/** Tells a reference to an artifact from an output that is what it is. */
export function artifactRefOf(output: Json): ArtifactRef | undefined {
  if (output === null || typeof output !== 'object' || !('artifact' in output)) return undefined
  const parsed = artifactRefSchema.strict().safeParse(output)
  return parsed.success && parsed.data.artifact.startsWith('art_') ? parsed.data : undefined
}
