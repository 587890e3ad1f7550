/**
 * What this machine can do for one worker process, measured when it joins a pool: how fast one core is at what a load generator
 * does (small objects, text, a little arithmetic), and how much of a core is left for each of its processes. It only has to be
 * comparable between machines, and has no unit; the quickest of some short rounds is what others disturb least. 0.3 s.
 */
import { cpus } from 'node:os'
import { performance } from 'node:perf_hooks'

const ROUNDS = 12
const ROUND_STEPS = 4_000
/** The load of the machine is what happens in this time. */
const WATCH_MS = 200

/** For each of `workers` processes of this machine. */
export async function measurePower(workers: number): Promise<number> {
  const before = busyMs()
  const startedMs = performance.now()
  await new Promise((resolve) => setTimeout(resolve, WATCH_MS))
  const busyCores = Math.max(0, busyMs() - before) / (performance.now() - startedMs)
  return coreSpeed() * coreOf(workers, cpus().length, busyCores)
}

/** The part of a core that a process gets, when all of them and what runs already want one. Pure. */
export const coreOf = (workers: number, cores: number, busyCores: number): number =>
  Math.min(1, cores / (workers + busyCores))

/** Steps per ms, of the quickest round. */
function coreSpeed(): number {
  let quickestMs = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const startedMs = performance.now()
    work(round)
    quickestMs = Math.min(quickestMs, performance.now() - startedMs)
  }
  return ROUND_STEPS / quickestMs
}

function work(seed: number): number {
  let sum = seed
  for (let step = 0; step < ROUND_STEPS; step++) {
    const text = JSON.stringify({ step, path: `/items/${(sum ^ step) >>> 0}`, ok: true })
    const { path } = JSON.parse(text) as { path: string }
    for (let at = 0; at < path.length; at++) sum = (Math.imul(sum, 31) + path.charCodeAt(at)) | 0
  }
  return sum
}

/** All cores together, ms since some origin. */
function busyMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
}
