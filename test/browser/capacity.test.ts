/** Searches on the page: the list, one of them, the room above a peak by keyboard, and what loads only then. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { complaintsOf, hasChromium, launch, openSite, type Site } from './page.test-kit.ts'

describe.skipIf(!hasChromium)('searches for the limit', () => {
  let browser: Browser
  let site: Site
  let page: Page
  let complaints: readonly string[]
  beforeAll(async () => {
    browser = await launch()
    site = await openSite()
  })
  beforeEach(async () => {
    page = await browser.newPage()
    complaints = complaintsOf(page)
    return () => page.close()
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  it('are a list that leads to one of them, by keyboard alone', async () => {
    await page.goto(`${site.url}/runs`)
    await page.getByRole('heading', { name: 'Runs' }).waitFor()
    await page.keyboard.press('l')
    await page.getByRole('link', { name: /20260101-120000-abcd/ }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('Holds up to 95/s, 99/s breaks.').waitFor()
    const pictures = page.getByRole('img')
    expect(await pictures.count()).toBe(2)
    expect(await pictures.first().getAttribute('aria-label')).toContain('95/s held, 99/s broke')
    expect(
      await page.getByRole('region', { name: 'Trials, in order' }).locator('tbody tr').count(),
    ).toBe(8)
    expect(complaints).toEqual([])
  })

  it('say how much room there is above a peak, which is in the address', async () => {
    await page.goto(`${site.url}/capacity/20260101-120000-abcd`)
    const slider = page.getByRole('slider', { name: 'Today’s peak' })
    expect(await slider.inputValue()).toBe('70')
    await slider.press('ArrowRight')
    await page.getByText('95/s is 1.34 × today’s peak').waitFor()
    expect(page.url()).toContain('peak=71')
    await page.getByRole('spinbutton').fill('100')
    await page.getByRole('spinbutton').press('Enter')
    await page.getByText('✗ 95/s is 0.95 × today’s peak').waitFor()
    expect(complaints).toEqual([])
  })

  it('show a spike with its ramp', async () => {
    await page.goto(`${site.url}/capacity/20260101-120000-abce`)
    await page.getByText('60 % of the good answers of the ramp: something').waitFor()
    expect(await page.getByRole('row').count()).toBe(8)
  })

  it('are not loaded with the page of a run', async () => {
    const loaded: string[] = []
    page.on('request', (request) => loaded.push(request.url()))
    await page.goto(`${site.url}/runs`)
    await page.getByRole('heading', { name: 'Runs' }).waitFor()
    expect(loaded.filter((url) => url.includes('capacity'))).toEqual([])
    await page.keyboard.press('l')
    await page.getByRole('heading', { name: 'Capacity' }).waitFor()
    expect(loaded.filter((url) => /assets\/capacity.*js/.test(url))).toHaveLength(1)
  })
})
