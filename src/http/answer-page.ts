import { createHash } from 'node:crypto'
import { errors, type StepstreamError } from '../errors.ts'
import type { OpenInteraction } from '../modules/interactions/types.ts'
import { titleOf } from '../session/title.ts'
import { stepWordsOf } from './interaction-views.ts'

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f4f5f7;padding:1rem;border-radius:6px}
textarea{width:100%;box-sizing:border-box;font:inherit}
button{font:inherit;padding:.5rem 1.5rem;margin-right:.5rem;cursor:pointer}
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#16181c}pre{background:#24272c}}`

const styleHash = createHash('sha256').update(style).digest('base64')

/**
 * What a browser is told with such a page. Its form is sent by this service to itself, which it can
 * only see where the browser says where a form comes from.
 */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** What somebody is asked, with a form for their answer; it is sent to where the page came from. */
export function askingPage(open: OpenInteraction): string {
  const { session, stepId, interaction, expiresAt } = open
  const { prompt = '', resultSchema } = interaction
  const step = stepWordsOf(open) ?? stepId
  const title = titleOf(session.state.plan)
  const until =
    expiresAt === undefined ? '' : `<p>Until ${text(new Date(expiresAt).toISOString())}.</p>`
  const answer =
    resultSchema === undefined
      ? ''
      : `<p><label for="output">Answer, as JSON that fits this schema:</label></p>
<pre>${text(JSON.stringify(resultSchema, null, 2))}</pre>
<p><textarea id="output" name="output" rows="6" spellcheck="false"></textarea></p>`
  return page(
    'Approval',
    `<p>Step “${text(step)}” of “${text(title)}” asks:</p>
<pre>${text(prompt)}</pre>
${until}
<form method="post">
${answer}
<p><label for="note">Note</label></p>
<p><textarea id="note" name="note" rows="3" maxlength="10000"></textarea></p>
<p><button name="decision" value="approve">Approve</button><button name="decision" value="reject">Reject</button></p>
</form>`,
  )
}

const said: Readonly<Record<string, string>> = {
  approve: 'It is approved.',
  reject: 'It is rejected.',
  push_back: 'It is sent back.',
}

/** What somebody sees who has answered. */
export function answeredPage(decision: string): string {
  return page('Thank you', `<p>${text(said[decision] ?? 'It is answered.')}</p>`)
}

/** Why there is nothing to answer, or the answer was refused. */
export function refusedPage({ code, message, faults }: StepstreamError): string {
  const places = faults.map((fault) => `<li>${text(`${fault.pointer}: ${fault.message}`)}</li>`)
  const list = places.length === 0 ? '' : `<ul>${places.join('')}</ul>`
  const detail = errors[code].status >= 500 ? 'It cannot be answered for now.' : message
  return page(
    'This cannot be answered',
    `<p>${text(detail)}</p>${list}<p>${text(errors[code].suggestedAction)}</p><p><small>${text(code)}</small></p>`,
  )
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${text(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${text(title)}</h1>
${body}
</body>
</html>
`
}

function text(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
