import { z } from 'zod'
import { queueSchema } from './client.ts'
import { checkKeys } from './record-keys.ts'

const withoutNul = z.string().regex(/^[^\0]*$/, 'NUL characters cannot be passed to a program')

/** What a command step takes in `with`. */
export const commandInput = z.strictObject({
  run: z
    .array(withoutNul)
    .min(1)
    .refine(([program]) => program !== '', { error: 'The program has no name', path: [0] })
    .describe('The program and its arguments, each as it is; there is no shell.'),
  cwd: withoutNul.optional().describe('A folder below WORK_DIR. Default: WORK_DIR.'),
  env: z
    .record(z.string(), withoutNul)
    .check(checkKeys(findVariableFault))
    .default({})
    .describe('Environment variables; nothing of the service’s own environment is passed on.'),
  stdin: z.string().optional().describe('Text for the program’s standard input.'),
  okExitCodes: z
    .array(z.int().min(0).max(255))
    .min(1)
    .default([0])
    .describe('The exit codes that are a success.'),
  on: z
    .strictObject({ queue: queueSchema })
    .optional()
    .describe(
      'A worker of this queue runs it, by its own allow-list. Default: the service runs it.',
    ),
})

export type CommandInput = z.output<typeof commandInput>

/** A command as a worker is asked to run it. */
export const workerCommand = commandInput.omit({ on: true }).extend({
  outputLimitBytes: z
    .int()
    .min(1)
    .optional()
    .describe('How much of what it writes is kept in its output'),
})

function findVariableFault(name: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return 'Not a variable name; write letters, digits and _'
  }
  if (/^(LD|DYLD)_/.test(name)) return 'It would change what an allowed program is'
  return name.startsWith('STEPSTREAM_') ? 'This variable is set by the service' : undefined
}
