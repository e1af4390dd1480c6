import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../src/clock.ts'
import { findChromium } from '../src/modules/browser/find-chromium.ts'
import { createBrowsers } from '../src/modules/browser/index.ts'
import { createOutbound } from '../src/modules/outbound/index.ts'
import { createMemoryStore } from '../src/store/memory/memory-store.ts'
import { print } from './support/report.ts'

/** What a browser costs: its start, contexts, their memory, and the way through the proxy. */
const CONTEXTS = 10
const LOADS = 21

const found = {
  configured: process.env['CHROMIUM_PATH'] ?? '',
  searchPath: process.env['PATH'] ?? '',
}
const configured = await (await findChromium(found)).locate()
const tempDir = await mkdtemp(join(tmpdir(), 'bench-'))
const outbound = createOutbound({
  allowPrivate: true,
  allow: [],
  requestTimeoutMs: 10_000,
  connectTimeoutMs: 10_000,
})
const browsers = await createBrowsers({
  ...found,
  configured,
  outbound,
  store: createMemoryStore(),
  clock: systemClock,
  log: { warn: () => {} },
  maxContexts: CONTEXTS + 1,
  idleMs: 300_000,
  tempDir,
})
const open = (sessionId: string) =>
  browsers.open({
    tenant: 'default',
    sessionId,
    options: {},
    signal: new AbortController().signal,
  })

const site = createServer((request, response) => {
  const isPage = request.url === '/'
  response.setHeader('content-type', isPage ? 'text/html' : 'text/javascript')
  const scripts = Array.from({ length: 30 }, (_, place) => `<script src="/${place}.js"></script>`)
  response.end(isPage ? `<p>Hello${scripts.join('')}` : '1')
}).listen(0, '127.0.0.1')
await new Promise((resolve) => site.once('listening', resolve))
const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`

print(configured)
const rss = process.memoryUsage().rss
const [first, firstMs] = await timed(() => open('first'))
const grown = (process.memoryUsage().rss - rss) / 1e6
print(`  first context   ${firstMs.toFixed(0)} ms, and ${grown.toFixed(0)} MB more in the service`)
await pause(1000)
const alone = await weigh()
const opened = await repeat(CONTEXTS, (place) => open(`more-${place}`))
await pause(1000)
const more = ((await weigh()) - alone) / CONTEXTS
print(`  next contexts   ${median(opened)} ms each`)
print(`  memory (PSS)    ${alone.toFixed(0)} MB with one context, ${more.toFixed(0)} MB each more`)
const page = await first.page()
await page.goto(url)
print(`  31 requests     ${median(await repeat(LOADS, () => page.goto(url)))} ms by the proxy`)
print(`  saving it       ${median(await repeat(7, () => first.save()))} ms`)
const done = await repeat(CONTEXTS, (place) =>
  browsers.done({ tenant: 'default', id: `more-${place}` }),
)
print(`  closing one     ${median(done)} ms`)
await browsers.close()

const { chromium } = await import('playwright-core')
const plain = await chromium.launch({ executablePath: configured, args: ['--disable-gpu'] })
const direct = await plain.newPage()
await direct.goto(url)
print(`  31 requests     ${median(await repeat(LOADS, () => direct.goto(url)))} ms without it`)
await plain.close()
await outbound.close()
site.close()
await rm(tempDir, { recursive: true, force: true })

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const begun = performance.now()
  const result = await work()
  return [result, performance.now() - begun]
}

async function repeat(times: number, work: (place: number) => Promise<unknown>): Promise<number[]> {
  const took: number[] = []
  for (let place = 0; place < times; place += 1) took.push((await timed(() => work(place)))[1])
  return took
}

function median(of: readonly number[]): string {
  return (of.toSorted((a, b) => a - b)[of.length >> 1] ?? 0).toFixed(1)
}

/** The memory of the browser's processes in MB, what they share counted once. */
async function weigh(): Promise<number> {
  const processes: { id: string; parent: string; own: boolean; kb: number }[] = []
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const [command = '', stat = '', memory = ''] = await Promise.all(
      ['cmdline', 'stat', 'smaps_rollup'].map((file) =>
        // It may have ended, or be somebody else's.
        readFile(`/proc/${id}/${file}`, 'utf8').catch(() => ''),
      ),
    )
    const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? ''
    const kb = Number(/^Pss:\s+(\d+)/m.exec(memory)?.[1] ?? 0)
    processes.push({ id, parent, own: command.includes(tempDir), kb })
  }
  const own = new Set(processes.filter((each) => each.own).map(({ id }) => id))
  for (let before = -1; before !== own.size; ) {
    before = own.size
    for (const { id, parent } of processes) if (own.has(parent)) own.add(id)
  }
  return processes.reduce((sum, { id, kb }) => (own.has(id) ? sum + kb / 1024 : sum), 0)
}
