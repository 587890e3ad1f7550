/** Two report files beside each other, opened from a disk: nothing is served, nothing is asked of anybody. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { slower } from '../../src/model/compare/simulated-run.test-kit.ts'
import { namedRun } from '../contracts/store.test-kit.ts'
import { CliFolder } from '../e2e/cli.test-kit.ts'
import { keepSimulated, MINUTE } from '../e2e/simulated-history.test-kit.ts'
import { axeViolations, complaintsOf, hasChromium, launch } from './page.test-kit.ts'

const EVIL = '"><img src=x onerror="document.title=1"><script>document.title=2</script>'

describe.skipIf(!hasChromium)('two report files', () => {
  const folder = new CliFolder()
  let browser: Browser
  let page: Page
  let complaints: string[]
  let requests: string[]
  beforeAll(async () => {
    const slow = slower(MINUTE, 1.4)
    const evil = { ...MINUTE, series: [{ ...MINUTE.series[0]!, name: EVIL }] }
    await keepSimulated(folder.path, [
      { id: 'r-old', run: MINUTE, seed: 1, atSec: 0 },
      { id: 'r-new', run: slow, seed: 2, atSec: 100 },
      {
        id: 'r-evil',
        run: evil,
        seed: 3,
        atSec: 200,
        info: namedRun('r-evil', EVIL, { [EVIL]: EVIL }),
      },
    ])
    for (const id of ['r-old', 'r-new', 'r-evil']) {
      const { code, err } = await folder.run(
        'report',
        id,
        '--html',
        `${id}.html`,
        '--json',
        `${id}.json`,
      )
      expect(code, err).toBe(0)
    }
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    folder.remove()
  })
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.setDefaultTimeout(15_000)
    complaints = complaintsOf(page)
    requests = []
    page.on('request', (request) => requests.push(request.url()))
    await page.goto(String(pathToFileURL(pathOf('r-new.html'))))
  })
  afterEach(async () => {
    expect(complaints).toEqual([])
    expect(
      requests.filter((each) => !each.startsWith('file:') && !each.startsWith('blob:')),
    ).toEqual([])
    await page.close()
  })
  const pathOf = (name: string): string => join(folder.path, name)
  const input = () => page.getByLabel('Compare with another report')
  const section = () => page.locator('#compare')

  it('stand beside each other: the older is A, with figures, differences and lines', async () => {
    await input().setInputFiles(pathOf('r-old.html'))
    await section()
      .getByText(/A is shop r-old .+; B is shop r-new/)
      .waitFor()
    const p95 = section().getByRole('row', { name: /^p95 ms/ })
    expect(await p95.textContent()).toMatch(/^p95 ms\d+\d+\+\d+(\.\d)? %$/)
    const series = section().getByRole('group', { name: 'Each request' })
    expect(await series.getByRole('row').count()).toBe(1 + 3 * 3)
    const line = section()
      .getByRole('img', { name: /p95 over time/ })
      .locator('path')
      .first()
    expect((await line.getAttribute('d'))!.match(/[ML]/g)).toHaveLength(60)
    await section().getByText('onrush compare r-old r-new').waitFor()
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('compare')
    await page.getByRole('button', { name: 'Close the comparison' }).click()
    expect(await section().count()).toBe(0)
  })

  it('the other may be the JSON of a run, and may be dropped', async () => {
    const json = readFileSync(pathOf('r-old.json'), 'utf8')
    await page.evaluate(`{
      const data = new DataTransfer()
      data.items.add(new File([${JSON.stringify(json)}], 'r-old.json'))
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true }))
    }`)
    await section()
      .getByText(/A is shop r-old/)
      .waitFor()
  })

  it('what is no report is said, and the page stays as it was', async () => {
    writeFileSync(pathOf('page.html'), '<h1>hello</h1>')
    writeFileSync(pathOf('broken.json'), '{"schema":"onrush.result/1"}')
    writeFileSync(
      pathOf('cut.html'),
      readFileSync(pathOf('r-old.html'), 'utf8').replace(
        /(<template id="result"[^>]*>.{40})[^<]*/,
        '$1',
      ),
    )
    for (const [name, why] of [
      ['page.html', 'it is no report of onrush'],
      ['broken.json', 'it holds no result of onrush that is known here'],
      ['cut.html', 'its data are damaged'],
    ] as const) {
      await input().setInputFiles(pathOf(name))
      await page.getByText(`${name} is not compared: ${why}.`).waitFor()
      expect(await section().count()).toBe(0)
    }
  })

  it('names in the other file that are code are text, and what is not comparable says so', async () => {
    await input().setInputFiles(pathOf('r-evil.html'))
    await section().getByText(EVIL).first().waitFor()
    expect(await page.locator('#compare img, #compare script').count()).toBe(0)
    expect(await page.title()).toContain('shop')
    await section()
      .getByText(/^Not equal: .*tags: /)
      .waitFor()
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`axe finds nothing in it, ${colorScheme}, and it fits 320 px`, async () => {
      await page.emulateMedia({ colorScheme })
      await input().setInputFiles(pathOf('r-old.html'))
      await section().waitFor()
      expect(await axeViolations(page)).toEqual([])
      await page.setViewportSize({ width: 320, height: 640 })
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
    })
  }
})
