import { expect, test } from 'vitest'
import { startService } from '../support/service.ts'

test('the root leads to the reference page', async () => {
  await using service = await startService()
  const page = await service.get('/')
  expect(page.url).toMatch(/\/docs/)
  expect(await page.text()).toContain('<title>Stepstream API</title>')
})
