import dagre from '@dagrejs/dagre'

export interface GraphStep {
  readonly id: string
  readonly dependsOn: readonly string[]
}

export interface Placed {
  readonly x: number
  readonly y: number
}

export const NODE_WIDTH = 172
export const NODE_HEIGHT = 58

/** Room between the nodes of a graph, and around it, in pixels. */
export interface Spacing {
  readonly beside: number
  readonly between: number
  readonly around: number
}

const SPACING: Spacing = { beside: 22, between: 34, around: 16 }

/** Where each step goes, so that the edges run one way. */
export function layoutGraph(
  steps: readonly GraphStep[],
  direction: 'LR' | 'TB',
  { beside, between, around }: Spacing = SPACING,
): ReadonlyMap<string, Placed> {
  const graph = new dagre.graphlib.Graph()
  graph.setGraph({
    rankdir: direction,
    nodesep: beside,
    ranksep: between,
    marginx: around,
    marginy: around,
  })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { id } of steps) graph.setNode(id, { width: NODE_WIDTH, height: NODE_HEIGHT })
  const ids = new Set(steps.map(({ id }) => id))
  for (const { id, dependsOn } of steps) {
    for (const parent of dependsOn) if (ids.has(parent)) graph.setEdge(parent, id)
  }
  dagre.layout(graph)
  return new Map(
    steps.map(({ id }) => {
      const { x, y } = graph.node(id)
      return [id, { x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 }]
    }),
  )
}

/** What a graph is shown in, in pixels. */
export interface Frame {
  readonly width: number
  readonly height: number
}

export interface GraphLayout {
  readonly direction: 'LR' | 'TB'
  readonly places: ReadonlyMap<string, Placed>
}

/** Words that are drawn smaller than this can hardly be read. */
const READABLE = 0.85

/** From left to right where that can be read in the frame, else downwards where that makes it larger. */
export function layoutIn(frame: Frame, steps: readonly GraphStep[]): GraphLayout {
  const across: GraphLayout = { direction: 'LR', places: layoutGraph(steps, 'LR') }
  const scale = scaleIn(frame, across)
  if (scale >= READABLE) return across
  const down: GraphLayout = { direction: 'TB', places: layoutGraph(steps, 'TB') }
  return scaleIn(frame, down) > scale ? down : across
}

function scaleIn({ width, height }: Frame, { places }: GraphLayout): number {
  let [right, bottom] = [0, 0]
  for (const { x, y } of places.values()) {
    right = Math.max(right, x + NODE_WIDTH)
    bottom = Math.max(bottom, y + NODE_HEIGHT)
  }
  return Math.min(width / right, height / bottom)
}

/** The steps around one, by what they depend on in either direction, up to so many. */
export function neighbourhood<S extends GraphStep>(
  steps: readonly S[],
  center: string,
  max: number,
): readonly S[] {
  const byId = new Map(steps.map((step) => [step.id, step]))
  const children = new Map<string, string[]>()
  for (const { id, dependsOn } of steps) {
    for (const parent of dependsOn) {
      const known = children.get(parent)
      if (known === undefined) children.set(parent, [id])
      else known.push(id)
    }
  }
  const found = new Set([center])
  for (const id of found) {
    const near = [...(byId.get(id)?.dependsOn ?? []), ...(children.get(id) ?? [])]
    for (const one of near) if (found.size < max) found.add(one)
  }
  return steps.filter(({ id }) => found.has(id))
}
