// Sets up the folder that the design is written in.
export default ({ z }) => ({
  name: 'initialize',
  description: 'Makes the folder that a design is written in.',
  input: z.strictObject({ folder: z.string() }),

  getCommand: ({ folder }) => ({ run: ['mkdir', '-p', folder] }),

  handleResult({ status }, { input, inputs }) {
    if (status === 'error') return { status }
    const file = `${input.folder}/${inputs.context.name.toLowerCase()}.md`
    return { status: 'ok', output: { file }, vars: { file } }
  },
})
