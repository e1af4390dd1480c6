import type { z } from 'zod'
import { type ErrorCode, errors } from '../errors.ts'
import { type Faults, type Path, quote } from './faults.ts'

type Issue = z.core.$ZodIssue

/**
 * Turns what a schema says about `value` into faults: `at` is where the value stood in the body.
 * @param locate maps a path inside the value to one inside the body, where they differ
 * @param ignore tells which paths not to report
 */
export function addIssues(
  issues: readonly Issue[],
  value: unknown,
  at: Path,
  faults: Faults,
  options: { locate?: (path: Path) => Path; ignore?: (path: Path) => boolean } = {},
): void {
  const locate = options.locate ?? ((path: Path) => path)
  for (const issue of issues.flatMap((issue) => branchesOf(issue))) {
    const path = issue.path as Path
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        faults.add([...at, ...locate([...path, key])], 'UNKNOWN_FIELD', 'is not a known field')
      }
    } else if (!options.ignore?.(path)) {
      const found = valueAt(value, path)
      faults.add([...at, ...locate(path)], codeOf(issue, found), messageOf(issue, found))
    }
  }
}

/** A union's issue says nothing of use; those of the branch that got furthest do. */
function branchesOf(issue: Issue, prefix: Path = []): Issue[] {
  const path = [...prefix, ...issue.path] as PropertyKey[]
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ ...issue, path }]
  const [best] = [...issue.errors].sort((a, b) => depthOf(b) - depthOf(a) || a.length - b.length)
  return (best ?? []).flatMap((inner) => branchesOf(inner, path as Path))
}

function depthOf(issues: readonly Issue[]): number {
  return issues.reduce((depth, { path }) => Math.max(depth, path.length), 0)
}

function codeOf(issue: Issue, found: unknown): ErrorCode {
  if (issue.code === 'custom') return customCode(issue) ?? 'INVALID_VALUE'
  if (found === undefined) return 'MISSING_FIELD'
  if (issue.code === 'invalid_type') return 'WRONG_TYPE'
  if (issue.code === 'too_big' && typeof found === 'string') return 'STRING_TOO_LONG'
  return 'INVALID_VALUE'
}

function messageOf(issue: Issue, found: unknown): string {
  if (issue.code === 'custom') return issue.message
  if (issue.code === 'invalid_key') {
    return lowerFirst(issue.issues.map(({ message }) => message).join('; '))
  }
  if (found === undefined) return `is missing; ${lowerFirst(issue.message)}`
  return `${lowerFirst(issue.message)}, got ${quote(found)}`
}

/** A schema of ours says by `params.code` which fault it found. */
function customCode({ params: { code } = {} }: z.core.$ZodIssueCustom): ErrorCode | undefined {
  return typeof code === 'string' && Object.hasOwn(errors, code) ? (code as ErrorCode) : undefined
}

function valueAt(value: unknown, path: Path): unknown {
  let here = value
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined
    here = (here as Record<string | number, unknown>)[key]
  }
  return here
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
