// Follows a session to its end, over as many connections as that takes:
// node examples/follow.mjs http://127.0.0.1:8080/v1/sessions/ses_…/events
const url = process.argv[2]
const headers = { accept: 'text/event-stream' }
let ended = false

while (!ended) {
  try {
    const response = await fetch(url, { headers })
    if (response.status === 204) break
    if (!response.ok) throw Object.assign(new Error(await response.text()), { final: true })
    let text = ''
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const frames = (text + chunk).split('\n\n')
      text = frames.pop()
      frames.forEach(show)
    }
  } catch (error) {
    if (error.final) throw error
  }
  if (!ended) await new Promise((resolve) => setTimeout(resolve, 1000))
}

function show(frame) {
  const { id, data } = Object.fromEntries(frame.split('\n').map((line) => line.split(/: (.*)/s)))
  if (id === undefined) return
  headers['last-event-id'] = id
  if (data === undefined) return
  const { seq, at, type, stepId = '' } = JSON.parse(data)
  console.log(seq, at, type, stepId)
  ended = ['session.completed', 'session.failed', 'session.cancelled'].includes(type)
}
