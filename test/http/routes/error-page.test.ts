import { expect, test } from 'vitest'
import { startService } from '../../support/service.ts'

test('the type of a problem leads to what its code means', async () => {
  await using service = await startService()
  const problem = (await (await service.get('/v1/sessions/none')).json()) as { type: string }
  const [path, anchor] = problem.type.split('#')

  const page = await service.get(path ?? '')

  expect(page.headers.get('content-type')).toContain('text/html')
  expect(await page.text()).toContain(`<dt id="${anchor}">`)
})
