/**
 * A day of a run through the page, as fast as the page takes it: 86,400 seconds in events of 300 (a second of it at 300 times the speed),
 * told as the server tells a long run, in at most 1,200 points that get coarser. Prints the heap after a collection every few hours of the
 * run, and its slope over the second half, when all caches are full. `npm run -w onrush-ui bench:replay`; `--small` replays two hours.
 */
import { loadMock, openPage } from './open-page.mjs'

const HOURS = process.argv.includes('--small') ? 2 : 24
const BATCH = 300
const POINTS_MAX = 1_200
const HEAP_MB_MAX = 150

const { mock, close } = await loadMock('../mock/mock-api.ts')
const api = new mock.MockApi({})
const run = api.start({ model: 'users', users: 200, spawnRate: 10 })
for (let second = 0; second < BATCH; second++) run.tick()

/** Neighbours made one, as the server does: this is about memory, so sums and the higher of two percentiles will do. */
const merged = (points) =>
  points.flatMap((point, index) => {
    if (index % 2 === 1) return []
    const next = points[index + 1] ?? point
    return [{ ...next, atMs: point.atMs, spanMs: point.spanMs * 2, heat: point.heat }]
  })
let points = [...run.points]
let spanMs = 1_000
let listener
let sequence = 0
const view = (told, reset) =>
  JSON.stringify({
    ...run.view([]),
    points: told,
    elapsedMs: run.elapsedMs,
    ...(reset && { reset }),
  })

const answer = (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost')
  if (pathname.endsWith('/events')) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    listener = response
    return true
  }
  if (pathname === `/api/v1/runs/${run.id}`) {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(view(points, true))
    return true
  }
  return api.answer(request, response)
}
const opened = await openPage(answer, `/runs/${run.id}`, { width: 1440, height: 1_000 })
const { page, session, metrics } = opened
while (listener === undefined) await page.waitForTimeout(20)

const heapMb = async () => {
  await session.send('HeapProfiler.collectGarbage')
  return (await metrics()).JSHeapUsedSize / 1e6
}
const taken = (text) =>
  page.evaluate(
    (wanted) =>
      new Promise((resolve) => {
        const look = () => {
          const shown = document.querySelector('.run-header dd')?.textContent ?? ''
          if (shown.startsWith(wanted)) resolve()
          else requestAnimationFrame(look)
        }
        look()
      }),
    text,
  )
const clock = (ms) => {
  const seconds = Math.floor(ms / 1_000)
  const two = (value) => String(value).padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`
}

const samples = [[run.elapsedMs / 3.6e6, await heapMb()]]
const startedMs = performance.now()
let nextSampleH = HOURS / 12
while (run.elapsedMs < HOURS * 3.6e6) {
  const from = run.points.length
  for (let second = 0; second < BATCH; second++) run.tick()
  const fresh = run.points.splice(from - 0, BATCH)
  // The mock counts its time by its points; they are kept as one each.
  run.points.push(...fresh.map(({ atMs }) => ({ ...fresh[0], atMs, heat: [] })))
  let told = fresh
  for (let size = 1_000; size < spanMs; size *= 2) told = merged(told)
  points = [...points, ...told]
  const isCoarser = points.length > POINTS_MAX
  if (isCoarser) {
    points = merged(points)
    spanMs *= 2
  }
  sequence++
  listener.write(
    `event: view\nid: ${sequence}\ndata: ${view(isCoarser ? points : told, isCoarser)}\n\n`,
  )
  await taken(clock(run.elapsedMs))
  const hours = run.elapsedMs / 3.6e6
  if (hours >= nextSampleH) {
    samples.push([hours, await heapMb()])
    nextSampleH += HOURS / 12
    console.log(`${hours.toFixed(1)} h: heap ${samples.at(-1)[1].toFixed(1)} MB`)
  }
}
const tookS = (performance.now() - startedMs) / 1_000
const second = samples.slice(Math.floor(samples.length / 2))
const slope = (second.at(-1)[1] - second[0][1]) / (second.at(-1)[0] - second[0][0])
const most = Math.max(...samples.map(([, mb]) => mb))
console.log(
  `${HOURS} h in ${tookS.toFixed(0)} s (${((HOURS * 3_600) / tookS).toFixed(0)} times as fast): heap at most ${most.toFixed(1)} MB of ${HEAP_MB_MAX}, ${slope.toFixed(2)} MB per hour in the second half`,
)
await opened.close()
await close()
if (most > HEAP_MB_MAX || slope > 1) process.exitCode = 1
