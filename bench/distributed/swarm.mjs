// Simulated workers: the real line and the real codec, and instead of load one snapshot per second with the same series each time.
// Started by coordinator.mjs; tells it how long before the agreed start the word "start" was there, at worst.
import { WorkerRecorder } from '../../dist/model/metrics/recorder.js'
import { encodeSnapshot } from '../../dist/model/metrics/snapshot-codec.js'
import { dial } from '../../dist/plugins/transports/nats/connect.js'
import { joinPool } from '../../dist/plugins/transports/nats/join-pool.js'

const [url, count, series, version] = process.argv.slice(2)
const HEALTH = {
  cpuRatio: 0.5,
  loopUtilisation: 0.5,
  loopDelayMsP99: 1,
  rssBytes: 1e8,
  openSockets: 10,
}
const template = snapshotOf(Number(series))
let leadMsMin = Number.POSITIVE_INFINITY
let left = Number(count)

for (let at = 0; at < Number(count); at++) await join(`sim-${process.pid}-${at}`)
process.send({ joined: true })
process.once('disconnect', () => process.exit(0))

async function join(name) {
  const link = await dial({ url, clientName: name })
  const onTrouble = (text) => console.error(`${name}: ${text}`)
  void joinPool({ link, name, version, onTrouble }).then(({ channel }) => serve(channel, link))
  await link.connection.flush()
}

function serve(channel, link) {
  const beat = setInterval(() => channel.send({ type: 'heartbeat' }), 500)
  let index = 0
  let sequence = 0
  let timer
  const snapshot = () => {
    const bytes = encodeSnapshot({ ...template, workerIndex: index, sequence, window: sequence })
    channel.send({ type: 'snapshot', sequence, bytes })
    sequence++
  }
  const handlers = {
    ping: ({ id }) => channel.send({ type: 'pong', id, epochMs: Date.now() }),
    prepare: ({ share }) => {
      index = share.index
      channel.send({ type: 'ready' })
    },
    start: ({ atEpochMs, offsetMs }) => {
      const leadMs = atEpochMs + offsetMs - Date.now()
      leadMsMin = Math.min(leadMsMin, leadMs)
      timer = setTimeout(() => {
        timer = setInterval(snapshot, 1_000)
      }, leadMs)
    },
    stop: async () => {
      clearInterval(timer)
      clearInterval(beat)
      channel.send({ type: 'done' })
      await channel.stored()
      await link.close()
      if (--left === 0) process.send({ leadMsMin, snapshotBytes: encodeSnapshot(template).length })
    },
  }
  channel.onMessage((command) => handlers[command.type]?.(command))
  channel.send({ type: 'hello', version, pid: process.pid, host: 'simulated' })
}

function snapshotOf(seriesCount) {
  const recorder = new WorkerRecorder(0)
  recorder.startAt(0)
  for (let n = 0; n < seriesCount; n++) {
    const id = recorder.series('http', 'GET', `/route/${n}`)
    for (let request = 0; request < 20; request++) {
      recorder.begin(request)
      recorder.end(request)
      recorder.record(id, 1_000 + 137 * request + n, 0, 200, 500, 100, 1)
    }
  }
  return recorder.flush(0, 1_000, HEALTH)
}
