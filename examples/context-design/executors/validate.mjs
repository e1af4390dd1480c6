// Reads the design as it is in the client's folder, and has it written anew where it does not fit.
import { readDesign } from './lib/design.mjs'
import { revisionOf } from './lib/prompt.mjs'
import { sectionsSchema, writtenSchema } from './lib/schemas.mjs'

export default ({ z }) => ({
  name: 'validate',
  description: 'Checks that a design has what it has to have.',
  input: z.strictObject({ generator: z.array(z.string()), sections: sectionsSchema(z) }),
  resultSchema: writtenSchema,

  getCommand({ generator }, { vars, previousError }) {
    const problems = previousError?.details?.output?.problems
    if (problems === undefined) return { run: ['cat', vars.file] }
    return { run: generator, stdin: revisionOf(vars.prompt, problems), save: vars.file }
  },

  handleResult({ status, output }, { input, inputs }) {
    if (status === 'error') return { status }
    const { design, problems } = readDesign(output.stdout, input.sections, inputs.dependencies)
    if (problems.length === 0) return { status: 'ok', output: design }
    const message = `the design does not fit: ${problems.join('; ')}`
    return { status: 'error', message, output: { problems } }
  },
})
