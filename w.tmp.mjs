import { createBrowsers } from './src/modules/browser/index.ts'
import { createOutbound } from './src/modules/outbound/index.ts'
import { createMemoryStore } from './src/store/memory/memory-store.ts'
import { systemClock } from './src/clock.ts'
import fs from 'node:fs'
import dgram from 'node:dgram'
const [,, configured]=process.argv
const tempDir=fs.mkdtempSync('/tmp/m-')
const browsers=await createBrowsers({configured,searchPath:process.env.PATH,outbound:createOutbound({allowPrivate:true,allow:[],requestTimeoutMs:1e4,connectTimeoutMs:1e4}),store:createMemoryStore(),clock:systemClock,log:{warn:console.log},maxContexts:30,idleMs:3e5,tempDir})
const stun=dgram.createSocket('udp4'); let n=0; stun.on('message',()=>n++); await new Promise(r=>stun.bind(0,'127.0.0.1',r))
const s=await browsers.open({tenant:'t',sessionId:'a',options:{},signal:new AbortController().signal})
const p=await s.page()
for (const turn of [0,1]) {
console.log(await p.evaluate(`(async () => {
      const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:${stun.address().port}' }] })
      const found = []; const states=[]
      peer.onicecandidate = ({ candidate }) => candidate && found.push(candidate.candidate)
      peer.onicegatheringstatechange = () => states.push(peer.iceGatheringState)
      peer.createDataChannel('x')
      await peer.setLocalDescription()
      await new Promise((resolve) => setTimeout(resolve, 6000))
      return [found,states]
    })()`),'packets',n)
}
await browsers.close(); process.exit()
