/** The page on the server it ships with: a run is begun, steered and read to its end in a browser. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CliFolder, GET, pageOf, type Started, scriptOf, Target } from '../e2e/cli.test-kit.ts'
import { complaintsOf, hasChromium, launch } from './page.test-kit.ts'

describe.skipIf(!hasChromium)('the page on its own server', () => {
  const folder = new CliFolder()
  const target = new Target()
  let browser: Browser
  let started: Started
  let address: string
  beforeAll(async () => {
    await target.open()
    folder.write('shop.ts', scriptOf(GET, target.url))
    browser = await launch()
    started = folder.start(['run', 'shop.ts', '--web-port', '0'])
    address = await pageOf(started)
  })
  afterAll(async () => {
    started?.child.kill('SIGKILL')
    await browser?.close()
    await target.close()
    folder.remove()
  })

  it('begins a run, steers it, notes, stops, and shows its result', async () => {
    const page = await browser.newPage()
    const complaints = complaintsOf(page)
    await page.goto(address)
    await page.getByLabel('Users so many').check()
    await page.getByRole('textbox', { name: 'Users' }).fill('nobody')
    await page.getByRole('button', { name: 'Start' }).click()
    await expect.poll(() => page.evaluate('document.activeElement.name')).toBe('users')
    await page.getByRole('textbox', { name: 'Users' }).fill('4')
    await page.getByRole('textbox', { name: 'Run time' }).fill('10m')
    await page.getByRole('button', { name: 'Start' }).click()
    await page.waitForURL('**/runs/*')
    await page.getByText('● running').waitFor()
    await page.getByRole('img', { name: /^Response time\. P95/ }).waitFor()
    await page.keyboard.press('+')
    await page.getByText('5 users').first().waitFor()
    await page.keyboard.press('a')
    await page.keyboard.type('deployed v2')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('s')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('■ finished').waitFor()
    const said = await page.locator('tr.total td').first().textContent()
    expect(Number(said?.replace(/\s/g, ''))).toBeGreaterThan(0)
    await page.getByLabel('From').fill('0')
    await page.getByLabel('to', { exact: true }).fill('1')
    await page.keyboard.press('Enter')
    await page.locator('tr.total').waitFor()
    expect(new URL(page.url()).search).toBe('?from=0&to=1000')
    await page.getByRole('link', { name: 'Traces', exact: true }).click()
    await page.getByRole('region', { name: 'Table of kept' }).getByRole('button').first().click()
    await page.getByText('GET / HTTP/1.1').waitFor()
    await page.getByText('200 OK').waitFor()
    await page.getByRole('link', { name: 'Log', exact: true }).click()
    await page.getByText('deployed v2').waitFor()
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await page.getByRole('link', { name: /^shop / }).click()
    await page.getByText('■ finished').waitFor()
    expect(complaints).toEqual([])
  })
})
