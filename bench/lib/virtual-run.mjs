// A whole run in virtual time: the real coordinator, workers, executors, recorders, snapshots, rules and outputs, over channels in
// memory. Only the users are made up: a request takes 40 ms and nothing is sent.
import { VirtualClock } from '../../dist/kernel/clock.js'
import { createExecutor } from '../../dist/load/engine/executor.js'
import { judgeGenerator } from '../../dist/plugins/insights/generator/generator.js'
import { memoryTransport } from '../../dist/plugins/transports/memory/memory.js'
import { startRun } from '../../dist/run/coordinator/start-run.js'
import { serveWorker } from '../../dist/run/worker/serve-worker.js'

const LATENCY_MS = 40
const VERSION = '1.0.0'
const HEALTH = {
  cpuRatio: 0.2,
  loopUtilisation: 0.2,
  loopDelayMsP99: 1,
  cpuWaitRatio: 0,
  rssBytes: 50_000_000,
  openSockets: 10,
}

/** `{ clock, handle }`: move the clock, and the run goes on. */
export function virtualRun({ plan, workers, outputs }) {
  const clock = new VirtualClock(1_000)
  const transport = memoryTransport({
    clock,
    serve: (channel, index) =>
      void serveWorker(channel, {
        clock,
        version: VERSION,
        pid: index,
        host: 'virtual',
        loadScript: async () => ({ users: (context) => ({ create: visitorsOf(context) }) }),
        createExecutor,
        health: () => ({ sample: () => ({ ...HEALTH }), stop: () => {} }),
        refuseHost: () => undefined,
      }),
  })
  const handle = startRun({
    runId: 'virtual',
    plan,
    bundle: { code: '', map: '', hash: '', entry: '/virtual.ts' },
    allowedHosts: [],
    shared: undefined,
    transport,
    workers,
    outputs,
    clock,
    strictGenerator: false,
    judgeGenerator,
    facts: {
      script: 'virtual.ts',
      scriptHash: '',
      version: VERSION,
      node: process.versions.node,
      startedAt: new Date(clock.epochMs()).toISOString(),
      git: Promise.resolve(null),
    },
  })
  return { clock, handle }
}

/** Users whose task is one request: to one of ten names, one in a hundred fails, each with a check and a custom metric. */
function visitorsOf({ clock, recorder, metrics }) {
  const series = Array.from({ length: 10 }, (_, n) => recorder.series('http', 'GET', `/page-${n}`))
  const error = recorder.error('status', '503')
  const check = recorder.checkId('logged in')
  let requests = 0
  const answered = (resolve) => {
    const n = requests++
    const fate = n % 100 === 99 ? 'fail' : 'record'
    const latencyUs = LATENCY_MS * 1_000
    recorder.end(clock.nowMs())
    recorder[fate](series[n % 10], latencyUs, 0, fate === 'fail' ? 503 : 200, 300, 90, 1, error)
    recorder.check(check, fate === 'record')
    metrics.measure('trend', 'cart', n % 50, clock.nowMs())
    resolve(true)
  }
  return (className, id) => ({
    id,
    className,
    start: async () => true,
    iterate: () =>
      new Promise((resolve) => {
        recorder.begin(clock.nowMs())
        clock.at(clock.nowMs() + LATENCY_MS, answered, resolve)
      }),
    run: () => {},
    stop: async () => {},
    kill: () => {},
  })
}
