import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { ConfigError } from '../../../src/config.ts'
import { openArtifactBytes, parseArtifactsUrl } from '../../../src/modules/artifacts/open-bytes.ts'

describe('ARTIFACTS_URL', () => {
  test.each([
    ['file:///mnt/shared', { kind: 'folder', dir: '/mnt/shared' }],
    ['file:///mnt/our%20files/', { kind: 'folder', dir: '/mnt/our files/' }],
    ['file://localhost/mnt', { kind: 'folder', dir: '/mnt' }],
    ['s3://bucket', { kind: 's3', bucket: 'bucket', prefix: '', pathStyle: false }],
    ['s3://my.bucket-1/', { kind: 's3', bucket: 'my.bucket-1', prefix: '', pathStyle: false }],
    [
      's3://bucket/a/b_c/?endpoint=https://s3.shop.local:9000&region=eu-1&pathStyle=true',
      {
        kind: 's3',
        bucket: 'bucket',
        prefix: 'a/b_c',
        endpoint: 'https://s3.shop.local:9000',
        region: 'eu-1',
        pathStyle: true,
      },
    ],
  ])('reads %s', (url, place) => {
    expect(parseArtifactsUrl(url)).toEqual(place)
  })

  test.each([
    ['', 'no URL'],
    ['./data', 'no URL'],
    ['https://bucket/x', 'https:// is not known'],
    ['file://folder', 'three slashes'],
    ['file:///', 'root'],
    ['file:///a%2Fb', 'path of this system'],
    ['file:///a?region=x', 'no parameters'],
    ['file:///a#b', 'fragment'],
    ['s3://', 'bucket is'],
    ['s3:///prefix', 'bucket is'],
    ['s3://Bucket', 'bucket is'],
    ['s3://bucket:9000/x', 'without a port'],
    ['s3://bucket/a//b', 'a prefix is'],
    ['s3://bucket/a%20b', 'a prefix is'],
    ['s3://bucket?pathStyle=yes', 'pathStyle is true or false'],
    ['s3://bucket?region=', 'region is'],
    ['s3://bucket?region=a&region=b', 'region is given twice'],
    ['s3://bucket?endpoint=s3.shop.local', 'endpoint is'],
    ['s3://bucket?endpoint=ftp://shop.local', 'endpoint is'],
    ['s3://bucket?endpoint=https://shop.local/%3Fa', 'endpoint is'],
  ])('refuses %j, showing it', (url, reason) => {
    const parse = () => parseArtifactsUrl(url)
    expect(parse).toThrow(ConfigError)
    expect(parse).toThrow(`ARTIFACTS_URL=${JSON.stringify(url)} is not allowed`)
    expect(parse).toThrow(reason)
    expect(parse).toThrow('Allowed: file:///folder or s3://bucket/prefix?')
  })

  test.each([
    ['s3://key:hunter2@bucket/x', 'credentials come from the environment'],
    ['s3://hunter2@bucket', 'credentials come from the environment'],
    ['s3://bucket?secretAccessKey=hunter2', 'secretAccessKey is not known'],
    ['s3://bucket?Region=hunter2', 'Region is not known'],
    ['s3://bucket?endpoint=https://me:hunter2@shop.local', 'endpoint is'],
    ['s3://bucket?endpoint=https://me:hunter2%40shop.local', 'endpoint is'],
    ['s3://key:hunter2@:x', 'no URL'],
  ])('refuses %j without showing it, as it may hold a secret', (url, reason) => {
    const parse = () => parseArtifactsUrl(url)
    expect(parse).toThrow(ConfigError)
    expect(parse).toThrow('ARTIFACTS_URL=(hidden) is not allowed')
    expect(parse).toThrow(reason)
    expect(parse).not.toThrow('hunter2')
  })

  test('opens the folder that a file URL or a path names', async () => {
    const root = await mkdtemp(join(tmpdir(), 'stepstream-'))
    onTestFinished(() => rm(root, { recursive: true, force: true }))
    for (const name of [join(root, 'path'), pathToFileURL(join(root, 'a url')).href]) {
      const bytes = await openArtifactBytes(name)
      await bytes.write({ sessionId: 'ses_1', id: 'art_1' }, Buffer.from('x'))
    }
    expect(existsSync(join(root, 'path', '_1', 'ses_1', 'art_1'))).toBe(true)
    expect(existsSync(join(root, 'a url', '_1', 'ses_1', 'art_1'))).toBe(true)
  })

  test('stops the start when neither it nor the environment names a region', async () => {
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION']) vi.stubEnv(name, undefined)
    for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) {
      vi.stubEnv(name, '/nonexistent')
    }
    onTestFinished(() => {
      vi.unstubAllEnvs()
    })
    const opening = openArtifactBytes('s3://bucket')
    await expect(opening).rejects.toThrow(ConfigError)
    await expect(opening).rejects.toThrow('ARTIFACTS_URL names no region')
    vi.stubEnv('AWS_REGION', 'eu-1')
    await (await openArtifactBytes('s3://bucket')).close()
  })
})
