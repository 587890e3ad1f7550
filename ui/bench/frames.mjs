/**
 * Whether the page keeps up with a hand, in Chromium without a graphics card: time between two frames while the cursor moves over all
 * charts, while a part is marked by dragging, and while one looks at one part after another, with 1,140 points. 60 frames a second
 * are 16.7 ms. `npm run -w onrush-ui bench:frames`, after a build.
 */
import { loadMock, openPage, spread } from './open-page.mjs'

const POINTS = 1_140
const FRAME_MS = 1_000 / 60
const ROUNDS = 3

const { mock, close } = await loadMock('../mock/mock-api.ts')
const api = new mock.MockApi({})
const run = api.start({ model: 'users', users: 200, spawnRate: 10 })
for (let second = 0; second < POINTS; second++) run.tick()
const opened = await openPage((...both) => api.answer(...both), `/runs/${run.id}`, {
  width: 1440,
  height: 1_000,
})
const { page } = opened
const box = await page.locator('.chart .u-over').first().boundingBox()
const at = (share) => box.x + box.width * share
const middle = box.y + box.height / 2

/** Times between frames, ms, while `act` goes on. */
async function framesDuring(act) {
  await page.evaluate(() => {
    globalThis.frames_ = []
    let last = performance.now()
    const next = (now) => {
      globalThis.frames_.push(now - last)
      last = now
      if (globalThis.frames_ !== undefined) globalThis.handle_ = requestAnimationFrame(next)
    }
    globalThis.handle_ = requestAnimationFrame(next)
  })
  await act()
  return page.evaluate(() => {
    cancelAnimationFrame(globalThis.handle_)
    return globalThis.frames_.slice(2)
  })
}

async function sweep(from, to) {
  for (let step = 0; step <= 60; step++) {
    await page.mouse.move(at(from + ((to - from) * step) / 60), middle)
    await page.waitForTimeout(8)
  }
}

const ACTS = {
  'cursor over all charts': () => sweep(0.1, 0.9),
  'dragging a part': async () => {
    await page.mouse.move(at(0.2), middle)
    await page.mouse.down()
    await sweep(0.2, 0.7)
    // The end of it is a zoom, which is measured by itself.
    await page.mouse.move(at(0.2), middle)
    await page.mouse.up()
  },
  'zooming in and out': async () => {
    for (const [from, to] of [
      [0.3, 0.6],
      [0.2, 0.8],
    ]) {
      await page.mouse.move(at(from), middle)
      await page.mouse.down()
      await page.mouse.move(at(to), middle, { steps: 3 })
      await page.mouse.up()
      await page.waitForTimeout(300)
      await page.keyboard.press('Escape')
      await page.waitForTimeout(300)
    }
  },
}
for (const [what, act] of Object.entries(ACTS)) {
  const all = []
  for (let round = 0; round < ROUNDS; round++) all.push(...(await framesDuring(act)))
  const { p50, p95, max } = spread(all)
  const missed = all.filter((ms) => ms > 1.5 * FRAME_MS).length
  console.log(
    `${what}: frames p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)}, longest ${max.toFixed(0)}; ${missed} of ${all.length} late`,
  )
}
await opened.close()
await close()
