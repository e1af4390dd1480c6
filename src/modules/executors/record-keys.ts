import type { z } from 'zod'

/**
 * A check for `z.record(…).check(…)` that says of each key what is wrong with it: a key schema would
 * only say that it is invalid.
 * @param findFault what is wrong with a key, or undefined
 */
export function checkKeys(
  findFault: (key: string) => string | undefined,
): z.core.CheckFn<Record<string, string>> {
  return ({ value, issues }) => {
    for (const key of Object.keys(value)) {
      const message = findFault(key)
      if (message !== undefined) issues.push({ code: 'custom', message, input: value, path: [key] })
    }
  }
}
