/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number
  /** True as often as `share` says, from 0 to 1. */
  chance(share: number): boolean
  pick<T>(choices: readonly T[]): T
}

/** Mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    int,
    chance: (share) => next() < share,
    pick: <T>(choices: readonly T[]) => choices[int(0, choices.length - 1)] as T,
  }
}

/** Runs a test on a seed, that of `SEED` if it is set, and names it when the test fails. */
export async function withSeed(run: (seed: number) => Promise<void>): Promise<void> {
  const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 32)
  try {
    await run(seed)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(`with SEED=${seed}: ${message}`, { cause: error })
  }
}
