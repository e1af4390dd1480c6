/** What a design has to have: sections, some of them with a list. */
export const sectionsSchema = (z) =>
  z.array(z.strictObject({ heading: z.string(), list: z.boolean().optional() }))

/** The output of a program that the client has run. */
export const writtenSchema = {
  type: 'object',
  required: ['stdout'],
  properties: { stdout: { type: 'string' }, stderr: { type: 'string' } },
}
