/**
 * What the page costs: gzip size of the first load, and work on the main thread per update, in Chromium against the mock of the API, with
 * the charts full (1,200 points) and the table full (100 rows). An update is one event of the stream: parsing, merging, seven
 * charts, tables, layout and paint records. `npm run -w onrush-ui bench`, after a build; `--small` for a short look.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { BUILT, files, loadMock, openPage, spread } from './open-page.mjs'

const FIRST_LOAD_KB_MAX = 120
const isSmall = process.argv.includes('--small')
const UPDATES = isSmall ? 10 : 60
const POINTS = isSmall ? 120 : 1_140

const firstLoadKb =
  files.reduce((sum, name) => sum + gzipSync(readFileSync(join(BUILT, name))).length, 0) / 1_000
console.log(`first load: ${firstLoadKb.toFixed(1)} kB gzip of ${FIRST_LOAD_KB_MAX}`)

const { mock, close } = await loadMock('../mock/mock-api.ts')
const names = Array.from({ length: 200 }, (_, index) => `/items/${index}`)
const api = new mock.MockApi({ names })
const run = api.start({ model: 'users', users: 200, spawnRate: 10 })
for (let second = 0; second < POINTS; second++) run.tick()
const opened = await openPage((...both) => api.answer(...both), `/runs/${run.id}`, {
  width: 1440,
  height: 2_000,
})
const { page, metrics } = opened
console.log(
  `first chart: ${Math.round(opened.firstChartMs)} ms after asking for the page, ${POINTS} points`,
)
const each = []
/** The time in the header has changed, and two frames have gone by. */
const UNTIL_SHOWN = `new Promise((resolve) => {
  const header = document.querySelector('.run-header dd')
  const watching = new MutationObserver(() => {
    watching.disconnect()
    requestAnimationFrame(() => requestAnimationFrame(resolve))
  })
  watching.observe(header, { subtree: true, childList: true, characterData: true })
})`
for (let update = 0; update < UPDATES; update++) {
  const before = await metrics()
  const isShown = page.evaluate(UNTIL_SHOWN)
  await page.evaluate('0')
  api.tick()
  await isShown
  const after = await metrics()
  each.push({
    script: (after.ScriptDuration - before.ScriptDuration) * 1_000,
    task: (after.TaskDuration - before.TaskDuration) * 1_000,
  })
}
const { JSHeapUsedSize } = await metrics()
for (const what of ['script', 'task']) {
  const { p50, p95 } = spread(each.map((one) => one[what]))
  const label = what === 'task' ? 'main thread, all of it' : 'of it scripts'
  const ratio = (p50 / opened.loopMs).toFixed(2)
  console.log(
    `${label} per update: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms; ${ratio} loops`,
  )
}
console.log(`heap: ${(JSHeapUsedSize / 1e6).toFixed(1)} MB`)

await opened.close()
await close()
if (firstLoadKb > FIRST_LOAD_KB_MAX) {
  console.log('The first load is over its budget.')
  process.exitCode = 1
}
