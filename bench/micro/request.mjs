// What one scripted GET costs above the socket: head, flight, parser, check, recorder, promise. The kernel is played by a handle
// that takes every write, so the figure is ours alone and steady enough to compare two builds. Budget: ≤ 2,000 ns.
import { Socket } from 'node:net'
import { join, resolve } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { median, options } from '../lib/report.mjs'

const { small, dist, body: bodyBytes, keep } = options({ small: false, dist: '', body: '2', keep: true })
// `--dist FOLDER`: another build, to compare with; `--no-keep`: no request is kept, as builds before them.
const root = dist === '' ? fileURLToPath(new URL('../../dist', import.meta.url)) : resolve(dist)
const load = (file) => import(join(root, file))
const { SystemClock } = await load('kernel/clock.js')
const { WorkerRecorder } = await load('model/metrics/recorder.js')
const { HttpSession } = await load('load/http/session.js')

const USERS = 50
const size = Number(bodyBytes)
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sat, 21 Nov 2026 12:00:00 GMT\r\nContent-Type: text/plain\r\nContent-Length: ${size}\r\nConnection: keep-alive\r\n\r\n${'x'.repeat(size)}`,
)
const readBuffer = Buffer.allocUnsafeSlow(65_536)
answer.copy(readBuffer)

const exemplars = keep ? await book() : undefined
const recorder = new WorkerRecorder(0, { exemplars })
const clock = new SystemClock()
clock.unref()
const worker = { clock, recorder, exemplars, refuseHost: () => undefined, startedAtMs: 0 }

async function book() {
  const { ExemplarBook } = await load('model/metrics/exemplar-book.js')
  return new ExemplarBook(0, { withBodies: true, hide: (text, max) => text.slice(0, max) })
}
const asked = []

/** An open connection whose peer answers as soon as `answerAll` asks it to. */
function connected(session) {
  const handle = {
    reading: true,
    getAsyncId: () => 1,
    readStart: () => 0,
    readStop: () => 0,
    close() {},
    writeLatin1String() {
      asked.push(socket)
      return 0
    },
  }
  const socket = new Socket({ handle })
  session._poolFor(session._home.site).adopt(socket)
}

function answerAll() {
  const now = asked.splice(0)
  for (const socket of now) {
    socket.owner.onSocketRead(readBuffer, answer.length)
    process._tickCallback() // promises settle after each read, as they do below libuv
  }
}

/** As many as a busy second has; then its snapshot is taken. */
const WINDOW = 10_000
const HEALTH = { cpuRatio: 0, loopUtilisation: 0, loopDelayMsP99: 0, rssBytes: 0, openSockets: 0 }
let left = 0
let passed = 0
let windows = 0
async function user(session) {
  while (left-- > 0) {
    const response = await session.get('/', {
      name: 'home',
      check: (r) => r.status === 200 || `home said ${r.status}`,
    })
    if (response.ok) passed++
    if (left % WINDOW === 0) recorder.flush(windows++, clock.nowMs(), HEALTH)
  }
}

const sessions = Array.from({ length: USERS }, (_, userId) => {
  const session = new HttpSession(
    'http://127.0.0.1:8080',
    {},
    { userId, worker, lateUs: 0, mapStack: (stack) => stack },
  )
  connected(session)
  return session
})

async function round(requests) {
  left = requests
  passed = 0
  const started = process.cpuUsage()
  const done = Promise.all(sessions.map(user))
  while (asked.length > 0) {
    answerAll()
    await turn()
  }
  await done
  const used = process.cpuUsage(started)
  if (passed !== requests) throw new Error(`${passed} of ${requests} passed`)
  return ((used.user + used.system) * 1000) / requests
}

const operations = small ? 5_000 : 200_000
await round(operations)
const samples = []
for (let n = 0; n < 9; n++) samples.push(await round(operations))
console.log(
  `one scripted GET above the socket, ${size} byte body: ${median(samples).toFixed(0)} ns (min ${Math.min(...samples).toFixed(0)})`,
)
