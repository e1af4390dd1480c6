import { tellNote } from '../tell-note.ts'
import { followLines } from './follow-lines.ts'
import type { Followed, Following, Form } from './following.ts'
import type { Paint } from './paint.ts'
import { paintOut } from './paint-out.ts'
import { exitCodeOf, resultLines } from './result.ts'

/** How long the page of a session is looked for. */
const PAGE_MS = 2000

const plain: Paint = (_format, text) => text

/** What the options ask for; else what happens is drawn on a terminal, and told in lines elsewhere. */
export function formOf(options: { readonly json?: boolean; readonly quiet?: boolean }): Form {
  if (options.json) return 'json'
  if (options.quiet) return 'quiet'
  const { stdout, env } = process
  return stdout.isTTY && env['TERM'] !== 'dumb' ? 'live' : 'lines'
}

/**
 * Follows a session to its end, and tells how it ended.
 * @returns what the program is to exit with
 * @throws ProblemError, and the faults of a connection that was never there
 */
export async function showSession(following: Following, form: Form): Promise<number> {
  const page = form === 'json' || form === 'quiet' ? undefined : await pageOf(following)
  const followed =
    form === 'live' ? await drawn(following, page) : await followLines(following, form)
  if (followed.is === 'left') return tellLeft(followed.code, following, form)
  const code = exitCodeOf(followed.session.status)
  // The page of a service that ends with this program is gone.
  tellResult(followed, following.isEmbedded ? undefined : page, form, code)
  return code
}

/** What draws is loaded only where there is a terminal to draw on. */
async function drawn(following: Following, page: string | undefined): Promise<Followed> {
  const { followLive } = await import('./follow-live.ts')
  return followLive(following, page)
}

function tellResult(
  { session, end }: Extract<Followed, { is: 'ended' }>,
  page: string | undefined,
  form: Form,
  code: number,
): void {
  if (form === 'json' || (form === 'quiet' && code === 0)) return
  const isLive = form === 'live'
  const lines = resultLines(session, end, page, isLive ? paintOut : plain)
  const out = isLive ? process.stdout : process.stderr
  out.write(`${lines.join('\n')}\n`)
}

function tellLeft(code: number, { isEmbedded, sessionId, option }: Following, form: Form): number {
  if (form === 'json' || form === 'quiet') return code
  tellNote(
    isEmbedded
      ? `${sessionId} is kept, and goes on with the next \`stepstream serve\` on the same data`
      : `${sessionId} goes on without this program; \`stepstream follow ${sessionId}${option}\` shows it again`,
  )
  return code
}

/** The session on the dashboard, where that was built. */
async function pageOf({ url, sessionId }: Following): Promise<string | undefined> {
  const page = `${url}/sessions/${sessionId}`
  try {
    const response = await fetch(page, { method: 'HEAD', signal: AbortSignal.timeout(PAGE_MS) })
    const isPage = response.ok && response.headers.get('content-type')?.startsWith('text/html')
    return isPage ? page : undefined
  } catch {
    // Whoever follows the session is told what is wrong with the connection.
    return undefined
  }
}
