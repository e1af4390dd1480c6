// Has a design written, from all that the project says about it.
import { promptOf } from './lib/prompt.mjs'
import { sectionsSchema, writtenSchema } from './lib/schemas.mjs'

export default ({ z }) => ({
  name: 'generate',
  description: 'Has the client write the design of a context.',
  input: z.strictObject({ generator: z.array(z.string()), sections: sectionsSchema(z) }),
  resultSchema: writtenSchema,

  getCommand: ({ generator, sections }, { inputs, vars }) => ({
    run: generator,
    stdin: promptOf(inputs, sections),
    save: vars.file,
  }),

  handleResult({ status, output }, { command }) {
    if (status === 'error') return { status }
    if (output.stdout.trim() === '') return { status: 'error', message: 'nothing was written' }
    const written = { file: command.save, markdown: output.stdout }
    return { status: 'ok', output: written, vars: { prompt: command.stdin } }
  },
})
