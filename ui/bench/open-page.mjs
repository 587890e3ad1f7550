/** What the benchmarks of the page share: the built files and an API on a free port, a Chromium without a graphics card, and its figures. */
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { cpus } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { createServer as createVite } from 'vite'

export const BUILT = fileURLToPath(new URL('../../dist/ui/', import.meta.url))
export const files = readdirSync(BUILT, { recursive: true }).filter((name) => extname(name) !== '')
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The mock of the API; it is TypeScript, and Vite is there anyway and loads it. */
export async function loadMock(path) {
  const vite = await createVite({
    configFile: false,
    server: { middlewareMode: true },
    logLevel: 'error',
  })
  const mock = await vite.ssrLoadModule(fileURLToPath(new URL(path, import.meta.url)))
  return { mock, close: () => vite.close() }
}

/** `answer` is a handler of the API that says whether a request was one for it. */
export async function openPage(answer, path, viewport) {
  const server = createServer((request, response) => {
    if (answer(request, response)) return
    const name = new URL(request.url, 'http://localhost').pathname.slice(1)
    const isFile = files.includes(name)
    response.writeHead(200, { 'content-type': isFile ? TYPES[extname(name)] : 'text/html' })
    response.end(readFileSync(join(BUILT, isFile ? name : 'index.html')))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGS })
  const page = await browser.newPage({ viewport })
  const loopMs = await loopOf(page)
  const { length } = cpus()
  console.log(
    `${length} × ${cpus()[0].model}; ten million additions in a page take ${loopMs.toFixed(1)} ms`,
  )
  const startedMs = performance.now()
  await page.goto(`http://127.0.0.1:${server.address().port}${path}`)
  await page.locator('.chart canvas').first().waitFor()
  const firstChartMs = performance.now() - startedMs
  const session = await page.context().newCDPSession(page)
  // Time on the processor, so that what else this machine does is left out as far as it can be.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return {
    ...{ page, session, firstChartMs, loopMs },
    metrics: async () => {
      const { metrics } = await session.send('Performance.getMetrics')
      return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
    },
    async close() {
      await browser.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

/** What this machine is worth at this moment: the best of five, on an empty page. */
async function loopOf(page) {
  const took = []
  for (let round = 0; round < 5; round++) {
    took.push(
      await page.evaluate(() => {
        const startedMs = performance.now()
        let sum = 0
        for (let index = 0; index < 1e7; index++) sum += index & 7
        return performance.now() - startedMs + (sum > 0 ? 0 : 1)
      }),
    )
  }
  return Math.min(...took)
}

export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  return { p50: at(0.5), p95: at(0.95), max: at(1) }
}
