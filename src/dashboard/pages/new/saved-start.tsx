import { useNavigate, useSearch } from '@tanstack/react-router'
import { Play } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '../../api/sign-in.ts'
import type { JsonSchema } from '../../api/types.ts'
import { useStartSaved, useWorkflow, useWorkflows } from '../../api/workflows.ts'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { initialValue, SchemaForm } from '../../parts/schema-form.tsx'

/** Starts a saved workflow, with a form for its inputs. */
export function SavedStart() {
  const { workflow } = useSearch({ strict: false }) as { workflow?: string }
  const { data } = useWorkflows()
  const [name, setName] = useState(workflow ?? '')
  if (data?.workflows.length === 0) {
    return (
      <div className="card">
        <Empty title="No workflow is saved yet">
          Save one with <code>PUT /v1/workflows/:name</code>.
        </Empty>
      </div>
    )
  }
  return (
    <section className="card padded stack narrow">
      <label className="field">
        <span>Workflow</span>
        <select className="select" value={name} onChange={({ target }) => setName(target.value)}>
          <option value="">Choose…</option>
          {data?.workflows.map((one) => (
            <option key={one.name} value={one.name}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      {name === '' ? null : <Inputs key={name} name={name} />}
    </section>
  )
}

function Inputs({ name }: { readonly name: string }) {
  const { data } = useWorkflow(name)
  if (data === undefined) return null
  return <InputForm name={name} schema={schemaOf(data.definition)} />
}

function InputForm({
  name,
  schema,
}: {
  readonly name: string
  readonly schema: JsonSchema | undefined
}) {
  const [inputs, setInputs] = useState<unknown>(() => initialValue(schema))
  const start = useStartSaved()
  const navigate = useNavigate()
  const mayRun = useMay('run')
  const begin = () =>
    start.mutate(
      { workflow: name, ...(inputs === undefined ? {} : { inputs }) },
      {
        onSuccess: ({ sessionId }) =>
          void navigate({ to: '/sessions/$id', params: { id: sessionId } }),
      },
    )
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        begin()
      }}
    >
      {schema === undefined ? (
        <p className="soft">It takes no inputs.</p>
      ) : (
        <SchemaForm schema={schema} onChange={setInputs} />
      )}
      <ProblemNote error={start.error} />
      <div>
        <Button
          type="submit"
          look="primary"
          disabled={!mayRun || start.isPending || inputs instanceof Error}
        >
          <Play size={15} aria-hidden="true" /> Start {name}
        </Button>
      </div>
    </form>
  )
}

/** A workflow's `inputs` are the properties of an object; one without a default must be given. */
function schemaOf(definition: unknown): JsonSchema | undefined {
  const { inputs } = (definition ?? {}) as { inputs?: Readonly<Record<string, JsonSchema>> }
  if (inputs === undefined || Object.keys(inputs).length === 0) return undefined
  const required = Object.keys(inputs).filter((name) => inputs[name]?.default === undefined)
  return { type: 'object', properties: inputs, required }
}
