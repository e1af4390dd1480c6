import { systemClock } from '../../../src/clock.ts'
import { createBrowsers } from '../../../src/modules/browser/index.ts'
import { createOutbound } from '../../../src/modules/outbound/index.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'

/** A process that opens a browser, says so, and waits to be killed. */
const [, , configured = '', tempDir = ''] = process.argv
const browsers = await createBrowsers({
  configured,
  searchPath: process.env['PATH'] ?? '',
  outbound: createOutbound({
    allowPrivate: true,
    allow: [],
    requestTimeoutMs: 1000,
    connectTimeoutMs: 1000,
  }),
  store: createMemoryStore(),
  clock: systemClock,
  log: { warn: () => {} },
  maxContexts: 1,
  idleMs: 300_000,
  tempDir,
})
const session = await browsers.open({
  tenant: 'default',
  sessionId: 'ses_1',
  options: {},
  signal: new AbortController().signal,
})
process.stdout.write((await session.page()).url())
setInterval(() => {}, 1000)
