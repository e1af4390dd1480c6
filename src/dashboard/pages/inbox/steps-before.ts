interface Step {
  readonly id: string
  readonly status: string
  readonly dependsOn: readonly string[]
}

/** The steps that come before one and have completed, the nearest first. */
export function stepsBefore<S extends Step>(steps: readonly S[], of: string): readonly S[] {
  const byId = new Map(steps.map((step) => [step.id, step]))
  const found = new Set(byId.get(of)?.dependsOn)
  for (const id of found) for (const parent of byId.get(id)?.dependsOn ?? []) found.add(parent)
  return [...found].flatMap((id) => {
    const step = byId.get(id)
    return step?.status === 'completed' ? [step] : []
  })
}
