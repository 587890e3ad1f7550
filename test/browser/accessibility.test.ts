/** What a machine can see of accessibility: axe on every screen in both themes, and no sideways scrolling at 320 px. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  axeViolations,
  complaintsOf,
  hasChromium,
  launch,
  openSite,
  type Site,
} from './page.test-kit.ts'

const RUN = '/runs/run-1'
const SCREENS = [
  '/',
  '/runs',
  '/nowhere',
  '/capacity',
  '/capacity/20260101-120000-abcd',
  '/capacity/20260101-120000-abce',
  RUN,
  `${RUN}?from=10000&to=30000`,
  ...[
    'requests',
    'errors',
    'traces',
    'traces&sample=0-20',
    'target',
    'generator',
    'log',
    'setup',
  ].map((tab) => `${RUN}?tab=${tab}`),
]

describe.skipIf(!hasChromium)('the page', () => {
  let browser: Browser
  let site: Site
  beforeAll(async () => {
    browser = await launch()
    site = await openSite()
    site.api.start({ model: 'users', users: 100, spawnRate: 20, runTime: '10m' })
    for (let second = 0; second < 80; second++) site.api.tick()
    site.api.runs[0]!.note('deployed v2')
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has nothing that axe finds on any screen, ${colorScheme}`, async () => {
      const page = await browser.newPage({ colorScheme })
      const complaints = complaintsOf(page)
      const found: string[] = []
      for (const screen of SCREENS) {
        await open(page, screen)
        found.push(...(await axeViolations(page)).map((each) => `${screen} ${each}`))
      }
      expect(found).toEqual([])
      expect(complaints).toEqual([])
      await page.close()
    })
    it(`has nothing that axe finds in a load that is drawn, ${colorScheme}`, async () => {
      const page = await browser.newPage({ colorScheme, viewport: { width: 320, height: 640 } })
      await open(page, '/')
      await page.getByLabel('Draw it over time').check()
      await page.getByText('More: tags').click()
      expect(await axeViolations(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
      await page.close()
    })
    it(`has nothing that axe finds in its dialogs, ${colorScheme}`, async () => {
      const page = await browser.newPage({ colorScheme })
      await open(page, RUN)
      const found: string[] = []
      for (const key of ['?', 'Control+k', 'a', 's']) {
        await page.keyboard.press(key)
        await page.getByRole('dialog').waitFor()
        found.push(...(await axeViolations(page)).map((each) => `${key} ${each}`))
        await page.keyboard.press('Escape')
        await page.getByRole('dialog').waitFor({ state: 'detached' })
      }
      expect(found).toEqual([])
      await page.close()
    })
  }
  it('fits 320 px without scrolling sideways', async () => {
    const page = await browser.newPage({ viewport: { width: 320, height: 640 } })
    for (const screen of SCREENS) {
      await open(page, screen)
      // Charts know their width a frame after they are there.
      await expect
        .poll(() => page.evaluate('document.documentElement.scrollWidth'), { message: screen })
        .toBe(320)
    }
    await page.close()
  })

  async function open(page: Page, screen: string): Promise<void> {
    await page.goto(site.url + screen)
    await page.locator('main .card, main .nothing').first().waitFor()
  }
})
