import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The entries of `package-lock.json` that `node_modules` lacks or has in another version, by what
 * npm noted about the tree at the end of its last installation.
 */
export function missingPackages(root) {
  const wanted = readPackages(join(root, 'package-lock.json'))
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'))
  return Object.entries(wanted)
    .filter(([path]) => path !== '')
    .filter(([path, entry]) => !isInstalled(join(root, path), entry, installed[path]))
    .map(([path, entry]) => ({ path, ...entry }))
}

function readPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {}
}

function isInstalled(folder, entry, found) {
  if (found === undefined) return entry.optional === true && !isForThisPlatform(entry)
  return found.version === entry.version && existsSync(folder)
}

/** An optional package for no platform in particular only serves others that are for one. */
function isForThisPlatform({ os, cpu, libc }) {
  if (os === undefined && cpu === undefined) return false
  return allows(os, process.platform) && allows(cpu, process.arch) && allows(libc, libcFamily)
}

function allows(allowed, actual) {
  if (allowed === undefined) return true
  return [allowed].flat().includes(typeof actual === 'function' ? actual() : actual)
}

function libcFamily() {
  return process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc'
}
