/** Kept runs on the page, on the server it ships with: found, starred, compared, their trend; by mouse and by keyboard only. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { KeptRun } from '../../src/contracts/store.ts'
import { slower } from '../../src/model/compare/simulated-run.test-kit.ts'
import { resultOf } from '../../src/model/report/result.test-kit.ts'
import { namedRun } from '../contracts/store.test-kit.ts'
import { CliFolder, GET, pageOf, type Started, scriptOf, Target } from '../e2e/cli.test-kit.ts'
import { keepSimulated, MINUTE } from '../e2e/simulated-history.test-kit.ts'
import { axeViolations, complaintsOf, hasChromium, launch } from './page.test-kit.ts'

const EVIL = '"><img src=x onerror="document.title=1"><script>document.title=2</script>'
const NIGHTLY = Array.from({ length: 12 }, (_, number) => ({
  id: `nightly-${String(number).padStart(2, '0')}`,
  run: number < 7 ? MINUTE : slower(MINUTE, 1.4),
}))

const named = (name: string): Partial<KeptRun> => ({ plan: namedRun('', name).plan })

describe.skipIf(!hasChromium)('kept runs on the page', () => {
  const folder = new CliFolder()
  const target = new Target()
  let browser: Browser
  let started: Started
  let address: string
  let page: Page
  let complaints: string[]
  beforeAll(async () => {
    await target.open()
    folder.write('shop.ts', scriptOf(GET, target.url))
    await keepSimulated(folder.path, [
      ...NIGHTLY.map((each, number) => ({
        ...each,
        seed: number,
        atSec: number * 100,
        info: namedRun(each.id, 'nightly', { branch: number < 7 ? 'main' : 'fix' }),
      })),
      {
        id: 'short',
        run: { ...MINUTE, seconds: 40 },
        seed: 97,
        atSec: 4_000,
        info: named('short'),
      },
      { id: 'old', run: MINUTE, seed: 98, atSec: 4_500, info: named('once') },
      {
        id: 'evil',
        run: MINUTE,
        seed: 99,
        atSec: 5_000,
        info: {
          ...namedRun('evil', EVIL, { [EVIL]: EVIL }),
          git: { commit: EVIL, branch: EVIL, dirty: true },
        },
        result: { verdict: { ...resultOf().verdict, passed: false, reason: EVIL } },
      },
    ])
    started = folder.start(['run', 'shop.ts', '--web-port', '0'])
    address = await pageOf(started)
    browser = await launch()
  })
  afterAll(async () => {
    started?.child.kill('SIGKILL')
    await browser?.close()
    await target.close()
    folder.remove()
  })
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    page.setDefaultTimeout(15_000)
    complaints = complaintsOf(page)
  })
  afterEach(async () => {
    await page.close()
    expect(complaints).toEqual([])
  })

  const open = (path: string) => page.goto(address + path)
  const press = (key: string) => page.keyboard.press(key)
  const row = (id: string) => page.getByRole('row').filter({ hasText: id })
  const button = (name: string) => page.getByRole('button', { name, exact: true })

  it('by mouse: a run is found, starred, compared with another, and the regression is seen', async () => {
    await open('/runs')
    await row('nightly-11').waitFor()
    await page.getByRole('searchbox', { name: 'Filter' }).fill('name:nightly tag:branch=main')
    await page.getByText('7 of 15 runs').waitFor()
    expect(await page.getByRole('row').count()).toBe(8)
    expect(new URL(page.url()).searchParams.get('q')).toBe('name:nightly tag:branch=main')
    await button('Baseline: nightly nightly-02').click()
    await expect
      .poll(() => button('Baseline: nightly nightly-02').getAttribute('aria-pressed'))
      .toBe('true')
    await page.getByRole('checkbox', { name: 'Choose nightly nightly-02' }).check()
    await page.getByRole('searchbox', { name: 'Filter' }).fill('')
    await page.getByRole('checkbox', { name: 'Choose nightly nightly-09' }).check()
    await button('Compare').click()
    await page.waitForURL('**/compare?base=nightly-02&run=nightly-09')
    await page.getByRole('heading', { name: 'B against A: ✗ REGRESSION' }).waitFor()
    await row('all').first().getByText('✗ slower').first().waitFor()
    await page.getByText('onrush compare nightly-02 nightly-09').waitFor()
    await page.getByRole('img', { name: /^Response time, p95\. A .+; B / }).waitFor()
    await page.getByRole('link', { name: 'Make it the base' }).click()
    await page.getByRole('heading', { name: 'B against A: ✓ BETTER' }).waitFor()
  })

  it('by keyboard: two runs are chosen and compared, and the trend says when it changed', async () => {
    await open('/runs')
    await row('nightly-11').waitFor()
    await press('/')
    await page.keyboard.type('nightly-0')
    await page.getByText('10 of 15 runs').waitFor()
    await press('Tab')
    await press('j')
    await press('x')
    await press('j')
    await press('j')
    await press('j')
    await press('x')
    await page.getByText('2 runs chosen').waitFor()
    await press('Shift+Tab')
    await press('Space')
    const star = button('Baseline: nightly nightly-06')
    await expect.poll(() => star.getAttribute('aria-pressed')).toBe('true')
    await press('Shift+Tab')
    await press('Space')
    await page.getByText('One run chosen').waitFor()
    await press('Space')
    await press('c')
    await page.waitForURL('**/compare?base=nightly-06&run=nightly-09')
    await page.getByRole('heading', { name: 'B against A: ✗ REGRESSION' }).waitFor()
    await press('r')
    await row('nightly-11').waitFor()
    await page.getByRole('link', { name: 'nightly', exact: true }).focus()
    await press('Enter')
    await page.waitForURL('**/trend?name=nightly')
    const chart = page.getByRole('img', {
      name: /^Response time, p95 of 12 runs: p95 slower from nightly-07 on/,
    })
    await chart.focus()
    await press('ArrowLeft')
    await page
      .getByRole('status')
      .getByText(/ms · nightly-11, passed/)
      .waitFor()
    await press('Enter')
    await page.waitForURL('**/runs/nightly-11')
  })

  it('both sides of a change are compared from the trend, and a dot opens its run', async () => {
    await open('/trend?name=nightly')
    await page
      .getByText(/p95 slower from nightly-07 on: .+ \(\+\d+.*%, p < 0.001\)/)
      .first()
      .waitFor()
    const chart = page.getByRole('img', { name: /^Response time, p95/ })
    const box = (await chart.boundingBox())!
    const dot = chart.locator('circle').first()
    const [x, y] = await Promise.all(['cx', 'cy'].map((name) => dot.getAttribute(name)))
    await page.mouse.click(box.x + Number(x), box.y + Number(y))
    await page.waitForURL('**/runs/nightly-00')
    await page.goBack()
    await page.getByRole('link', { name: 'Compare both sides' }).first().click()
    await page.waitForURL('**/compare?base=nightly-06&run=nightly-07')
    await page.getByRole('heading', { name: 'B against A: ✗ REGRESSION' }).waitFor()
  })

  it('three runs are held against one, over each other; one is left out again', async () => {
    await open('/compare?base=nightly-00&run=nightly-01&run=nightly-08')
    await page.getByRole('heading', { name: /^B against A: [~=] / }).waitFor()
    await page.getByRole('heading', { name: 'C against A: ✗ REGRESSION' }).waitFor()
    await page.getByRole('link', { name: 'Leave it out' }).first().click()
    await page.waitForURL('**/compare?base=nightly-00&run=nightly-08')
  })

  it('what is deleted comes back by Undo, and is gone without it', async () => {
    await open('/runs?q=old')
    await button('Delete once old').click()
    await row('once old').waitFor({ state: 'detached' })
    await button('Undo').click()
    await row('once old').waitFor()
    await page.reload()
    await row('once old').waitFor()
    await button('Delete once old').click()
    // Whoever leaves the list means it.
    await page.getByRole('link', { name: 'New run', exact: true }).click()
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await row('nightly-11').waitFor()
    await expect.poll(() => row('once old').count()).toBe(0)
    const runs = await (await fetch(`${address}/api/v1/runs/old`)).json()
    expect(runs).toMatchObject({ error: 'there is no such run' })
  })

  it('a run is taken away as a file and brought back', async () => {
    await open('/runs')
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'File of nightly-05' }).click()
    const path = await (await download).path()
    const input = page.getByLabel('Bring a run')
    await input.setInputFiles(path)
    await page.getByText('run nightly-05 is in the history already').waitFor()
    await fetch(`${address}/api/v1/runs/nightly-05`, {
      method: 'DELETE',
      headers: { 'x-onrush': '1' },
    })
    await input.setInputFiles(path)
    await page.getByRole('status').getByText('Run nightly-05 is kept').waitFor()
    await row('nightly-05').waitFor()
  })

  const SCREENS = [
    '/runs',
    '/runs?q=nothing',
    '/compare?base=nightly-00&run=nightly-01&run=nightly-08',
    '/compare?base=nightly-00&run=short',
    '/compare',
    '/trend?name=nightly',
    `/trend?name=${encodeURIComponent(EVIL)}`,
  ]
  /** With all that comes after it. */
  const openWhole = async (screen: string): Promise<void> => {
    await open(screen)
    await page.locator('main .card, main .nothing').first().waitFor()
    await page.getByText(/^(Comparing|Loading) …/).waitFor({ state: 'detached' })
  }
  for (const colorScheme of ['light', 'dark'] as const) {
    it(`axe finds nothing on any screen, ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme })
      const found: string[] = []
      for (const screen of SCREENS) {
        await openWhole(screen)
        found.push(...(await axeViolations(page)).map((each) => `${screen} ${each}`))
      }
      expect(found).toEqual([])
    })
  }
  it('all of it fits 320 px without scrolling sideways', async () => {
    await page.setViewportSize({ width: 320, height: 640 })
    for (const screen of SCREENS) {
      await openWhole(screen)
      expect(await page.evaluate('document.documentElement.scrollWidth'), screen).toBe(320)
    }
  })
  it('names, tags, branches and reasons that are code are text', async () => {
    for (const screen of ['/runs?q=evil', '/compare?base=nightly-00&run=evil', SCREENS.at(-1)!]) {
      await openWhole(screen)
      await page.getByText(EVIL).first().waitFor()
      expect(await page.locator('main img, main script').count(), screen).toBe(0)
      expect(await page.title()).toContain('onrush')
    }
  })
})
