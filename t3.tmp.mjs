import {createSharedBrowser} from '/tmp/b2/src/modules/browser/shared-browser.ts'
import {makePrivateFolder} from '/tmp/b2/src/modules/browser/private-folder.ts'
import {startEgress} from '/tmp/b2/src/modules/browser/egress.ts'
import {createOutbound} from '/tmp/b2/src/modules/outbound/index.ts'
import http from 'node:http'
const out=createOutbound({allowPrivate:true,allow:[],requestTimeoutMs:1e4,connectTimeoutMs:1e4})
const eg=await startEgress(out)
const folder=await makePrivateFolder('/tmp')
const exe=process.argv[2]
const sb=createSharedBrowser({chromium:{missing:undefined,locate:async()=>({path:exe})},folder:async()=>folder,proxy:async()=>eg.url,searchPath:process.env.PATH,onWarning:m=>console.log('WARN',m)})
const b=await sb.get()
const srv=http.createServer((q,r)=>{ r.setHeader('content-type', q.url.endsWith('js')?'text/javascript':'text/html'); r.setHeader('cache-control','max-age=100'); r.end(q.url==='/'?'<body>'+Array.from({length:30},(_, i)=>`<script src="/${i}.js"></script>`).join(''):'1')}).listen(0)
await new Promise(r=>srv.once('listening',r))
const url=`http://127.0.0.1:${srv.address().port}/`
for(let k=0;k<3;k++){
const g=eg.admit({onBlocked:console.log})
let t=performance.now()
const ctx=await b.newContext({proxy:{server:eg.url,bypass:'<-loopback>'}})
console.log('ctx',performance.now()-t); t=performance.now()
const page=await ctx.newPage()
console.log('page',performance.now()-t); t=performance.now()
const cdp=await ctx.newCDPSession(page)
let auths=0
cdp.on('Fetch.authRequired',e=>{auths++;cdp.send('Fetch.continueWithAuth',{requestId:e.requestId,authChallengeResponse:{response:'ProvideCredentials',username:g.username,password:g.password}})})
cdp.on('Fetch.requestPaused',e=>cdp.send('Fetch.continueRequest',{requestId:e.requestId}))
await cdp.send('Fetch.enable',{handleAuthRequests:true,patterns:[{urlPattern:'*'}]})
console.log('eval', await page.evaluate(u=>fetch(u,{mode:'no-cors'}).then(r=>r.type,e=>String(e)),url+'warm'))
await cdp.detach()
console.log('auth',auths,performance.now()-t, await page.evaluate(()=>history.length))
t=performance.now()
const r=await page.goto(url); console.log('goto',r.status(),performance.now()-t)
const ts=[]; for(let i=0;i<15;i++){const t=performance.now(); await page.goto(url,{waitUntil:'load'}); ts.push(performance.now()-t)} ts.sort((a,b)=>a-b); console.log('median',ts[7].toFixed(1),'min',ts[0].toFixed(1))
const [p2]=await Promise.all([ctx.waitForEvent('page'),page.evaluate(u=>{open(u)},url.replace('127.0.0.1','localhost'))]); await p2.waitForLoadState(); console.log('popup',p2.url(),(await p2.content()).length)
await ctx.close(); g.close()
}
await sb.stop(); await folder.remove(); await eg.close(); process.exit()
