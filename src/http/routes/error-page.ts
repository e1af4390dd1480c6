import type { FastifyInstance } from 'fastify'
import { errors } from '../../errors.ts'

/** GET /docs/errors: what a problem's `type` leads to, an anchor for each code. */
export function registerErrorPage(app: FastifyInstance): void {
  const page = renderPage()
  app.get('/docs/errors', { config: { scope: 'any' }, schema: { hide: true } }, (_, reply) =>
    reply.type('text/html; charset=utf-8').send(page),
  )
}

function renderPage(): string {
  const entries = Object.entries(errors).map(
    ([code, { status, category, severity, suggestedAction }]) =>
      `<dt id="${code}"><code>${code}</code> (${status})</dt>\n<dd>${escapeHtml(suggestedAction)} <small>${category}, ${severity}</small></dd>`,
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Errors of Stepstream</title>
<h1>Errors</h1>
<dl>
${entries.join('\n')}
</dl>
</html>
`
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
