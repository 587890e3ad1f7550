// What a target saw, beside the pure schedule of the plan. The target does not know when the run began: the offset that fits
// best, the median of all, stands for it, and takes the constant part of the way there with it. What is late against the clock
// is said by the run itself. Requests are compared within their worker, so that one which runs ahead or behind is seen.
import { arrivalSchedule, userSchedule } from '../../dist/model/plan/shape.js'
import { Ownership } from '../../dist/model/plan/share.js'

const SAMPLE_MS = 100
/** Samples lie beside the instants at which plans like to change. */
const SAMPLE_FROM_MS = 37

/**
 * `{ due, seen, within1Ms, within2Ms, p99Ms, maxMs, workersApartMs }`: numbers of arrivals, the shares of them that came so close to
 * their due time, how far the others were off, and how far workers disagree about the start.
 */
export function arrivalsApart(load, workers, books) {
  const schedule = arrivalSchedule(load)
  const groups = Array.from({ length: workers }, (_, index) => {
    const owned = new Ownership({ index, weights: Array(workers).fill(1), lost: [] })
    const atMs = books.requestMs.filter((_, n) => books.requestWorker[n] === index)
    const count = Math.min(atMs.length, owned.countBelow(schedule.totalCount))
    return {
      atMs,
      dueMs: Array.from({ length: count }, (_, n) => schedule.dueMs(owned.nthOwned(n))),
    }
  })
  const { middlesMs, ...found } = apart(groups)
  const workersApartMs = Math.max(...middlesMs) - Math.min(...middlesMs)
  return { due: schedule.totalCount, seen: books.requestMs.length, ...found, workersApartMs }
}

/** The same of connections, one per user, as users come and go; and the number of both at each sample. */
export function usersApart(load, books) {
  const schedule = userSchedule(load)
  const planned = changesOf(schedule, load.durationMs * 1e6)
  const groups = [
    { atMs: books.openedMs, dueMs: planned.cameMs },
    // Those who stay until the end go with it.
    { atMs: books.closedMs, dueMs: planned.wentMs },
  ]
  const { middlesMs: _, ...found } = apart(groups)
  const users = []
  for (let ms = SAMPLE_FROM_MS; ms < load.durationMs; ms += SAMPLE_MS) {
    const [opened, closed] = groups.map(({ atMs }) => countUntil(atMs, ms + found.startMs))
    users.push({ ms, planned: schedule.usersAt(ms * 1e6), connected: opened - closed })
  }
  return {
    due: planned.cameMs.length,
    seen: books.openedMs.length,
    ...found,
    usersApartMax: users.reduce(
      (most, each) => Math.max(most, Math.abs(each.planned - each.connected)),
      0,
    ),
    users,
  }
}

/** Iterations have a number and no times. `perConnection`: how many each user did. */
export function iterationsApart(load, books) {
  const perConnection = new Map()
  for (const connection of books.requestConnection) {
    perConnection.set(connection, (perConnection.get(connection) ?? 0) + 1)
  }
  const isPerUser = load.kind === 'per-user-iterations'
  return {
    due: isPerUser ? load.users * load.iterations : load.iterations,
    seen: books.requestMs.length,
    usersApartMax: Math.abs(load.users - perConnection.size),
    ...(isPerUser && {
      usersWithOtherCount: [...perConnection.values()].filter((n) => n !== load.iterations).length,
    }),
  }
}

/** When each user of the plan comes, and when those go who go before its end. */
function changesOf(schedule, durationNs) {
  const [cameMs, wentMs] = [[], []]
  let before = 0
  for (let ns = 0; ns !== undefined && ns < durationNs; ns = schedule.nextChangeNs(ns)) {
    const now = schedule.usersAt(ns)
    for (let n = before; n < now; n++) cameMs.push(ns / 1e6)
    for (let n = now; n < before; n++) wentMs.push(ns / 1e6)
    before = now
  }
  return { cameMs, wentMs }
}

/** Of `{ atMs, dueMs }`, each with its own first, second …; one start for all. */
function apart(groups) {
  const offsets = groups.map(({ atMs, dueMs }) =>
    Float64Array.from(dueMs.slice(0, atMs.length), (due, n) => atMs[n] - due),
  )
  const all = Float64Array.from(offsets.flatMap((each) => [...each])).sort()
  if (all.length === 0) throw new Error('nothing reached the target')
  const startMs = middle(all)
  const apartMs = all.map((ms) => Math.abs(ms - startMs)).sort()
  const middlesMs = offsets.filter((each) => each.length > 0).map((each) => middle(each.sort()))
  const within = (ms) => countUntil(apartMs, ms) / apartMs.length
  return {
    startMs,
    within1Ms: within(1),
    within2Ms: within(2),
    p99Ms: apartMs[Math.ceil(apartMs.length * 0.99) - 1],
    maxMs: apartMs.at(-1),
    middlesMs,
  }
}

const middle = (ascending) => ascending[ascending.length >> 1]

/** How many of `ascending` are at or below `limit`. */
function countUntil(ascending, limit) {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const mid = (low + high) >> 1
    if (ascending[mid] <= limit) low = mid + 1
    else high = mid
  }
  return low
}
