import { describe, expect, test } from 'vitest'
import { createAddressPolicy } from '../../../src/modules/outbound/address-policy.ts'

const strict = createAddressPolicy({ allowPrivate: false, allow: [] })
const open = createAddressPolicy({ allowPrivate: true, allow: [] })

function judge(policy: typeof strict, url: string): 'passes' | 'refused' {
  return policy.refuseHost(new URL(url).hostname) === undefined ? 'passes' : 'refused'
}

const metadata = [
  'http://169.254.169.254/',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0251.0376.0251.0376/',
  'http://[fd00:ec2::254]/',
  'http://[::ffff:169.254.169.254]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://[64:ff9b::169.254.169.254]/',
  'http://[64:ff9b:1:a9fe:a9:fe00::]/',
  'http://[2002:a9fe:a9fe::1]/',
  'http://[::169.254.169.254]/',
  'http://100.100.100.200/',
  'http://168.63.129.16/',
  'http://metadata.google.internal/',
  'http://METADATA.google.internal./',
]

const privateOnes = [
  'http://127.0.0.1/',
  'http://127.1/',
  'http://2130706433/',
  'http://0177.0.0.1/',
  'http://0x7f.0.0.1/',
  'http://127.0.0.1./',
  'http://0.0.0.0/',
  'http://0/',
  'http://10.1.2.3/',
  'http://172.16.0.1/',
  'http://172.31.255.255/',
  'http://192.168.1.1/',
  'http://169.254.1.1/',
  'http://100.64.0.1/',
  'http://[::1]/',
  'http://[::]/',
  'http://[fe80::1]/',
  'http://[fd12:3456::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
]

const neverPublic = [
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://192.0.2.1/',
  'http://198.18.0.1/',
  'http://240.0.0.1/',
  'http://[ff02::1]/',
  'http://[2001:db8::1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/',
  'http://[::127.0.0.1]/',
]

const publicOnes = [
  'http://1.1.1.1/',
  'http://93.184.215.14/',
  'http://172.15.255.255/',
  'http://172.32.0.1/',
  'http://[2606:4700:4700::1111]/',
  'http://[::ffff:1.1.1.1]/',
]

describe('the addresses outbound requests may reach', () => {
  test.each(publicOnes)('lets %s through', (url) => {
    expect(judge(strict, url)).toBe('passes')
  })

  test.each([...privateOnes, ...neverPublic, ...metadata])('refuses %s by default', (url) => {
    expect(judge(strict, url)).toBe('refused')
  })

  test.each(privateOnes)('lets %s through when private addresses are allowed', (url) => {
    expect(judge(open, url)).toBe('passes')
  })

  test.each([...neverPublic, ...metadata])(
    'refuses %s also when private addresses are allowed',
    (url) => {
      expect(judge(open, url)).toBe('refused')
    },
  )

  test.each(metadata)('refuses %s whatever the allow-list says', (url) => {
    const { hostname } = new URL(url)
    const policy = createAddressPolicy({
      allowPrivate: true,
      allow: ['0.0.0.0/0', '::/0', 'metadata.google.internal', hostname],
    })
    expect(judge(policy, url)).toBe('refused')
  })
})

describe('the allow-list', () => {
  const policy = createAddressPolicy({
    allowPrivate: false,
    allow: ['10.0.0.0/8', '192.168.1.7', 'fd12::/16', '[::1]', 'intranet.example'],
  })

  test.each([
    ['http://10.200.0.1/', 'passes'],
    ['http://[::ffff:10.0.0.1]/', 'passes'],
    ['http://11.0.0.1/', 'passes'],
    ['http://192.168.1.7/', 'passes'],
    ['http://192.168.1.8/', 'refused'],
    ['http://[fd12:9::1]/', 'passes'],
    ['http://[fd13::1]/', 'refused'],
    ['http://[::1]/', 'passes'],
    ['http://127.0.0.1/', 'refused'],
  ] as const)('judges %s: %s', (url, verdict) => {
    expect(judge(policy, url)).toBe(verdict)
  })

  test('lets a named host reach whatever it resolves to, but for metadata addresses', () => {
    expect(policy.refuseAddress('192.168.9.9', 'intranet.example')).toBeUndefined()
    expect(policy.refuseAddress('192.168.9.9', 'Intranet.Example.')).toBeUndefined()
    expect(policy.refuseAddress('192.168.9.9', 'other.example')).toContain('other.example')
    expect(policy.refuseAddress('169.254.169.254', 'intranet.example')).toContain('metadata')
  })

  test.each(['10.0.0.0/99', 'http://x', 'a b', '-', '10.0.0.0/8/8'])(
    'refuses the entry %j by name',
    (entry) => {
      expect(() => createAddressPolicy({ allowPrivate: false, allow: [entry] })).toThrow(
        `OUTBOUND_ALLOW: "${entry}"`,
      )
    },
  )
})
