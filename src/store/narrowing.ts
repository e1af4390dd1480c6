/** What a list can be narrowed down by: each has an index that gives its sessions in the list's order. */
export type Narrowing =
  | { readonly on: 'workflow' | 'name' | 'status'; readonly value: string }
  | { readonly on: 'label'; readonly key: string; readonly value: string }

/** Beyond so many sessions it is not counted how many a narrowing leaves. */
export const PROBE_ROWS = 1000

/**
 * The place of the narrowing that leaves the fewest sessions: through its index they are found, and
 * the others are looked at in each. Of equal ones the first.
 */
export function narrowest(reaches: readonly number[]): number {
  return reaches.indexOf(Math.min(...reaches))
}
