// Leaves the structure of the design beside it, and tells what has come of the session.
import { writtenSchema } from './lib/schemas.mjs'

export default ({ z }) => ({
  name: 'finalize',
  description: 'Has the client keep the structure of a design.',
  input: z.strictObject({}),
  resultSchema: writtenSchema,

  getCommand: (_, { steps, vars }) => ({
    run: ['tee', vars.file.replace(/\.md$/, '.json')],
    stdin: `${JSON.stringify(steps.validate.output, null, 2)}\n`,
  }),

  handleResult({ status }, { command, steps, vars }) {
    if (status === 'error') return { status }
    const { title, sections } = steps.validate.output
    const files = [vars.file, command.run[1]]
    return {
      status: 'ok',
      output: { title, files, sections: sections.map(({ heading }) => heading) },
    }
  },
})
