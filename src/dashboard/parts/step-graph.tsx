import '@xyflow/react/dist/style.css'
import '../styles/graph.css'
import {
  Background,
  Controls,
  type Edge,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from '@xyflow/react'
import { useCallback, useMemo, useRef } from 'react'
import type { StepStatus } from '../../session/status.ts'
import { Loading } from './empty.tsx'
import { type GraphStep, NODE_HEIGHT, NODE_WIDTH, type Placed } from './graph-layout.ts'
import { StatusIcon, toneOf } from './status.tsx'
import { useGraphLayout } from './use-graph-layout.ts'

export interface ShownStep extends GraphStep {
  readonly title: string
  readonly detail: string
  /** Absent for a step of a plan that does not run. */
  readonly status?: StepStatus
  readonly isChosen?: boolean
}

type StepNode = Node<
  { step: ShownStep; direction: 'LR' | 'TB'; onChoose?: ((id: string) => void) | undefined },
  'step'
>

const nodeTypes = { step: StepNodeView }

/** Steps and what they depend on. */
export function StepGraph({
  steps,
  onChoose,
}: {
  readonly steps: readonly ShownStep[]
  readonly onChoose?: (id: string) => void
}) {
  const shape = steps.map(({ id, dependsOn }) => `${id}<${dependsOn.join()}`).join(';')
  const frame = useRef<HTMLDivElement>(null)
  const layout = useGraphLayout(steps, shape, frame)
  const latest = useRef(onChoose)
  latest.current = onChoose
  const choose = useCallback((id: string) => latest.current?.(id), [])
  const isChoosable = onChoose !== undefined
  const shown = useRef<ReadonlyMap<string, StepNode>>(new Map())
  const nodes = useMemo(() => {
    const { direction = 'LR', places } = layout ?? {}
    const made = steps.map((step): StepNode => {
      const position = places?.get(step.id) ?? { x: 0, y: 0 }
      const before = shown.current.get(step.id)
      if (before?.data.direction === direction && isSame(before, step, position)) return before
      return {
        id: step.id,
        type: 'step',
        position,
        data: { step, direction, onChoose: isChoosable ? choose : undefined },
        width: NODE_WIDTH,
        height: NODE_HEIGHT,
      }
    })
    shown.current = new Map(made.map((node) => [node.id, node]))
    return made
  }, [steps, layout, choose, isChoosable])
  const edges = useMemo(() => edgesOf(steps), [steps])
  return (
    <div className="graph-frame" ref={frame}>
      {layout === undefined ? (
        <Loading />
      ) : (
        <ReactFlow
          key={shape}
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          fitView
          fitViewOptions={{ padding: 0.12, maxZoom: 1.1, minZoom: 0.35 }}
          minZoom={0.1}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          onlyRenderVisibleElements={steps.length > 100}
          preventScrolling={false}
          zoomOnScroll={false}
          panOnScroll={false}
          proOptions={{ hideAttribution: true }}
        >
          <Background gap={20} />
          <Controls showInteractive={false} />
        </ReactFlow>
      )}
    </div>
  )
}

/** Whether a node shows a step as it is: then it need not be drawn again. */
function isSame({ data, position }: StepNode, step: ShownStep, place: Placed): boolean {
  const before = data.step
  return (
    before.status === step.status &&
    before.title === step.title &&
    before.detail === step.detail &&
    before.isChosen === step.isChosen &&
    position.x === place.x &&
    position.y === place.y
  )
}

function edgesOf(steps: readonly ShownStep[]): Edge[] {
  const byId = new Map(steps.map((step) => [step.id, step]))
  return steps.flatMap(({ id, dependsOn, status }) =>
    dependsOn
      .filter((parent) => byId.has(parent))
      .map((parent): Edge => {
        const isPassed = byId.get(parent)?.status === 'completed' && status !== 'pending'
        return {
          id: `${parent}>${id}`,
          source: parent,
          target: id,
          className: isPassed ? 'passed' : '',
          focusable: false,
        }
      }),
  )
}

function StepNodeView({ data: { step, direction, onChoose } }: NodeProps<StepNode>) {
  const { id, title, detail, status, isChosen } = step
  const [before, after] =
    direction === 'LR' ? [Position.Left, Position.Right] : [Position.Top, Position.Bottom]
  const tone = status === undefined ? 'idle' : toneOf(status)
  return (
    <>
      <Handle type="target" position={before} isConnectable={false} />
      <button
        type="button"
        className={`graph-step nopan tone-${tone}`}
        data-step={id}
        data-status={status}
        aria-current={isChosen || undefined}
        disabled={onChoose === undefined}
        onClick={() => onChoose?.(id)}
      >
        {status === undefined ? null : <StatusIcon status={status} />}
        <span className="grow">
          <span className="ellipsis graph-title">{title}</span>
          <span className="ellipsis graph-detail">{detail}</span>
        </span>
        {status === undefined ? null : <span className="visually-hidden">{status}</span>}
      </button>
      <Handle type="source" position={after} isConnectable={false} />
    </>
  )
}
