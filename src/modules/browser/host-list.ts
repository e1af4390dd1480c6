/** Hosts that pages may reach. */
export interface HostList {
  has(hostname: string): boolean
}

/** Reads host names and addresses; `*.example.com` is all below example.com, and not itself. */
export function createHostList(entries: readonly string[]): HostList {
  const hosts = new Set<string>()
  const domains: string[] = []
  for (const entry of entries.map(canonical)) {
    if (entry.startsWith('*.')) domains.push(entry.slice(1))
    else hosts.add(entry)
  }
  return {
    has(hostname) {
      const host = canonical(hostname)
      return hosts.has(host) || domains.some((domain) => host.endsWith(domain))
    },
  }
}

function canonical(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
}
