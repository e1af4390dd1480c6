import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { cleanTrace } from '../../../src/modules/browser-steps/clean-trace.ts'
import { PageSecrets } from '../../../src/modules/browser-steps/secrets.ts'

const value = 'p"ss wörd&é'

const secrets = new PageSecrets(
  { secret: (name) => (name === 'PASSWORD' ? value : undefined) },
  new Map([['PASSWORD', ['https://shop.example']]]),
)

test('a trace loses the values of secrets in every form that it has them in', async () => {
  const trace = zipSync({
    'trace.trace': strToU8(JSON.stringify({ params: { value } })),
    'trace.network': strToU8(
      JSON.stringify({ body: new URLSearchParams({ p: value, q: '1' }).toString() }),
    ),
    'resources/a.html': strToU8(`<p>${value} and ${value}</p>`),
    'resources/b.jpeg': Uint8Array.of(0xff, 0xd8, 0, 1, 2),
  })
  const cleaned = unzipSync(await cleanTrace(trace, secrets))
  expect(Object.keys(cleaned)).toEqual(Object.keys(unzipSync(trace)))
  expect(strFromU8(cleaned['trace.trace']!)).toBe('{"params":{"value":"[secret PASSWORD]"}}')
  expect(strFromU8(cleaned['trace.network']!)).toBe('{"body":"p=[secret PASSWORD]&q=1"}')
  expect(strFromU8(cleaned['resources/a.html']!)).toBe(
    '<p>[secret PASSWORD] and [secret PASSWORD]</p>',
  )
  expect([...cleaned['resources/b.jpeg']!]).toEqual([0xff, 0xd8, 0, 1, 2])
})

test('one without them stays as it is', async () => {
  const trace = zipSync({ 'trace.trace': strToU8('{}') })
  expect(await cleanTrace(trace, secrets)).toBe(trace)
})

test('what is seen is masked wherever it stands', () => {
  const seen = { title: `x ${value}`, nodes: [{ name: value, children: [] }], [value]: 1 }
  expect(secrets.mask(seen)).toEqual({
    title: 'x [secret PASSWORD]',
    nodes: [{ name: '[secret PASSWORD]', children: [] }],
    [value]: 1,
  })
})

test.each([
  ['another origin', 'PASSWORD', 'https://evil.example'],
  ['a secret that is bound to none', 'OTHER', 'https://shop.example'],
])('a secret is not given to %s', (_, name, origin) => {
  expect(() => secrets.value(name, origin)).toThrow(
    expect.objectContaining({ code: 'SECRET_NOT_ALLOWED' }),
  )
})
