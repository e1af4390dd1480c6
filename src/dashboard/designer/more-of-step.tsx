import type { ReactNode } from 'react'
import type { Json, JsonObject } from '../../json.ts'
import type { Design } from '../design/design.ts'
import type { Edit } from '../design/edit.ts'
import type { Item } from '../design/outline.ts'
import { isObject, valueAt } from '../design/value.ts'
import { CheckField, ChoiceField, CommitField } from './fields.tsx'

type Set = (path: readonly string[], value: Json | undefined) => void

interface Part {
  readonly step: JsonObject
  readonly set: Set
}

/** When a step runs, how often, and what its failure means. */
export function MoreOfStep({
  design,
  item,
  step,
  set,
  edit,
}: Part & {
  readonly design: Design
  readonly item: Item
  readonly edit: (edit: Edit) => void
}) {
  return (
    <>
      <CommitField
        label="Only when"
        isMono={true}
        value={textOf(step['when'])}
        placeholder="inputs.size > 10"
        hint="An expression; it is skipped where that is false."
        onCommit={(next) => set(['when'], next || undefined)}
      />
      <More title="Retries and limits" isOpen={has(step, 'retry', 'timeout', 'idleTimeout')}>
        <Retries step={step} set={set} />
        <Text
          step={step}
          set={set}
          path={['timeout']}
          label="Limit of one attempt"
          placeholder="30s"
        />
        <Text
          step={step}
          set={set}
          path={['idleTimeout']}
          label="Limit of silence"
          placeholder="10s"
        />
      </More>
      <More title="Failure and undo" isOpen={has(step, 'onFailure', 'undo', 'onInterrupted')}>
        <ChoiceField
          label="Its failure"
          value={textOf(step['onFailure'])}
          none="as its group or the workflow says"
          choices={['fail_fast', 'continue', 'rollback', 'escalate']}
          onChange={(next) => set(['onFailure'], next)}
        />
        {isObject(step['undo']) ? (
          <p className="soft">Its undo is a step of its own: change it as it is written, below.</p>
        ) : (
          <Text
            step={step}
            set={set}
            path={['undo']}
            label="What undoes it, as a sentence"
            placeholder="DELETE https://shop.example/orders/7"
          />
        )}
        <ChoiceField
          label="Cut off by a crash, it means"
          value={textOf(step['onInterrupted'])}
          none="what its kind says"
          choices={['retry', 'fail', 'escalate']}
          onChange={(next) => set(['onInterrupted'], next)}
        />
      </More>
      <More title="Group and end" isOpen={has(step, 'group', 'finally', 'breakBefore')}>
        <GroupPart design={design} item={item} set={set} edit={edit} />
        <CheckField
          label="Runs at the end, however the session goes"
          isOn={item.isFinally}
          onChange={(isOn) => set(['finally'], isOn || undefined)}
        />
        <CheckField
          label="Begins only when somebody lets it"
          isOn={step['breakBefore'] === true}
          onChange={(isOn) => set(['breakBefore'], isOn || undefined)}
        />
      </More>
      <More title="For each item, and again" isOpen={has(step, 'forEach', 'repeat')}>
        <Loops step={step} set={set} />
      </More>
    </>
  )
}

function More({
  title,
  isOpen,
  children,
}: {
  readonly title: string
  readonly isOpen: boolean
  readonly children: ReactNode
}) {
  return (
    <details className="more" open={isOpen || undefined}>
      <summary>{title}</summary>
      <div className="stack-small">{children}</div>
    </details>
  )
}

function Retries({ step, set }: Part) {
  return (
    <>
      <Count
        step={step}
        set={set}
        path={['retry', 'maxAttempts']}
        label="Tries, the first included"
      />
      <ChoiceField
        label="The delay grows"
        value={textOf(valueAt(step, ['retry', 'backoff']))}
        none="exponential"
        choices={['fixed', 'linear', 'exponential', 'random']}
        onChange={(next) => set(['retry', 'backoff'], next)}
      />
      <Text step={step} set={set} path={['retry', 'delay']} label="First delay" placeholder="1s" />
      <Text
        step={step}
        set={set}
        path={['retry', 'maxDelay']}
        label="Longest delay"
        placeholder="30s"
      />
    </>
  )
}

function GroupPart({
  design: { root, stepsAt, items },
  item,
  set,
  edit,
}: {
  readonly design: Design
  readonly item: Item
  readonly set: Set
  readonly edit: (edit: Edit) => void
}) {
  const names = [...new Set(items.flatMap(({ group }) => group ?? []))]
  const group = item.group ?? ''
  const settings = valueAt(root, [...stepsAt.slice(0, -1), 'groups', group])
  const ofGroup = isObject(settings) ? settings : {}
  const setGroup: Set = (path, value) =>
    edit({ do: 'setWorkflow', path: ['groups', group, ...path], value })
  return (
    <>
      <CommitField
        label="Group"
        value={group}
        list={names}
        hint="Steps in a row with the same group run side by side."
        onCommit={(next) => set(['group'], next || undefined)}
      />
      {group === '' ? null : (
        <>
          <Count
            step={ofGroup}
            set={setGroup}
            path={['maxParallel']}
            label={`Of ${group} side by side`}
          />
          <CheckField
            label={`What follows ${group} waits for the first only`}
            isOn={ofGroup['waitForAll'] === false}
            onChange={(isOn) => setGroup(['waitForAll'], isOn ? false : undefined)}
          />
        </>
      )}
    </>
  )
}

function Loops({ step, set }: Part) {
  const { forEach } = step
  const isShort = typeof forEach === 'string'
  const items = isShort ? forEach : textOf(valueAt(step, ['forEach', 'items']))
  return (
    <>
      <CommitField
        label="For each item of"
        isMono={true}
        value={items}
        placeholder="inputs.files"
        onCommit={(next) => {
          if (next === '') set(['forEach'], undefined)
          else set(isObject(forEach) ? ['forEach', 'items'] : ['forEach'], next)
        }}
      />
      {isObject(forEach) || isShort ? (
        <CommitField
          label="Items side by side"
          value={isShort ? '' : textOf(valueAt(step, ['forEach', 'maxParallel']))}
          placeholder="8"
          onCommit={(next) => {
            if (isShort) set(['forEach'], { items: forEach, maxParallel: numberOf(next) ?? 8 })
            else set(['forEach', 'maxParallel'], numberOf(next))
          }}
        />
      ) : null}
      <CommitField
        label="Again until"
        isMono={true}
        value={textOf(valueAt(step, ['repeat', 'until']))}
        placeholder={`steps.build.output.state == "done"`}
        onCommit={(next) =>
          next === '' ? set(['repeat'], undefined) : set(['repeat', 'until'], next)
        }
      />
      {isObject(step['repeat']) ? (
        <>
          <Text
            step={step}
            set={set}
            path={['repeat', 'delay']}
            label="Time between"
            placeholder="1s"
          />
          <Count step={step} set={set} path={['repeat', 'maxTimes']} label="Times at most" />
        </>
      ) : null}
    </>
  )
}

interface OneField extends Part {
  readonly path: readonly string[]
  readonly label: string
}

function Text({
  step,
  set,
  path,
  label,
  placeholder,
}: OneField & { readonly placeholder: string }) {
  return (
    <CommitField
      label={label}
      value={textOf(valueAt(step, path))}
      placeholder={placeholder}
      onCommit={(next) => set(path, next || undefined)}
    />
  )
}

/** What is no number is given on as it is: the service says what is wrong with it. */
function Count({ step, set, path, label }: OneField) {
  return (
    <CommitField
      label={label}
      value={textOf(valueAt(step, path))}
      onCommit={(next) => set(path, numberOf(next))}
    />
  )
}

function numberOf(text: string): Json | undefined {
  if (text === '') return undefined
  const number = Number(text)
  return Number.isNaN(number) ? text : number
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function has(step: JsonObject, ...fields: readonly string[]): boolean {
  return fields.some((field) => step[field] !== undefined)
}
