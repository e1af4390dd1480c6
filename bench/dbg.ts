import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import Fastify from 'fastify'
import { fastifySSE } from '@fastify/sse'
import { systemClock } from '../src/clock.ts'
import { registerEventsRoute } from '../src/http/sse/route.ts'
import { createExecutorStreamer } from '../src/modules/executor-streamer/index.ts'
setFlagsFromString('--expose-gc'); const gc = runInNewContext('gc') as () => void
async function settle() { for (let i=0;i<4;i++) { gc(); await pause(300) } return process.memoryUsage() }
const mode = process.argv[2]
let port = 0
if (mode === 'bare') { const s = createServer((q,r)=>{ r.writeHead(200,{'content-type':'text/event-stream'}); r.write(': hello\n\n') }); s.listen(0,'127.0.0.1'); await once(s,'listening'); port=(s.address() as any).port }
else if (mode === 'service') {
  const log: any[] = []
  const store = { async readEvents() { return [] as any }, async extent() { return { tenant:'default', first:1, next:1, ended:false } } }
  const streamer = createExecutorStreamer({ store, clock: systemClock, maxEvents: 1000, ttlMs: 3600000, maxTotalBytes: 1<<26 })
  const app = Fastify(); registerEventsRoute(app, { streamer, store, clock: systemClock, log: app.log, tenantOf: ()=>'default', limits:{maxFollowers:100000}, heartbeatMs: 15000 })
  await app.listen({port:0,host:'127.0.0.1'}); port=(app.server.address() as any).port
} else {
  const app = Fastify(); 
  if (mode==='plugin') await app.register(fastifySSE,{heartbeatInterval:0})
  app.get('/v1/sessions/:id/events', mode==='plugin'?{sse:'manual'}:{}, async (q, r) => { 
    if (mode==='plugin') { r.sse.keepAlive(); r.sse.sendHeaders(); r.raw.write(': hello\n\n'); return }
    r.hijack(); r.raw.writeHead(200,{'content-type':'text/event-stream'}); r.raw.write(': hello\n\n') })
  await app.listen({port:0,host:'127.0.0.1'}); port=(app.server.address() as any).port
}
async function clients(n: number) { const c = fork('/work/main/bench/fanout.ts',['client',String(port),String(n),'read']); await once(c,'message'); return c }
const cs=[await clients(1000)]
const a = await settle()
cs.push(await clients(4000))
const b = await settle()
process.stderr.write(`${mode} rss ${((b.rss-a.rss)/4000/1024).toFixed(1)} heapUsed ${((b.heapUsed-a.heapUsed)/4000/1024).toFixed(2)} heapTotal ${((b.heapTotal-a.heapTotal)/4000/1024).toFixed(2)}\n`)
for (const c of cs) c.kill()
process.exit()
