import { ProblemError, problemErrorOf } from '../../client/errors.ts'

interface Answer<Data> {
  readonly data?: Data | undefined
  readonly error?: unknown
  readonly response: Response
}

/** What a request was answered with. @throws ProblemError when it was refused */
export async function unwrap<Data>(request: Promise<Answer<Data>>): Promise<NonNullable<Data>> {
  const { data, error, response } = await readable(request)
  if (error !== undefined || data === undefined || data === null) {
    throw problemErrorOf(response.status, error)
  }
  return data
}

/** Makes a request whose answer says nothing. @throws ProblemError when it was refused */
export async function expectDone(request: Promise<Answer<unknown>>): Promise<void> {
  const { error, response } = await readable(request)
  if (error !== undefined || !response.ok) throw problemErrorOf(response.status, error)
}

/** What is no Stepstream, as a page of something else, has another body than was promised. */
async function readable<Data>(request: Promise<Answer<Data>>): Promise<Answer<Data>> {
  try {
    return await request
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new ProblemError(200, undefined, 'what answered gives no JSON')
  }
}
