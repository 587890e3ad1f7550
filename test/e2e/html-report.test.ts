/** The HTML report as people open it: from a disk with scripts, and behind the policy of Jenkins without. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withoutBodies } from '../../src/plugins/outputs/html/sections/kept.ts'
import { CliFolder, scriptOf, Target } from './cli.test-kit.ts'

const CHROMIUM = '/usr/bin/chromium'
/** What Jenkins sends with every file of a build. */
const JENKINS = "sandbox; default-src 'none'; img-src 'self'; style-src 'self';"
const HOSTILE = '"><img src=x onerror="document.title=1">'

const folder = new CliFolder()
const target = new Target((request, response) => {
  response.statusCode = request.url === '/gone' ? 404 : 200
  response.end('ok')
})
const path = join(folder.path, 'out', 'report.html')
let fails: string
beforeAll(async () => {
  await target.open()
  const body = `@task() async look() {
    await this.client.get('/', { name: ${JSON.stringify(HOSTILE)} })
    await this.client.get('/gone')
  }`
  folder.write('shop.ts', scriptOf(body, target.url))
  const { code, err } = await folder.run(
    'shop.ts',
    ...['-u', '2', '-t', '2s', '--quiet', '--html', 'out/report.html'],
    ...['--threshold', 'errors < 1%', '--threshold', 'p95(http) < 10s'],
  )
  expect(code, err).toBe(1)
  fails = readFileSync(path, 'utf8')
})
afterAll(async () => {
  await target.close()
  folder.remove()
})

test('the file is there alone, says why the run failed, and how to run it again', () => {
  expect(readdirSync(join(folder.path, 'out'))).toEqual(['report.html'])
  expect(fails).toContain('<title>✗ shop: ')
  expect(fails).toContain('onrush run shop.ts --users 2 --run-time 2s --threshold ')
  expect(Buffer.byteLength(fails)).toBeLessThan(200_000)
})

test('a run that was kept has the same report later, but for the command, which nobody kept', async () => {
  const { code, err } = await folder.run('report', 'last', '--html', 'later.html')
  expect(code, err).toBe(0)
  const later = readFileSync(join(folder.path, 'later.html'), 'utf8')
  const partOf = (page: string, id: string) =>
    page.slice(
      page.indexOf(`<section id="${id}"`),
      page.indexOf('</section>', page.indexOf(`<section id="${id}"`)),
    )
  for (const id of ['key', 'requests', 'phases', 'errors']) {
    expect(partOf(later, id), id).toBe(partOf(fails, id))
  }
  expect(later).toContain('<template id="range"')
  expect(later).not.toContain('--run-time')
})

test('a place that cannot be written is said before any load', async () => {
  const before = target.requests
  const { code, err } = await folder.run('shop.ts', '--html', 'out', '--no-preflight')
  expect([code, err]).toEqual([2, expect.stringContaining('cannot write to')])
  expect(target.requests).toBe(before)
})

describe.skipIf(!existsSync(CHROMIUM))('in a browser', () => {
  let browser: Browser
  let jenkins: Server
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    })
    jenkins = createServer((_, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.setHeader('content-security-policy', JENKINS)
      response.end(fails)
    })
    await new Promise<void>((resolve) => jenkins.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    await browser.close()
    jenkins.closeAllConnections()
    await new Promise((resolve) => jenkins.close(resolve))
  })

  /** With everything the page asked for besides itself, and what went wrong in it. */
  async function open(url: string, options: { colorScheme?: 'dark' } = {}) {
    const page = await browser.newPage(options)
    const asked: string[] = []
    const errors: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(url)
    return { page, errors, asked: () => asked.filter((each) => each !== page.url()) }
  }
  const names = (page: Page): Promise<string[]> =>
    page.locator('#requests tbody th').allTextContents()

  test('behind the policy of Jenkins everything can be read, and no script ran', async () => {
    const { port } = jenkins.address() as AddressInfo
    const { page, asked } = await open(`http://127.0.0.1:${port}/`)
    expect(await page.locator('h1').textContent()).toMatch(/FAILED shop/)
    for (const part of ['#rules', '#key', '#requests', '#errors', '#trust', '#made']) {
      expect(await page.locator(`${part} table`).first().isVisible(), part).toBe(true)
    }
    // More where something is watched.
    expect(await page.locator('svg.chart').count()).toBeGreaterThanOrEqual(7)
    const cell = page.locator('svg.chart').first().locator('.h7')
    expect(await cell.getAttribute('fill')).toBe('#134B87')
    expect(await page.locator('button').count()).toBe(0)
    expect(await names(page)).toContain(`GET ${HOSTILE}`)
    expect(asked()).toEqual([])
    await page.close()
  })

  test('from a disk it asks for nothing, sorts, filters, and turns dark', async () => {
    const { page, errors, asked } = await open(pathToFileURL(path).href)
    expect(await names(page)).toEqual(['all requests', `GET ${HOSTILE}`, 'GET /gone'])
    await page.getByRole('button', { name: 'failed', exact: true }).first().click()
    expect((await names(page)).at(-1)).toBe(`GET ${HOSTILE}`)
    const scheme = () => page.evaluate('getComputedStyle(document.documentElement).colorScheme')
    expect(await scheme()).toBe('light')
    await page.getByRole('button', { name: 'Dark' }).click()
    expect(await scheme()).toBe('dark')
    expect(await page.title()).toContain('✗ shop')
    expect([errors, asked()]).toEqual([[], []])
    await page.close()
  })

  test('the whole result can be saved from it, but for the bodies of kept requests', async () => {
    const { page } = await open(pathToFileURL(path).href, { colorScheme: 'dark' })
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save the result' }).click()
    const saved = JSON.parse(readFileSync(await (await download).path(), 'utf8'))
    expect(saved).toEqual(withoutBodies(folder.saved()))
    await page.close()
  })

  test('a part of the run is chosen by dragging or by typing, and every table is of that part', async () => {
    const { page, errors } = await open(pathToFileURL(path).href)
    const count = page.locator('#requests tbody tr').first().locator('td').first()
    const numberIn = async () => Number((await count.textContent())!.replace(/\D/g, ''))
    const all = await numberIn()
    const { left, width, y } = await page
      .locator('svg.chart')
      .nth(1)
      .evaluate((svg) => {
        svg.scrollIntoView({ block: 'center' })
        const box = svg.getBoundingClientRect()
        return { left: box.left, width: box.width, y: box.top + box.height / 2 }
      })
    await page.mouse.move(left + width * 0.1, y)
    await page.mouse.down()
    await page.mouse.move(left + width * 0.3, y, { steps: 3 })
    await page.mouse.up()
    const status = page.locator('.range [role=status]')
    await status.getByText('Tables show 00:00 to 00:01').waitFor()
    const first = await numberIn()
    expect(first).toBeGreaterThan(0)
    expect(first).toBeLessThan(all)
    expect(await page.locator('rect.brush').first().getAttribute('visibility')).toBe('visible')
    const key = page.locator('[data-key="requests"]')
    expect(Number((await key.textContent())!.replace(/\D/g, ''))).toBe(first)
    await page.getByRole('button', { name: 'Whole run' }).click()
    expect(await numberIn()).toBe(all)
    await page.getByLabel('From').fill('00:01')
    await page.getByLabel('From').press('Enter')
    await status.getByText('Tables show 00:01').waitFor()
    expect(first + (await numberIn())).toBe(all)
    expect(errors).toEqual([])
    await page.close()
  })

  test.each(['light', 'dark'] as const)(
    'in %s it has no fault that axe finds',
    async (colorScheme) => {
      // Only the test's own script needs the policy out of the way.
      const context = await browser.newContext({ colorScheme, bypassCSP: true })
      const page = await context.newPage()
      await page.goto(pathToFileURL(path).href)
      await page.locator('.range').waitFor()
      await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') })
      const found = await page.evaluate('axe.run().then((result) => result.violations)')
      expect((found as { readonly id: string }[]).map((each) => each.id)).toEqual([])
      await context.close()
    },
  )

  test('on a phone nothing is wider than the screen', async () => {
    const { page } = await open(pathToFileURL(path).href)
    await page.setViewportSize({ width: 390, height: 800 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    await page.close()
  })
})
