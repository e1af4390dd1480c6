import { fileURLToPath } from 'node:url'
import { ConfigError } from '../../config.ts'
import { openFolderBytes } from './folder.ts'
import { openS3Bytes, type S3Place } from './s3.ts'
import type { ArtifactBytes } from './types.ts'

/** Where artifacts are, as `ARTIFACTS_URL` says. */
export type ArtifactsPlace =
  | { readonly kind: 'folder'; readonly dir: string }
  | ({ readonly kind: 's3' } & S3Place)

const ALLOWED =
  'file:///folder or s3://bucket/prefix?endpoint=https://…&region=…&pathStyle=true|false'

const PARAMETERS = ['endpoint', 'region', 'pathStyle']

/**
 * Opens what `ARTIFACTS_URL` names, or the folder at a path.
 * @throws ConfigError
 */
export async function openArtifactBytes(urlOrDir: string): Promise<ArtifactBytes> {
  if (!urlOrDir.includes('://')) return openFolderBytes(urlOrDir)
  const place = parseArtifactsUrl(urlOrDir)
  return place.kind === 'folder' ? openFolderBytes(place.dir) : openS3Bytes(place)
}

/**
 * Reads `ARTIFACTS_URL`.
 * @throws ConfigError naming the setting, its value unless it may hold a secret, and what is allowed
 */
export function parseArtifactsUrl(text: string): ArtifactsPlace {
  if (!URL.canParse(text)) throw refused(text, 'it is no URL')
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') {
    throw refused(text, 'credentials come from the environment, such as AWS_ACCESS_KEY_ID')
  }
  if (url.hash !== '') throw refused(text, 'it has a fragment')
  if (url.protocol === 'file:') return folderOf(text, url)
  if (url.protocol === 's3:') return bucketOf(text, url)
  throw refused(text, `${url.protocol}// is not known`)
}

function folderOf(text: string, url: URL): ArtifactsPlace {
  if (url.search !== '') throw refused(text, 'a folder has no parameters')
  let dir: string
  try {
    dir = fileURLToPath(url)
  } catch (cause) {
    throw refused(
      text,
      'a folder has three slashes, file:///folder, and a path of this system',
      cause,
    )
  }
  if (dir === '/') throw refused(text, 'the root is no folder for artifacts')
  return { kind: 'folder', dir }
}

function bucketOf(text: string, url: URL): ArtifactsPlace {
  const parameters = parametersOf(text, url)
  const bucket = url.hostname
  if (!/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/.test(bucket) || url.port !== '') {
    throw refused(
      text,
      'a bucket is 3 to 63 small letters, digits, dots and hyphens, without a port',
    )
  }
  const endpoint = parameters.get('endpoint')
  const region = parameters.get('region')
  const pathStyle = parameters.get('pathStyle') ?? 'false'
  if (endpoint !== undefined) checkEndpoint(text, endpoint)
  if (region !== undefined && !/^[A-Za-z0-9-]+$/.test(region)) {
    throw refused(text, 'region is letters, digits and hyphens')
  }
  if (pathStyle !== 'true' && pathStyle !== 'false') {
    throw refused(text, 'pathStyle is true or false')
  }
  return {
    kind: 's3',
    bucket,
    prefix: prefixOf(text, url),
    pathStyle: pathStyle === 'true',
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
  }
}

function parametersOf(text: string, { searchParams }: URL): ReadonlyMap<string, string> {
  const unknown = [...searchParams.keys()].filter((name) => !PARAMETERS.includes(name))
  if (unknown.length > 0) throw refused(text, `${unknown.join(', ')} is not known`)
  const twice = PARAMETERS.find((name) => searchParams.getAll(name).length > 1)
  if (twice !== undefined) throw refused(text, `${twice} is given twice`)
  return new Map(searchParams)
}

function prefixOf(text: string, { pathname }: URL): string {
  const prefix = pathname.replaceAll(/^\/+|\/+$/g, '')
  // The rest needs escapes that not every maker of S3 reads alike.
  if (/^([A-Za-z0-9!_.*'()-]+(\/|$))*$/.test(prefix)) return prefix
  throw refused(text, "a prefix is letters, digits, /, !, _, ., *, ', (, ) and -")
}

function checkEndpoint(text: string, endpoint: string): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  const isPlain = url?.username === '' && url.password === '' && url.search + url.hash === ''
  if (!isPlain || !/^https?:$/.test(url.protocol)) {
    throw refused(text, 'endpoint is an http:// or https:// URL without credentials and parameters')
  }
}

function refused(text: string, reason: string, cause?: unknown): ConfigError {
  const message = `ARTIFACTS_URL=${shown(text)} is not allowed: ${reason}. Allowed: ${ALLOWED}`
  return new ConfigError(message, cause === undefined ? undefined : { cause })
}

/** People do put secrets where none belong: before an @, or in parameters of their own invention. */
function shown(text: string): string {
  const names = [...text.matchAll(/[?&]([^=&]*)/g)].map(([, name = '']) => name)
  const mayBeSecret = /@|%40/i.test(text) || names.some((name) => !PARAMETERS.includes(name))
  return mayBeSecret ? '(hidden)' : JSON.stringify(text)
}
