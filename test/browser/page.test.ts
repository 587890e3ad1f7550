/** The page as people use it: the core tasks by mouse and by keyboard, in a real browser. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { MockOptions } from '../../ui/mock/mock-run.ts'
import { complaintsOf, hasChromium, launch, openSite, type Site } from './page.test-kit.ts'

describe.skipIf(!hasChromium)('the page', () => {
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

  async function open(path: string, seconds = 0, options: MockOptions = {}): Promise<void> {
    site = await openSite(options)
    if (seconds > 0) site.api.start({ model: 'users', users: 100, spawnRate: 20, runTime: '10m' })
    for (let second = 0; second < seconds; second++) site.api.tick()
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.setDefaultTimeout(10_000)
    complaints = complaintsOf(page)
    await page.goto(site.url + path)
  }
  const press = (key: string) => page.keyboard.press(key)
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const heading = (name: string) => page.getByRole('heading', { name, exact: true })

  it('a finding opens its evidence: the part of the run, on its chart', async () => {
    await open('/runs/run-1', 20)
    await heading('Findings').waitFor()
    await page.getByText('The target ran out of CPU: target.cpu').waitFor()
    await page.getByText('1 insight found nothing, 1 could not look').waitFor()
    await page.getByText('Evidence and what to do').click()
    await page.getByText('Profile the target under this load.').waitFor()
    await button('Show 00:05 to 00:15').click()
    await page.getByText('Selected 00:05–00:15').waitFor()
    expect(new URL(page.url()).search).toBe('?from=5000&to=15000')
  })

  it('a run is started from the form, and is on the screen', async () => {
    await open('/')
    await page.getByLabel('Users', { exact: true }).last().fill('40')
    await page.getByLabel('Spawn rate').fill('8')
    await page.getByLabel('Run time').fill('30s')
    await page.getByLabel('Threshold 1', { exact: true }).fill('p95(http) < 500ms')
    await button('+ Add a threshold').click()
    await page.keyboard.type('errors < 2%')
    await page
      .getByText(
        "onrush run checkout.ts --users 40 --spawn-rate 8 --run-time 30s --host http://localhost:3000 --threshold 'p95(http) < 500ms' --threshold 'errors < 2%'",
      )
      .waitFor()
    await button('Start').click()
    await page.waitForURL('**/runs/run-1')
    expect(site.api.posted[0]).toEqual({
      path: '/runs',
      body: {
        model: 'users',
        script: 'checkout.ts',
        users: 40,
        spawnRate: 8,
        host: 'http://localhost:3000',
        runTime: '30s',
        thresholds: ['p95(http) < 500ms', 'errors < 2%'],
      },
    })
    await heading('checkout').waitFor()
    site.api.tick()
    await heading('Response time').waitFor()
  })
  it('what is wrong is said at its field, and the field has the focus', async () => {
    await open('/')
    await page.getByLabel('Host').fill('localhost:3000')
    await button('Start').click()
    await page.getByText('"localhost:3000" is no URL').waitFor()
    await expect.poll(() => page.evaluate('document.activeElement.name')).toBe('host')
    expect(await page.getByLabel('Host').getAttribute('aria-describedby')).toContain('problems')
    expect(page.url()).toBe(`${site.url}/`)
  })
  it('a running run grows second by second until it is over', async () => {
    await open('/runs/run-1', 20)
    await page.getByText('● running').waitFor()
    await page.getByText('00:20', { exact: false }).first().waitFor()
    site.api.tick()
    await page.getByText('00:21 / 10:00').waitFor()
    site.api.runs[0]!.end()
    site.api.tick()
    await page.getByText('■ finished').waitFor()
    expect(await button('■ Stop').count()).toBe(0)
    await expect.poll(() => page.title()).toMatch(/^✓/)
  })
  it('it is stopped, paused, stepped and noted with single keys', async () => {
    await open('/runs/run-1', 30)
    await page.getByText('● running').waitFor()
    await press('p')
    await page.getByText('❚❚ paused').waitFor()
    await press('p')
    await page.getByText('● running').waitFor()
    await press('+')
    await press('+')
    await expect
      .poll(() => site.api.posted.filter(({ path }) => path.endsWith('/change')))
      .toHaveLength(2)
    expect(site.api.posted.slice(-2).map(({ body }) => body)).toEqual([
      { users: 110 },
      { users: 121 },
    ])
    await press('a')
    await page.keyboard.type('deployed v2')
    await press('Enter')
    await expect
      .poll(() => site.api.posted.at(-1))
      .toEqual({ path: '/runs/run-1/notes', body: { text: 'deployed v2' } })
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await press('s')
    await page.getByRole('heading', { name: 'Stop the run?' }).waitFor()
    await press('Enter')
    await page.getByText('● stopping').waitFor()
  })
  it('the palette finds a request, a tab and an action by a few letters, with the keyboard only', async () => {
    await open('/runs/run-1', 20)
    await page.getByText('● running').waitFor()
    await press('Control+k')
    await page.getByRole('combobox', { name: /^Search runs/ }).waitFor()
    await page.keyboard.type('request pay')
    await page
      .getByRole('option', { name: /POST .*pay|pay/ })
      .first()
      .waitFor()
    await press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(() => new URL(page.url()).searchParams.get('tab')).toBe('requests')
    expect(new URL(page.url()).searchParams.get('filter')).toContain('pay')
    await press('Control+k')
    await page.keyboard.type('pause')
    await press('Enter')
    await page.getByText('❚❚ paused').waitFor()
    await press('Control+k')
    await page.keyboard.type('nothing like this')
    await page.getByText('Nothing like it.').waitFor()
    await press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })
  it('the palette by mouse, and the sheet of keys of the present screen', async () => {
    await open('/runs/run-1', 20)
    await button('Search').click()
    await page.getByRole('option', { name: 'tab Log' }).click()
    await expect.poll(() => new URL(page.url()).searchParams.get('tab')).toBe('log')
    await press('?')
    await page.getByText('Pause the run, or go on').waitFor()
    await press('Escape')
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await press('?')
    await page.getByText('All keys of this screen').waitFor()
    expect(await page.getByText('Pause the run, or go on').count()).toBe(0)
  })
  it('the same is done by mouse', async () => {
    await open('/runs/run-1', 30)
    await button('❚❚ Pause').click()
    await button('▶ Go on').click()
    await button('A tenth less users').click()
    await expect.poll(() => site.api.posted.at(-1)?.body).toEqual({ users: 90 })
    await button('Change load …').click()
    await page.getByRole('textbox', { name: 'Users' }).fill('nonsense')
    await button('Change').click()
    await page.getByText('"nonsense" is no load').waitFor()
    await page.getByRole('textbox', { name: 'Users' }).fill('3000')
    await button('Change').click()
    await page.getByText('that is 33.3 times the load of now').waitFor()
    await page.getByRole('textbox', { name: 'Users' }).fill('300')
    await button('Change').click()
    await page.getByText('that is 3.33 times the load of now').waitFor()
    await button('Change').click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(site.api.posted.at(-1)?.body).toEqual({ users: 300 })
    await button('■ Stop').click()
    await button('Stop').click()
    await page.getByText('● stopping').waitFor()
  })
  it('dragging on one chart shows that part in all charts and tables, in the URL, until Escape', async () => {
    await open('/runs/run-1', 60)
    const chart = page.getByRole('img', { name: /^Requests served/ })
    await chart.scrollIntoViewIfNeeded()
    const box = (await chart.boundingBox())!
    const y = box.y + box.height / 2
    await page.mouse.move(box.x + box.width * 0.4, y)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.6, y, { steps: 5 })
    await page.mouse.up()
    await page.waitForURL(/from=\d+&to=\d+/)
    const part = new URL(page.url()).searchParams
    const [from, to] = [Number(part.get('from')), Number(part.get('to'))]
    expect(to - from).toBeGreaterThan(8_000)
    expect(to - from).toBeLessThan(18_000)
    const requests = site.api.runs[0]!.range(from, to).totals.requests
    const total = page.locator('tr.total td').first()
    await expect
      .poll(async () => (await total.textContent())?.replaceAll('\u202f', ''))
      .toBe(`${requests}`)
    await press('Escape')
    await expect.poll(() => page.url()).toBe(`${site.url}/runs/run-1`)
    await page.goBack()
    await page
      .getByText(/^Selected/)
      .first()
      .waitFor()
  })
  it('a part is chosen without dragging, and survives a reload', async () => {
    await open('/runs/run-1', 60)
    await page.getByLabel('From').fill('00:10')
    await page.getByLabel('to', { exact: true }).fill('0:20')
    await press('Enter')
    await page.waitForURL('**/runs/run-1?from=10000&to=20000')
    await page.reload()
    await page.locator('b', { hasText: 'Selected 00:10–00:20' }).waitFor()
  })
  it('requests are filtered and sorted, and the URL keeps it', async () => {
    await open('/runs/run-1?tab=requests', 30)
    const names = () => page.locator('tbody tr:not(.total) .row-name').allTextContents()
    await button('p95 ms').click()
    await page.waitForURL('**sort=-p95')
    const sorted = await names()
    expect(sorted[0]).toContain('checkout')
    await button('p95 ms').click()
    await expect.poll(names).toEqual([...sorted].reverse())
    await page.getByLabel('Filter').fill('post CART')
    await expect.poll(names).toEqual(['POST /cart'])
    await page.reload()
    await expect.poll(names).toEqual(['POST /cart'])
    await button('POST /cart').click()
    await heading('POST /cart').waitFor()
    await button('Take away CART').click()
    await expect.poll(() => page.getByLabel('Filter', { exact: true }).inputValue()).toBe('post')
    await page.getByLabel('Filter', { exact: true }).fill('status:404')
    await expect.poll(names).toEqual([])
  })
  it('every tab opens by keyboard and says where it is', async () => {
    await open('/runs/run-1', 70)
    for (const name of ['Requests', 'Errors', 'Target', 'Generator', 'Log', 'Setup']) {
      await page.getByRole('link', { name, exact: true }).focus()
      await press('Enter')
      await page.waitForURL(`**/runs/run-1?tab=${name.toLowerCase()}`)
      await page.locator(`.tabs a[aria-current=page]`, { hasText: name }).waitFor()
    }
    await page.getByText('onrush run checkout.ts --users 100').waitFor()
  })
  it('charts speak: a sentence, the arrow keys, a table', async () => {
    await open('/runs/run-1', 60)
    const chart = page.getByRole('img', { name: /^Response time\. P95 .+ at 01:00/ })
    await chart.focus()
    await press('ArrowLeft')
    await page
      .getByRole('status')
      .getByText(/^\d\d:\d\d: p50 .+, p95 .+, p99 .+/)
      .waitFor()
    await page.getByRole('button', { name: 'View as table: Response time' }).click()
    const table = page.getByRole('region', { name: /^Response time as a table/ })
    expect(await table.getByRole('row').count()).toBe(61)
  })
  it('kept runs are listed and open on the same screen', async () => {
    await open('/runs', 40)
    site.api.runs[0]!.end()
    await page.reload()
    await page.getByText('✓ passed').waitFor()
    await page.getByRole('link', { name: 'checkout run-1', exact: true }).click()
    await page.getByText('■ finished').waitFor()
    await heading('Response time').waitFor()
  })
  it('when the server goes away the figures stay with a notice, and what was missed comes after', async () => {
    await open('/runs/run-1', 20)
    await page.getByText('00:20 / 10:00').waitFor()
    await page.route('**/api/**', (route) => route.abort())
    site.api.hangUp()
    await page.getByText('Reconnecting …').waitFor()
    await page.getByText('00:20 / 10:00').waitFor()
    for (let second = 0; second < 7; second++) site.api.tick()
    await page.unroute('**/api/**')
    await page.getByText('00:27 / 10:00').waitFor({ timeout: 20_000 })
    await page.getByText('Reconnecting …').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'View as table: Response time' }).click()
    expect(
      await page
        .getByRole('region', { name: /^Response time as/ })
        .getByRole('row')
        .count(),
    ).toBe(28)
  })
  it('names and messages that are code are text', async () => {
    const evil = '"><img src=x onerror="document.title=1"><script>document.title=2</script>'
    await open('/runs/run-1', 70, { names: [evil, '/b'], errorMessage: evil })
    await page.getByText(evil).first().waitFor()
    for (const tab of ['requests', 'errors', 'log', 'setup']) {
      await page.goto(`${site.url}/runs/run-1?tab=${tab}`)
      await page.locator(`.tabs a[aria-current=page]`).waitFor()
    }
    expect(await page.locator('main img:not([role]), main script').count()).toBe(0)
    expect(await page.title()).toContain('checkout')
  })
  it('? shows the keys, which can be switched off', async () => {
    await open('/runs/run-1', 5)
    await page.getByText('● running').waitFor()
    await press('?')
    await page.getByLabel('Keys of one letter do something').uncheck()
    await press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await press('p')
    await press('s')
    await press('ArrowDown')
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(site.api.posted).toEqual([])
  })
})
