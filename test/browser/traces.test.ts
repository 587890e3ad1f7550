/** Kept requests on the page: from a figure to the request behind it, by mouse and by keyboard. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { MockOptions } from '../../ui/mock/mock-run.ts'
import { heatRange } from '../../ui/src/charts/heat-cells.ts'
import { complaintsOf, hasChromium, launch, openSite, type Site } from './page.test-kit.ts'

describe.skipIf(!hasChromium)('kept requests', () => {
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

  async function open(path: string, options: MockOptions = {}): Promise<void> {
    site = await openSite(options)
    site.api.start({ model: 'users', users: 100, spawnRate: 20, runTime: '10m' })
    for (let second = 0; second < 80; second++) site.api.tick()
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.setDefaultTimeout(10_000)
    complaints = complaintsOf(page)
    await page.goto(site.url + path)
  }
  const details = () => page.getByRole('region', { name: /^Kept request / })
  const table = () => page.getByRole('region', { name: 'Table of kept requests' })

  it('are listed with how many of how many they are, and one is shown whole and shared by its address', async () => {
    await open('/runs/run-1?tab=traces')
    await page.getByText(/^\d+ of [\d\s]+ requests were kept$/).waitFor()
    await table().getByRole('button').first().click()
    await details().getByText('Authorization: •••').waitFor()
    await details().getByText('{"items":[1,2,3]}').waitFor()
    await details().getByRole('row', { name: /wait/ }).waitFor()
    const link = details().getByRole('link', { name: '/home/me/checkout.ts:14:23' })
    expect(await link.getAttribute('href')).toBe('vscode://file/home/me/checkout.ts:14:23')
    const shared = page.url()
    await page.goto(shared)
    await details().getByText('{"items":[1,2,3]}').waitFor()
  })
  it('are filtered to failures and by name', async () => {
    await open('/runs/run-1?tab=traces')
    await page.getByLabel('Show').selectOption('error')
    await table().getByText('status: 503 Service Unavailable').first().waitFor()
    expect(await table().getByText('status 200').count()).toBe(0)
    await page.getByRole('searchbox', { name: 'Request' }).fill('nowhere')
    await page.getByText('No request was kept here.').waitFor()
  })
  it('are walked through with the arrow keys', async () => {
    await open('/runs/run-1?tab=traces')
    const chart = page.getByRole('img', { name: /^Kept requests by time and duration/ })
    await chart.focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await page
      .getByRole('status')
      .getByText(/GET|POST/)
      .waitFor()
    await details().waitFor()
  })
  it('of a spike are one click on the heat map away, with what came back', async () => {
    await open('/runs/run-1')
    const plot = page.locator('.chart .u-over').first()
    const box = (await plot.boundingBox())!
    const { atMs, maxMs } = site.api.runs[0]!.points[60]!
    const [low, high] = heatRange(site.api.runs[0]!.points)
    const at =
      1 - (Math.log10(maxMs! * 0.98) - Math.log10(low)) / (Math.log10(high) - Math.log10(low))
    await plot.click({
      position: { x: ((atMs + 500) / 80_000) * box.width, y: at * box.height },
    })
    await page.getByRole('region', { name: /^Kept requests, .* at 01:00/ }).waitFor()
    await details().getByText('{"items":[1,2,3]}').waitFor()
  })
  it('of a spike are two keys away', async () => {
    await open('/runs/run-1')
    const chart = page.getByRole('img', { name: /^Response time\./ })
    await chart.focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: /^Kept requests, .* at 01:1\d/ }).waitFor()
    await details().getByText('{"items":[1,2,3]}').waitFor()
    await page.keyboard.press('ArrowDown')
    await page
      .getByRole('status')
      .getByText(/responses, .* to /)
      .waitFor()
  })
  it('stand beside the error they met with, and beside the figures of their name', async () => {
    await open('/runs/run-1?tab=errors')
    await page.getByText('request and response').first().click()
    await details().getByText('{"items":[1,2,3]}').waitFor()
    await page.goto(`${site.url}/runs/run-1?tab=requests`)
    await page.getByRole('button', { name: 'GET /list', exact: true }).click()
    await page.getByRole('heading', { name: 'Its slowest requests' }).waitFor()
    await page.getByText('First asked for at').waitFor()
  })
  it('whose bodies and names are code are text', async () => {
    const evil = '"><img src=x onerror="document.title=1"><script>document.title=2</script>'
    await open('/runs/run-1?tab=traces', { names: [evil, '/b'], errorMessage: evil, body: evil })
    await table().getByRole('button').first().click()
    await details().getByText(evil).first().waitFor()
    expect(await page.locator('main img:not([role]), main script').count()).toBe(0)
    expect(await page.title()).toContain('checkout')
  })
})
