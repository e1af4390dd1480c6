import '../../styles/new.css'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Pencil } from 'lucide-react'
import { stringify } from 'yaml'
import { useMay } from '../../api/sign-in.ts'
import { useRestore, useVersions, useWorkflow } from '../../api/workflows.ts'
import { Button } from '../../parts/button.tsx'
import { CodeEditor } from '../../parts/code-editor.tsx'
import { DiffView } from '../../parts/diff-view.tsx'
import { Loading } from '../../parts/empty.tsx'
import { dateTime } from '../../parts/format.ts'
import { PageHead } from '../../parts/page-head.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'

const none: readonly never[] = []

/** A saved workflow: its versions, and what differs between two of them. */
export function WorkflowPage() {
  const { name } = useParams({ from: '/workflows/$name' })
  const { version, against } = useSearch({ from: '/workflows/$name' })
  const navigate = useNavigate()
  const { data, error } = useVersions(name)
  const restore = useRestore(name)
  const mayControl = useMay('control')
  const versions = data?.versions ?? []
  const current = versions[0]?.version
  const shown = Number(version ?? current ?? 0)
  const other = against === undefined ? undefined : Number(against)
  const go = (changes: { version?: string | undefined; against?: string | undefined }) =>
    void navigate({
      to: '/workflows/$name',
      params: { name },
      search: (before) => ({ ...before, ...changes }),
    })
  return (
    <>
      <PageHead title={name} lead={<Link to="/workflows">All workflows</Link>}>
        <Link className="button" to="/sessions" search={{ workflow: name }}>
          Its sessions
        </Link>
        {mayControl ? (
          <Link className="button" to="/workflows/$name/edit" params={{ name }}>
            <Pencil size={15} aria-hidden="true" /> Change
          </Link>
        ) : null}
        <Link className="button primary" to="/new" search={{ workflow: name }}>
          Start
        </Link>
      </PageHead>
      <ProblemNote error={error ?? restore.error} />
      {data === undefined ? (
        <Loading />
      ) : (
        <>
          <div className="row">
            <VersionChoice
              label="Version"
              value={String(shown)}
              versions={versions.map((one) => one.version)}
              onChange={(next) => go({ version: next })}
            />
            <VersionChoice
              label="Compare with"
              value={against ?? ''}
              versions={versions.map((one) => one.version).filter((one) => one !== shown)}
              none="nothing"
              onChange={(next) => go({ against: next || undefined })}
            />
            <span className="soft">
              {versions
                .filter((one) => one.version === shown)
                .map(({ createdAt, restoredFrom }) =>
                  restoredFrom === null
                    ? `saved ${dateTime(createdAt)}`
                    : `v${restoredFrom} again, ${dateTime(createdAt)}`,
                )}
            </span>
            {mayControl && shown !== current && shown !== 0 ? (
              <Button
                disabled={restore.isPending}
                onClick={() =>
                  restore.mutate(shown, { onSuccess: () => go({ version: undefined }) })
                }
              >
                Make v{shown} current again
              </Button>
            ) : null}
          </div>
          {shown === 0 ? null : <Content name={name} version={shown} other={other} />}
        </>
      )}
    </>
  )
}

function VersionChoice({
  label,
  value,
  versions,
  none: nothing,
  onChange,
}: {
  readonly label: string
  readonly value: string
  readonly versions: readonly number[]
  readonly none?: string
  readonly onChange: (version: string) => void
}) {
  return (
    <label className="row">
      <span className="soft">{label}</span>
      <select
        className="select version-choice"
        value={value}
        onChange={({ target }) => onChange(target.value)}
      >
        {nothing === undefined ? null : <option value="">{nothing}</option>}
        {versions.map((one) => (
          <option key={one} value={one}>
            v{one}
          </option>
        ))}
      </select>
    </label>
  )
}

function Content({
  name,
  version,
  other,
}: {
  readonly name: string
  readonly version: number
  readonly other: number | undefined
}) {
  const { data: one, error } = useWorkflow(name, version)
  const { data: two } = useWorkflow(other === undefined ? '' : name, other)
  if (error !== null) return <ProblemNote error={error} />
  if (one === undefined) return <Loading />
  const text = stringify(one.definition)
  return (
    <section className="card editor-card">
      {two === undefined || other === undefined ? (
        <CodeEditor
          key={version}
          label={`${name}, version ${version}`}
          text={text}
          language="yaml"
          marks={none}
        />
      ) : (
        <DiffView
          key={`${version} ${other}`}
          before={stringify(two.definition)}
          after={text}
          label={`What version ${version} has otherwise than version ${other}`}
        />
      )}
    </section>
  )
}
