/**
 * What the page costs: gzip size of the first load, and work on the main thread per update, in Chromium against the mock of the API, with
 * the charts full (1,200 points) and the table full (100 rows). An update is one event of the stream: parsing, merging, seven
 * charts, tables, layout and paint records. `npm run -w onrush-ui bench`, after a build; `--small` for a short look.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { createServer as createVite } from 'vite'

const BUILT = fileURLToPath(new URL('../../dist/ui/', import.meta.url))
const FIRST_LOAD_KB_MAX = 120
const isSmall = process.argv.includes('--small')
const UPDATES = isSmall ? 10 : 60
const POINTS = isSmall ? 120 : 1_140
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }

const files = readdirSync(BUILT, { recursive: true }).filter((name) => extname(name) !== '')
const sizes = files.map((name) => ({
  name,
  bytes: gzipSync(readFileSync(join(BUILT, name))).length,
}))
const firstLoadKb = sizes.reduce((sum, { bytes }) => sum + bytes, 0) / 1_000
console.log(`first load: ${firstLoadKb.toFixed(1)} kB gzip of ${FIRST_LOAD_KB_MAX}`)

// The mock is TypeScript; Vite is there anyway and loads it.
const vite = await createVite({
  configFile: false,
  server: { middlewareMode: true },
  logLevel: 'error',
})
const { MockApi } = await vite.ssrLoadModule(
  fileURLToPath(new URL('../mock/mock-api.ts', import.meta.url)),
)
const names = Array.from({ length: 200 }, (_, index) => `/items/${index}`)
const api = new MockApi({ names })
const run = api.start({ model: 'users', users: 200, spawnRate: 10 })
for (let second = 0; second < POINTS; second++) run.tick()
const server = createServer((request, response) => {
  if (api.answer(request, response)) return
  const name = new URL(request.url, 'http://localhost').pathname.slice(1)
  const isFile = files.includes(name)
  response.writeHead(200, { 'content-type': isFile ? TYPES[extname(name)] : 'text/html' })
  response.end(readFileSync(join(BUILT, isFile ? name : 'index.html')))
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${server.address().port}/runs/${run.id}`

const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args })
const page = await browser.newPage({ viewport: { width: 1440, height: 2_000 } })
const startedMs = performance.now()
await page.goto(url)
await page.locator('.chart canvas').first().waitFor()
console.log(
  `first chart: ${Math.round(performance.now() - startedMs)} ms after asking for the page, ${POINTS} points`,
)

const session = await page.context().newCDPSession(page)
// Time on the processor, so that what else this machine does is left out.
await session.send('Performance.enable', { timeDomain: 'threadTicks' })
const metrics = async () => {
  const { metrics } = await session.send('Performance.getMetrics')
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
}
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
  const sorted = each.map((one) => one[what]).sort((a, b) => a - b)
  const at = (share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1)
  console.log(
    `${what === 'task' ? 'main thread, all of it' : 'of it scripts'} per update: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`,
  )
}
console.log(`heap: ${(JSHeapUsedSize / 1e6).toFixed(1)} MB`)

await browser.close()
server.closeAllConnections()
server.close()
await vite.close()
if (firstLoadKb > FIRST_LOAD_KB_MAX) {
  console.log('The first load is over its budget.')
  process.exitCode = 1
}
