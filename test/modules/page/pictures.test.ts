import { expect, test } from 'vitest'
import { useSite } from './site.ts'

const site = useSite({
  '/pin': `<title>Pin</title><label>Pin <input name="pin"></label><label>Name <input name="name"></label>`,
})

async function pictureWith(
  action: { secret: string } | { text: string },
  value = '',
): Promise<Buffer> {
  await site.act({ do: 'fill', target: 'Pin', ...action }, { secret: () => value })
  // The caret would blink, and the focus have a ring.
  await site.act({ do: 'blur' })
  return Buffer.from((await site.actor.picture(site.session, {})).bytes)
}

test('a field that a secret was filled into is covered, though it is no password field', async () => {
  await site.open('/pin')
  const one = await pictureWith({ secret: 'PIN' }, '1111 1111')
  const other = await pictureWith({ secret: 'PIN' }, '8888 8888')
  expect(one.equals(other)).toBe(true)
})

test('any other field is shown', async () => {
  await site.open('/pin')
  const one = await pictureWith({ text: '1111 1111' })
  const other = await pictureWith({ text: '8888 8888' })
  expect(one.equals(other)).toBe(false)
})
