import { ProblemError } from '../api/problem.ts'

/** Why something could not be done, and what to do about it. */
export function ProblemNote({ error }: { readonly error: unknown }) {
  if (error === undefined || error === null) return null
  const problem = error instanceof ProblemError ? error.problem : undefined
  return (
    <div className="problem" role="alert">
      <strong>{problem?.title ?? 'That did not work'}</strong>
      <span>{error instanceof Error ? error.message : String(error)}</span>
      {problem?.faults?.map(({ pointer, message }) => (
        <span key={pointer + message}>
          <code>{pointer || '/'}</code> {message}
        </span>
      ))}
      {problem === undefined ? null : <span className="soft">{problem.suggestedAction}</span>}
    </div>
  )
}
