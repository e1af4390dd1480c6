import '@xyflow/react/dist/style.css'
import '../styles/graph.css'
import {
  Background,
  BaseEdge,
  Controls,
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  getBezierPath,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react'
import { CircleAlert, Flag, GitFork, Plus, Repeat, TriangleAlert, Unlink } from 'lucide-react'
import { useEffect, useMemo, useRef } from 'react'
import { cycleOf, linksOf } from '../design/links.ts'
import type { Item } from '../design/outline.ts'
import { isObject } from '../design/value.ts'
import { NODE_HEIGHT, NODE_WIDTH } from '../parts/graph-layout.ts'
import type { StepFault } from './design-faults.ts'
import { drawnParents, layoutDesign, stepToward } from './design-layout.ts'
import { useKeys } from './use-keys.ts'

/** What can be done on the graph. */
export interface GraphActs {
  choose(index: number | undefined): void
  connect(from: number, to: number): void
  disconnect(from: number, to: number): void
  /** Asks for a step to add on the way between two. */
  addBetween(from: number, to: number): void
  /** Asks for a step to add after one, beside what is there. */
  addFrom(index: number): void
}

interface NodeData extends Record<string, unknown> {
  readonly item: Item
  readonly detail: string
  readonly direction: 'LR' | 'TB'
  readonly isChosen: boolean
  readonly faults: readonly StepFault[]
  readonly acts: GraphActs
}

type StepNode = Node<NodeData, 'step'>

interface EdgeData extends Record<string, unknown> {
  readonly from: number
  readonly to: number
  readonly says: string | undefined
  readonly isNear: boolean
  readonly ids: readonly [from: string, to: string]
  readonly acts: GraphActs
}

type StepEdge = Edge<EdgeData, 'step'>

const nodeTypes = { step: StepNodeView }
const edgeTypes = { step: StepEdgeView }

interface Shown {
  readonly items: readonly Item[]
  readonly chosen: number | undefined
  readonly faults: ReadonlyMap<number, readonly StepFault[]>
  /** What each step does, in a few words. */
  readonly details: readonly string[]
  readonly acts: GraphActs
}

/** The steps and what they come after, to be changed by pointer, touch and key. */
export function DesignGraph(shown: Shown) {
  return (
    <ReactFlowProvider>
      <Graph {...shown} />
    </ReactFlowProvider>
  )
}

function Graph({ items, chosen, faults, details, acts }: Shown) {
  const links = useMemo(() => linksOf(items), [items])
  const parents = useMemo(() => items.map((item) => drawnParents(item, links)), [items, links])
  const circle = useMemo(() => new Set(cycleOf(items, links)), [items, links])
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is written in a step moves nothing.
  const { direction, places } = useMemo(
    () => layoutDesign(parents, innerWidth),
    [JSON.stringify(parents)],
  )
  const flow = useReactFlow()
  const shape = places.map(({ x, y }) => `${Math.round(x)},${Math.round(y)}`).join(';')
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is looked at anew when the steps have moved.
  useEffect(() => {
    const frame = requestAnimationFrame(() => void flow.fitView(fitting))
    return () => cancelAnimationFrame(frame)
  }, [shape, flow])
  const frame = useRef<HTMLDivElement>(null)
  useKeys(frame, (event) => {
    if (chosen === undefined || !event.key.startsWith('Arrow') || event.altKey) return
    const next = stepToward(event.key, chosen, places)
    event.preventDefault()
    if (next === undefined) return
    acts.choose(next)
    frame.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus()
  })
  const nodes = items.map(
    (item): StepNode => ({
      id: String(item.index),
      type: 'step',
      position: places[item.index] ?? { x: 0, y: 0 },
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      data: {
        item,
        direction,
        acts,
        isChosen: item.index === chosen,
        detail: details[item.index] ?? '',
        faults: faults.get(item.index) ?? [],
      },
    }),
  )
  return (
    <div className="design-graph" ref={frame}>
      <ReactFlow
        nodes={nodes}
        edges={edgesOf({ items, parents, circle, chosen, acts })}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        fitView
        fitViewOptions={fitting}
        minZoom={0.1}
        nodesDraggable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        deleteKeyCode={null}
        connectionRadius={44}
        onPaneClick={() => acts.choose(undefined)}
        onConnect={({ source, target }) => acts.connect(Number(source), Number(target))}
        onConnectEnd={(_, { fromNode, toNode, fromHandle }) => {
          if (fromNode !== null && toNode === null && fromHandle?.type === 'source') {
            acts.addFrom(Number(fromNode.id))
          }
        }}
        isValidConnection={({ source, target }) => source !== target}
        onlyRenderVisibleElements={items.length > 100}
        preventScrolling={false}
        zoomOnScroll={false}
        panOnScroll={false}
        proOptions={{ hideAttribution: true }}
      >
        <Background gap={20} />
        <Controls showInteractive={false} position="bottom-right" />
      </ReactFlow>
    </div>
  )
}

interface Drawn extends Pick<Shown, 'items' | 'chosen' | 'acts'> {
  readonly parents: readonly (readonly number[])[]
  /** The ids of steps that wait for one another. */
  readonly circle: ReadonlySet<string>
}

const fitting = { padding: 0.14, maxZoom: 1.05, minZoom: 0.3 }

function edgesOf({ items, parents, circle, chosen, acts }: Drawn): StepEdge[] {
  return items.flatMap((item) =>
    (parents[item.index] ?? []).map((from): StepEdge => {
      const parent = items[from]
      const to = item.index
      const says = parent?.then.includes(item.id)
        ? 'then'
        : parent?.else.includes(item.id)
          ? 'else'
          : undefined
      const isCircle = circle.has(item.id) && circle.has(parent?.id ?? '')
      return {
        id: `${from}>${to}`,
        source: String(from),
        target: String(to),
        type: 'step',
        focusable: false,
        className: isCircle ? 'circle' : from === chosen || to === chosen ? 'near' : '',
        data: {
          from,
          to,
          says,
          acts,
          isNear: from === chosen || to === chosen,
          ids: [parent?.id ?? '', item.id],
        },
      }
    }),
  )
}

function StepNodeView({ data }: NodeProps<StepNode>) {
  const { item, detail, direction, isChosen, faults, acts } = data
  const [before, after] =
    direction === 'LR' ? [Position.Left, Position.Right] : [Position.Top, Position.Bottom]
  const isBad = faults.some(({ severity }) => severity === 'error')
  const tone = isBad ? 'bad' : faults.length > 0 ? 'warn' : 'accent'
  const step = isObject(item.value) ? item.value : {}
  const isLooped = step['forEach'] !== undefined || step['repeat'] !== undefined
  return (
    <>
      <Handle type="target" position={before} aria-hidden="true" />
      <button
        type="button"
        className={`graph-step design-step nopan tone-${tone}`}
        data-step={item.id}
        data-index={item.index}
        aria-current={isChosen || undefined}
        onClick={() => acts.choose(item.index)}
      >
        <span className="grow">
          <span className="ellipsis graph-title">{item.name ?? item.id}</span>
          <span className="ellipsis graph-detail">{detail}</span>
        </span>
        <span className="design-signs" aria-hidden="true">
          {isBad ? <CircleAlert size={15} className="bad" /> : null}
          {!isBad && faults.length > 0 ? <TriangleAlert size={15} className="warn" /> : null}
          {step['when'] === undefined ? null : <GitFork size={13} />}
          {isLooped ? <Repeat size={13} /> : null}
          {item.isFinally ? <Flag size={13} /> : null}
        </span>
        {faults.length === 0 ? null : (
          <span className="visually-hidden">
            {faults.length === 1 ? '1 fault' : `${faults.length} faults`}
          </span>
        )}
      </button>
      <Handle type="source" position={after} aria-hidden="true" />
    </>
  )
}

function StepEdgeView({
  id,
  sourceX,
  sourceY,
  targetX,
  targetY,
  sourcePosition,
  targetPosition,
  data,
}: EdgeProps<StepEdge>) {
  const [path, labelX, labelY] = getBezierPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition,
    targetPosition,
  })
  if (data === undefined) return null
  const { from, to, says, isNear, ids, acts } = data
  // The panel of a step does the same by key, so these are for pointers.
  return (
    <>
      <BaseEdge id={id} path={path} />
      <EdgeLabelRenderer>
        <div
          className={isNear ? 'edge-acts nopan near' : 'edge-acts nopan'}
          style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
        >
          {says === undefined ? null : <span className="edge-says">{says}</span>}
          <button
            type="button"
            tabIndex={-1}
            title={`Add a step between ${ids[0]} and ${ids[1]}`}
            aria-label={`Add a step between ${ids[0]} and ${ids[1]}`}
            onClick={() => acts.addBetween(from, to)}
          >
            <Plus size={13} aria-hidden="true" />
          </button>
          {isNear ? (
            <button
              type="button"
              tabIndex={-1}
              title={`${ids[1]} no longer after ${ids[0]}`}
              aria-label={`${ids[1]} no longer after ${ids[0]}`}
              onClick={() => acts.disconnect(from, to)}
            >
              <Unlink size={12} aria-hidden="true" />
            </button>
          ) : null}
        </div>
      </EdgeLabelRenderer>
    </>
  )
}
