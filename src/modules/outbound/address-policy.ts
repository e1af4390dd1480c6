import ipaddr, { type IPv4, type IPv6 } from 'ipaddr.js'
import { ConfigError } from '../../config.ts'

/** Says which addresses outbound connections may reach. Every answer is the reason of a refusal, or undefined. */
export interface AddressPolicy {
  /** A host as a URL writes it: a literal address is judged, of a name only that it names no metadata service. */
  refuseHost(hostname: string): string | undefined
  /** An address that `hostname` stands for. */
  refuseAddress(address: string, hostname: string): string | undefined
}

export interface AddressPolicyOptions {
  /** Let every private, loopback, link-local and unique-local address through. */
  readonly allowPrivate: boolean
  /** Host names, addresses and CIDR ranges that are let through beside. */
  readonly allow: readonly string[]
}

/**
 * Only unicast addresses of the public internet pass, and what the options let through. The
 * metadata services of clouds hand credentials to whoever asks, so no option opens them.
 * @throws ConfigError naming an entry of `allow` that cannot be read
 */
export function createAddressPolicy({ allowPrivate, allow }: AddressPolicyOptions): AddressPolicy {
  const { hosts, ranges } = readAllowList(allow)

  function refuseAddress(text: string, hostname: string): string | undefined {
    const host = canonicalHost(hostname)
    const address = parseAddress(text)
    if (address === undefined) return `${text} is no address`
    if (isMetadata(address)) return `${subject(host, text)} is a cloud metadata address`
    if (hosts.has(host) || ranges.some((range) => matches(address, range))) return undefined
    const range: string = address.range()
    if (range === 'unicast' && !isIpv4Compatible(address)) return undefined
    if (allowPrivate && privateRanges.has(range)) return undefined
    return `${subject(host, text)} is not a public address (${range})`
  }

  return {
    refuseAddress,
    refuseHost(hostname) {
      const host = canonicalHost(hostname)
      if (metadataNames.has(host)) return `${host} is a cloud metadata service`
      return ipaddr.isValid(host) ? refuseAddress(host, host) : undefined
    },
  }
}

type Address = IPv4 | IPv6
type Range = [Address, number]

const privateRanges: ReadonlySet<string> = new Set([
  'loopback',
  'private',
  'linkLocal',
  'uniqueLocal',
  'carrierGradeNat',
  'unspecified',
])

const metadataNames: ReadonlySet<string> = new Set(['metadata.google.internal', 'metadata.goog'])

const metadataAddresses: ReadonlySet<string> = new Set(
  [
    '169.254.169.254', // AWS, Azure, Google Cloud, DigitalOcean, Oracle and others
    'fd00:ec2::254', // AWS over IPv6
    'fd20:ce::254', // Google Cloud over IPv6
    '169.254.170.2', // AWS container credentials
    '169.254.170.23', // AWS pod identity
    'fd00:ec2::23', // AWS pod identity over IPv6
    '100.100.100.200', // Alibaba Cloud
    '192.0.0.192', // Oracle Cloud, first generation
    '168.63.129.16', // Azure's agent endpoint, a public address that only the host's own network answers
  ].map((address) => ipaddr.parse(address).toString()),
)

function readAllowList(allow: readonly string[]): { hosts: Set<string>; ranges: Range[] } {
  const hosts = new Set<string>()
  const ranges: Range[] = []
  for (const entry of allow) {
    const range = parseRange(entry)
    if (range !== undefined) ranges.push(range)
    else if (/^[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?\.?$/i.test(entry)) hosts.add(canonicalHost(entry))
    else {
      throw new ConfigError(
        `OUTBOUND_ALLOW: "${entry}" is neither a host name, an address nor a CIDR range such as 10.0.0.0/8`,
      )
    }
  }
  return { hosts, ranges }
}

function parseRange(entry: string): Range | undefined {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry)
  const address = parseAddress(entry.replace(/^\[(.*)\]$/, '$1'))
  return address && [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** An IPv4 address written as IPv6 (`::ffff:a.b.c.d`) is the IPv4 address. */
function parseAddress(text: string): Address | undefined {
  const withoutZone = text.replace(/%.*$/, '')
  return ipaddr.isValid(withoutZone) ? ipaddr.process(withoutZone) : undefined
}

function matches(address: Address, [base, bits]: Range): boolean {
  return address.kind() === base.kind() && address.match([base, bits] as never)
}

/** Also when a translator (NAT64, 6to4, Teredo) would carry it to a metadata address. */
function isMetadata(address: Address): boolean {
  return (
    metadataAddresses.has(address.toString()) ||
    embeddedIpv4(address).some((embedded) => metadataAddresses.has(embedded))
  )
}

/** The IPv4 addresses an IPv6 address may be translated to, by the place its range puts them (RFC 6052, 3056, 4380). */
function embeddedIpv4(address: Address): readonly string[] {
  if (address.kind() === 'ipv4') return []
  const bytes = address.toByteArray()
  const at = (...places: number[]): string => places.map((place) => bytes[place]).join('.')
  const last = at(12, 13, 14, 15)
  switch (address.range() as string) {
    case 'rfc6052':
      return [last, at(6, 7, 9, 10)]
    case 'rfc6145':
      return [last]
    case '6to4':
      return [at(2, 3, 4, 5)]
    case 'teredo':
      return [bytes.slice(12).map((byte) => byte ^ 0xff)].map((four) => four.join('.'))
    default:
      return isIpv4Compatible(address) ? [last] : []
  }
}

/** `::a.b.c.d` (RFC 4291 §2.5.5.1, deprecated), which ipaddr.js takes for unicast. */
function isIpv4Compatible(address: Address): boolean {
  return (
    address.kind() === 'ipv6' &&
    address
      .toByteArray()
      .slice(0, 12)
      .every((byte) => byte === 0)
  )
}

function canonicalHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
}

function subject(host: string, address: string): string {
  return host === address.toLowerCase() ? host : `${host} (${address})`
}
