/** Why the service cannot listen, and which setting helps; undefined where it is something else that failed. */
export function describeListenFault(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, syscall, address, port, hostname } = error as ListenFault
  if (code === 'ENOTFOUND') return `HOST=${hostname} is no name of this machine`
  if (syscall !== 'listen') return undefined
  const place = `port ${port} of ${address}`
  switch (code) {
    case 'EADDRINUSE':
      return `${place} is in use by another program: stop that, or set PORT to another one (PORT=0 takes any that is free)`
    case 'EACCES':
      return `${place} needs rights that this user lacks: set PORT to one above 1023`
    case 'EADDRNOTAVAIL':
      return `HOST=${address} is no address of this machine`
    default:
      return error.message
  }
}

interface ListenFault extends NodeJS.ErrnoException {
  readonly address?: string
  readonly port?: number
  readonly hostname?: string
}
