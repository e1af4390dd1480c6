/** What becomes of a list: for each new place the old one whose text it keeps. */
export interface Aligned {
  /** By new index. `kept`: it stays in its order. `moved`: it is the same, elsewhere. `changed`: something else there. */
  readonly from: readonly (
    | { readonly how: 'kept' | 'moved' | 'changed'; readonly old: number }
    | undefined
  )[]
}

/**
 * Pairs the entries of a list with those of another one: the same entries first, as many as keep
 * their order, then those that moved, then what stands between the same neighbours.
 */
export function align(
  before: readonly unknown[],
  after: readonly unknown[],
  isSame: (one: unknown, other: unknown) => boolean,
): Aligned {
  const from: Aligned['from'][number][] = after.map(() => undefined)
  const taken = new Set<number>()
  const keep = (old: number, place: number) => {
    from[place] = { how: 'kept', old }
    taken.add(old)
  }
  let head = 0
  const least = Math.min(before.length, after.length)
  while (head < least && isSame(before[head], after[head])) keep(head, head++)
  let tail = 0
  while (tail < least - head && isSame(before.at(-1 - tail), after.at(-1 - tail))) {
    tail++
    keep(before.length - tail, after.length - tail)
  }
  const olds = range(head, before.length - tail)
  const news = range(head, after.length - tail)
  for (const [old, place] of longestCommon(olds, news, (old, place) =>
    isSame(before[old], after[place]),
  )) {
    keep(old, place)
  }
  for (const place of news) {
    if (from[place] !== undefined) continue
    const old = olds.find((one) => !taken.has(one) && isSame(before[one], after[place]))
    if (old === undefined) continue
    from[place] = { how: 'moved', old }
    taken.add(old)
  }
  pairRest(from, taken, before, after)
  return { from }
}

/** What stands between the same kept entries: what is alike, then the others in turn, the last first. */
function pairRest(
  from: Aligned['from'][number][],
  taken: Set<number>,
  before: readonly unknown[],
  after: readonly unknown[],
): void {
  let [firstOld, firstNew] = [0, 0]
  for (let place = 0; place <= after.length; place++) {
    const found = from[place]
    if (place < after.length && found?.how !== 'kept') continue
    const bound = found?.old ?? before.length
    const olds = range(firstOld, bound).filter((old) => !taken.has(old))
    const news = range(firstNew, place).filter((one) => from[one] === undefined)
    pairAlike(olds, news, before, after, (old, one) => {
      from[one] = { how: 'changed', old }
      taken.add(old)
    })
    firstOld = bound + 1
    firstNew = place + 1
  }
}

function pairAlike(
  olds: number[],
  news: number[],
  before: readonly unknown[],
  after: readonly unknown[],
  pair: (old: number, place: number) => void,
): void {
  for (const place of [...news]) {
    const at = olds.findIndex((old) => isAlike(before[old], after[place]))
    if (at === -1) continue
    pair(olds[at] ?? 0, place)
    // Those before it would cross.
    olds.splice(0, at + 1)
    news.splice(0, news.indexOf(place) + 1)
  }
  while (olds.length > 0 && news.length > 0) pair(olds.pop() ?? 0, news.pop() ?? 0)
}

/** Whether at least half of what one says, the other says too. */
function isAlike(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return false
  }
  const known = new Map(Object.entries(other))
  const entries = Object.entries(one)
  const same = entries.filter(([key, value]) => known.get(key) === value)
  return same.length > 0 && same.length * 2 >= entries.length
}

function longestCommon(
  olds: readonly number[],
  news: readonly number[],
  isSame: (old: number, place: number) => boolean,
): readonly (readonly [old: number, place: number])[] {
  const width = news.length + 1
  const lengths = new Uint32Array((olds.length + 1) * width)
  for (let row = olds.length - 1; row >= 0; row--) {
    for (let column = news.length - 1; column >= 0; column--) {
      const at = row * width + column
      lengths[at] = isSame(olds[row] ?? -1, news[column] ?? -1)
        ? (lengths[at + width + 1] ?? 0) + 1
        : Math.max(lengths[at + width] ?? 0, lengths[at + 1] ?? 0)
    }
  }
  const pairs: [number, number][] = []
  for (let row = 0, column = 0; row < olds.length && column < news.length; ) {
    const at = row * width + column
    const old = olds[row] ?? -1
    const place = news[column] ?? -1
    if (isSame(old, place)) {
      pairs.push([old, place])
      row++
      column++
    } else if ((lengths[at + width] ?? 0) >= (lengths[at + 1] ?? 0)) row++
    else column++
  }
  return pairs
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(to - from, 0) }, (_, index) => from + index)
}
