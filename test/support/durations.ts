import type { KnownDurations } from '../../src/session/weights.ts'

/** What is known of how long steps take, as far as a test says. */
export function known(
  earlier: Readonly<Record<string, number>>,
  given: Partial<KnownDurations> = {},
): KnownDurations {
  return {
    earlier: new Map(Object.entries(earlier)),
    planned: () => undefined,
    waits: ({ uses }) => uses === 'wait',
    ...given,
  }
}

export const nothingKnown: KnownDurations = known({})
