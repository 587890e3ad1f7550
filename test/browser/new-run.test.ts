/** The form of a new run in a real browser: drawn loads by mouse, by keys and by table, parameters, what is wrong as it is typed, run again. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { complaintsOf, hasChromium, launch, openSite, type Site } from './page.test-kit.ts'

describe.skipIf(!hasChromium)('the form of a new run', () => {
  let browser: Browser
  let site: Site
  let page: Page
  let complaints: string[]
  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser?.close())
  afterEach(async () => {
    await page?.close()
    await site?.close()
    expect(complaints).toEqual([])
  })
  async function open(): Promise<void> {
    site = await openSite()
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.setDefaultTimeout(10_000)
    complaints = complaintsOf(page)
    await page.goto(site.url)
    await page.getByLabel('Script', { exact: true }).waitFor()
  }
  const line = () => page.getByRole('region', { name: 'command line' }).textContent()
  const point = (index: number) => page.getByRole('slider', { name: `Point ${index}` })
  const level = (index: number) => page.getByLabel(`Level of point ${index}`)

  it('a load is drawn by mouse: points are dragged and added', async () => {
    await open()
    await page.getByLabel('Draw it over time').check()
    await expect.poll(line).toContain("--users '0 → 20 over 30s, hold 1m30s'")
    const box = (await point(2).boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 2, box.y + 60, { steps: 4 })
    await page.mouse.up()
    expect(Number(await level(2).inputValue())).toBeLessThan(20)
    const drawing = page.getByRole('group', { name: /^Load over time/ })
    await drawing.dblclick({ position: { x: 300, y: 30 } })
    expect(await page.getByRole('slider').count()).toBe(4)
  })
  it('the same with keys, and each step is said', async () => {
    await open()
    await page.getByLabel('Arrivals work').check()
    await page.getByLabel('Draw it over time').focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Point 2')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowLeft')
    await page.getByRole('status').getByText('25s, 21 per second').waitFor()
    await page.keyboard.press('+')
    await page.keyboard.press('Delete')
    await expect.poll(() => page.getByRole('slider').count()).toBe(3)
    await page.keyboard.press('Shift+ArrowDown')
    expect(await line()).toContain('--arrivals')
  })
  it('the same in the table', async () => {
    await open()
    await page.getByLabel('Draw it over time').check()
    await page.getByRole('button', { name: '+ Add a point' }).click()
    await level(4).fill('80')
    await page.getByLabel('Seconds of point 4').fill('150')
    await page.getByLabel('Seconds of point 4').press('Tab')
    await expect.poll(line).toContain("'0 → 20 over 30s, hold 1m30s, 80 over 30s'")
    await page.getByRole('button', { name: 'Remove point 2' }).click()
    await expect.poll(line).toContain("'0 → 20 over 2m, 80 over 30s'")
  })
  it('parameters are fields of their kind, and a secret is in no command line and nowhere kept', async () => {
    await open()
    await page.getByLabel('items').fill('20')
    await page.getByLabel('region').selectOption('us')
    await page.getByLabel('isFast').check()
    await page.getByLabel('apiKey').fill('s3cret')
    await expect
      .poll(line)
      .toMatch(
        /^ONRUSH_PARAM_API_KEY=… onrush run .* --param items=20 --param region=us --param isFast=true/,
      )
    await page.getByRole('button', { name: 'Start' }).click()
    await page.waitForURL('**/runs/run-1')
    expect(site.api.posted[0]?.body).toMatchObject({
      params: { items: '20', region: 'us', isFast: 'true', apiKey: 's3cret' },
    })
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain('s3cret')
  })
  it('what is wrong is said beside its field while it is typed, and the host that answers too', async () => {
    await open()
    await page.getByText('✓ answers, in 12 ms').waitFor()
    await page.getByLabel('Threshold 1', { exact: true }).fill('p95 is nice')
    await page.getByText('"p95 is nice" is no rule').waitFor()
    await page.getByLabel('items').fill('99')
    await page.getByText('"99" is too many').waitFor()
    expect(await page.getByLabel('items').getAttribute('aria-invalid')).toBe('true')
    expect(site.api.posted).toEqual([])
  })
  it('what was typed is there after a reload', async () => {
    await open()
    await page.getByLabel('Spawn rate').fill('7')
    await page.getByLabel('Threshold 1', { exact: true }).fill('errors < 3%')
    await page.reload()
    await expect.poll(() => page.getByLabel('Spawn rate').inputValue()).toBe('7')
    expect(await line()).toContain("--threshold 'errors < 3%'")
  })
  it('another script brings its own fields', async () => {
    await open()
    await page.getByLabel('Script', { exact: true }).selectOption('search.ts')
    await expect.poll(line).toContain('onrush run search.ts')
  })
  it('a run that was is run again with its load, seed and tags', async () => {
    await open()
    site.api.start({ model: 'users', users: 40, spawnRate: 4, runTime: '2m' })
    site.api.tick()
    site.api.runs[0]!.end()
    await page.goto(`${site.url}/runs/run-1`)
    await page.getByRole('link', { name: 'Run again …' }).click()
    await page.getByText('As in the run run-1.').waitFor()
    expect(await line()).toContain('--users 40 --spawn-rate 4 --run-time 2m')
    expect(await line()).toContain('--tag region=eu --seed 42')
  })
})
