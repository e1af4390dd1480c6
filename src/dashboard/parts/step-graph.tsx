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
import { useMemo } from 'react'
import type { StepStatus } from '../../session/status.ts'
import { type GraphStep, layoutGraph, NODE_HEIGHT, NODE_WIDTH } from './graph-layout.ts'
import { StatusIcon, toneOf } from './status.tsx'

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
  const direction = innerWidth < 700 ? 'TB' : 'LR'
  const shape = steps.map(({ id, dependsOn }) => `${id}<${dependsOn.join()}`).join(';')
  // biome-ignore lint/correctness/useExhaustiveDependencies: a status moves nothing
  const places = useMemo(() => layoutGraph(steps, direction), [shape, direction])
  const nodes = steps.map(
    (step): StepNode => ({
      id: step.id,
      type: 'step',
      position: places.get(step.id) ?? { x: 0, y: 0 },
      data: { step, direction, onChoose },
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
    }),
  )
  const byId = new Map(steps.map((step) => [step.id, step]))
  const edges = steps.flatMap(({ id, dependsOn, status }) =>
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
  return (
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
