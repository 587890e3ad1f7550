// A target that does nothing but note when things reach it: as little as Node can do per request, so that its own event loop
// delays what it notes as little as possible. All requests are one packet each; started and asked by logging-target.mjs.
import { createServer } from 'node:net'

const REQUESTS_MAX = 2_000_000
const ANSWER = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
const DIGIT_ZERO = 48
const WORKER_AT = 'GET /'.length

const requestMs = new Float64Array(REQUESTS_MAX)
const requestWorker = new Uint8Array(REQUESTS_MAX)
const requestConnection = new Uint32Array(REQUESTS_MAX)
const openedMs = []
const closedMs = []
let requests = 0
let socketErrors = 0

const server = createServer({ noDelay: true }, (socket) => {
  const connection = openedMs.push(performance.now()) - 1
  socket.on('data', (packet) => {
    requestMs[requests] = performance.now()
    requestWorker[requests] = packet[WORKER_AT] - DIGIT_ZERO
    requestConnection[requests++] = connection
    socket.write(ANSWER)
  })
  socket.on('close', () => closedMs.push(performance.now()))
  socket.on('error', () => socketErrors++)
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
  process.send({ port: server.address().port }),
)
process.on('message', () =>
  process.send({
    requestMs: requestMs.slice(0, requests),
    requestWorker: requestWorker.slice(0, requests),
    requestConnection: requestConnection.slice(0, requests),
    openedMs: Float64Array.from(openedMs),
    closedMs: Float64Array.from(closedMs),
    socketErrors,
  }),
)
process.on('disconnect', () => process.exit())
