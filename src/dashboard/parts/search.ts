/** Reads the named texts of an address; whatever else is in it is left out. */
export function readSearch<const Name extends string>(...names: readonly Name[]) {
  return (given: Record<string, unknown>): { [K in Name]?: string | undefined } => {
    const read = names.flatMap((name) => {
      const value = given[name]
      return typeof value === 'string' && value !== '' ? [[name, value]] : []
    })
    return Object.fromEntries(read)
  }
}
