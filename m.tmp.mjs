import { createBrowsers } from './src/modules/browser/index.ts'
import { createOutbound } from './src/modules/outbound/index.ts'
import { createMemoryStore } from './src/store/memory/memory-store.ts'
import { systemClock } from './src/clock.ts'
import fs from 'node:fs'
import http from 'node:http'
const [,, configured]=process.argv
const tempDir=fs.mkdtempSync('/tmp/m-')
const t0=performance.now()
const browsers=await createBrowsers({configured,searchPath:process.env.PATH,outbound:createOutbound({allowPrivate:true,allow:[],requestTimeoutMs:1e4,connectTimeoutMs:1e4}),store:createMemoryStore(),clock:systemClock,log:{warn:console.log},maxContexts:30,idleMs:3e5,tempDir})
console.log('create',(performance.now()-t0).toFixed(1),'rss',(process.memoryUsage().rss/1e6).toFixed(0))
const med=a=>a.sort((x,y)=>x-y)[a.length>>1].toFixed(1)
function pss(){let t=0,n=0;const own=new Set();const all=[];for(const p of fs.readdirSync('/proc')){if(!/^\d+$/.test(p))continue;try{const c=fs.readFileSync(`/proc/${p}/cmdline`,'utf8');const st=fs.readFileSync(`/proc/${p}/stat`,'utf8');const pp=st.slice(st.lastIndexOf(')')+2).split(' ')[1];all.push([p,pp]);if(c.includes(tempDir))own.add(p)}catch{}}
 let b=-1;while(b!==own.size){b=own.size;for(const[p,pp]of all)if(own.has(pp))own.add(p)}
 for(const p of own){try{t+=+/Pss:\s+(\d+)/.exec(fs.readFileSync(`/proc/${p}/smaps_rollup`,'utf8'))[1];n++}catch{}}return [n,Math.round(t/1024)]}
const open=(id,o={})=>browsers.open({tenant:'t',sessionId:id,options:o,signal:new AbortController().signal})
const srv=http.createServer((q,r)=>{r.setHeader('content-type',q.url.endsWith('.js')?'text/javascript':'text/html');r.end(q.url==='/'?'<body><p>Hi'+Array.from({length:30},(_, i)=>`<script src="/${i}.js"></script>`).join(''):'1')}).listen(0)
await new Promise(r=>srv.once('listening',r)); const url=`http://127.0.0.1:${srv.address().port}/`
let t=performance.now(); const s1=await open('a'); console.log('first open (import+proxy+launch+context)',(performance.now()-t).toFixed(0),'rss',(process.memoryUsage().rss/1e6).toFixed(0))
await new Promise(r=>setTimeout(r,500)); console.log('pss 1 context [procs,MB]',pss())
const opens=[]; for(let i=0;i<10;i++){t=performance.now(); const s=await open('b'+i); opens.push(performance.now()-t)}
console.log('open next: median',med(opens)); await new Promise(r=>setTimeout(r,500)); console.log('pss 11 blank contexts',pss())
for(let i=0;i<10;i++){const s=await open('b'+i); await (await s.page()).goto(url)}
await new Promise(r=>setTimeout(r,500)); console.log('pss 11 contexts, 10 with small page',pss())
const page=await s1.page(); await page.goto(url); const g=[]; for(let i=0;i<21;i++){t=performance.now(); await page.goto(url); g.push(performance.now()-t)}
console.log('31 requests through proxy: median',med(g),'min',g[0].toFixed(1))
const sv=[]; for(let i=0;i<7;i++){t=performance.now(); await s1.save(); sv.push(performance.now()-t)} console.log('save: median',med(sv))
const kept=[]; for(let i=0;i<20;i++){t=performance.now(); const s=await open('a'); kept.push(performance.now()-t); s.release()} console.log('open kept: median',med(kept))
const tr=[]; for(let i=0;i<5;i++){t=performance.now(); await s1.startTrace(); await page.goto(url); const z=await s1.stopTrace(true); tr.push(performance.now()-t); if(i==0)console.log('trace bytes',z.length)} console.log('trace start+31-request page+stop: median',med(tr))
const dn=[]; for(let i=0;i<10;i++){t=performance.now(); await browsers.done({tenant:'t',id:'b'+i}); dn.push(performance.now()-t)} console.log('done: median',med(dn)); await new Promise(r=>setTimeout(r,1000)); console.log('pss after done',pss())
t=performance.now(); await browsers.close(); console.log('close',(performance.now()-t).toFixed(0), fs.readdirSync(tempDir), pss())
// direct
const {chromium}=await import('playwright-core'); const b=await chromium.launch({executablePath:configured,chromiumSandbox:false,args:['--disable-gpu']}); const p=await (await b.newContext()).newPage(); await p.goto(url); const d=[]; for(let i=0;i<21;i++){t=performance.now(); await p.goto(url); d.push(performance.now()-t)}; console.log('31 requests direct: median',med(d),'min',d[0].toFixed(1)); await b.close()
fs.rmSync(tempDir,{recursive:true}); process.exit()
