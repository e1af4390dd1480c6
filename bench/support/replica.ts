import { startApp } from './app.ts'

/** One replica in a process of its own: settings in, its address out; it stops when its parent lets go. */
const bench = await startApp(JSON.parse(process.argv[2] ?? '{}') as Record<string, string>)
process.once('disconnect', async () => {
  await bench[Symbol.asyncDispose]()
  process.exit()
})
process.send?.(await bench.app.listen({ host: '127.0.0.1', port: 0 }))
